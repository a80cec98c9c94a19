#ifndef OCTET_CORE_ELEMENTARY_HPP
#define OCTET_CORE_ELEMENTARY_HPP

#include <octet/core/config.hpp>

#include <bit>
#include <cstdint>

/// The elementary functions that decoding needs, for targets without a mathematical library.
namespace octet {
inline namespace OCTET_ABI {

/// e^x to a relative error below 1e-15; x is clamped to [-700, 700], and no number at all counts as -700.
constexpr double exponential(double x) noexcept {
  x = !(x > -700.0) ? -700.0 : x > 700.0 ? 700.0 : x;
  const int steps = static_cast<int>(x * 1.4426950408889634 + (x < 0 ? -0.5 : 0.5));
  // ln 2 in two parts: the first has few enough bits for an exact product.
  const double r = (x - steps * 0x1.62e42fefa38p-1) - steps * 0x1.ef35793c7673p-45;
  double sum = 1.0;
  for (int n = 14; n > 0; --n) sum = 1.0 + sum * r / n;
  return sum * std::bit_cast<double>(static_cast<std::int64_t>(1023 + steps) << 52);
}

/// The square root, correctly rounded; 0 for what is not positive. Precondition: x is normal or not positive.
constexpr float square_root(float x) noexcept {
  if (!(x > 0.0f)) return 0.0f;
  if (x > 0x1.fffffep127f) return x;
  // Halving the exponent gives a start within 6 %; each step of Newton's squares the error.
  double y = std::bit_cast<float>((std::bit_cast<std::int32_t>(x) >> 1) + 0x1fbd1df5);
  for (int i = 0; i < 4; ++i) y = 0.5 * (y + x / y);
  return static_cast<float>(y);
}

}  // namespace OCTET_ABI
}  // namespace octet

#endif
