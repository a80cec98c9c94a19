// The kernels of one architecture, that of the compiler's flags; any_processor links several.
#include <octet/nn/dispatch/unit.hpp>

template const octet::nn::operations& octet::nn::dispatched_operations<octet::arch::current>();
