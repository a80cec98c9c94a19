// flags: -ffast-math
// says: build without it (-O3 is enough)
#include <octet/core.hpp>
