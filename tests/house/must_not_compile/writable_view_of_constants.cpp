// says: could not convert / no known conversion
#include <octet/core/view.hpp>

void fill(octet::map_view<signed char> map);

#ifdef MISTAKE
void use(octet::map_view<const signed char> map) { fill(map); }
#else
void use(octet::map_view<signed char> map) { fill(map); }
#endif
