#include <octet/nn/dispatch/unit.hpp>

template const octet::nn::operations& octet::nn::dispatched_operations<octet::arch::current>();
