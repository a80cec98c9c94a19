#ifndef OCTET_NN_EXPONENTIAL_HPP
#define OCTET_NN_EXPONENTIAL_HPP

#include <octet/core/config.hpp>

#include <bit>
#include <cstdint>

namespace octet::nn {
inline namespace OCTET_ABI {

/// e^x to 2 units in the last place; x is clamped to [-87, 88]. Free of branches, so loops over it vectorise.
constexpr float exponential(float x) noexcept {
  x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
  // Adding and subtracting 1.5 * 2^23 rounds to an integer.
  const float steps = (x * 1.44269504f + 12582912.0f) - 12582912.0f;
  const float r = (x - steps * 0.693359375f) + steps * 2.12194440e-4f;
  float p = 1.9841270e-4f;
  p = p * r + 1.3888889e-3f;
  p = p * r + 8.3333333e-3f;
  p = p * r + 4.1666667e-2f;
  p = p * r + 1.6666667e-1f;
  p = p * r + 0.5f;
  p = p * r * r + r + 1.0f;
  return p * std::bit_cast<float>((static_cast<std::int32_t>(steps) + 127) << 23);
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
