#ifndef OCTET_NN_LIMITS_HPP
#define OCTET_NN_LIMITS_HPP

#include <octet/core/config.hpp>

#include <cstdint>

namespace octet::nn {

/// What is known of the int8 values of each input channel: low[c] <= q <= high[c], padding included. Null pointers say
/// nothing is known. Kernels use it to prove how many products fit 16 bits.
struct value_limits {
  const std::int8_t* low = nullptr;
  const std::int8_t* high = nullptr;
};

}  // namespace octet::nn

#endif
