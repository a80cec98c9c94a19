#ifndef OCTET_CORE_FIXED_POINT_HPP
#define OCTET_CORE_FIXED_POINT_HPP

#include <octet/core/config.hpp>
#include <octet/core/rounding.hpp>

#include <cstdint>

namespace octet {

/// A positive real factor as mantissa * 2^-shift, for integer-only rescaling.
/// mantissa in [2^30, 2^31) for a normal factor, 0 for a factor that is 0 or below 2^-32; shift in [1, 62].
struct multiplier {
  std::int32_t mantissa = 0;
  std::int32_t shift = 1;

  friend constexpr bool operator==(const multiplier&, const multiplier&) = default;
};

inline namespace OCTET_ABI {

template <class T>
constexpr T clamp(T x, T lo, T hi) noexcept {
  return x < lo ? lo : x > hi ? hi : x;
}

/// The multiplier nearest to `factor`. Precondition: 0 <= factor < 2^29 (finite).
/// The relative error is at most 2^-31 for a factor of 2^-31 and more; smaller factors lose bits (below 2^-32: 0).
constexpr multiplier make_multiplier(double factor) noexcept {
  OCTET_EXPECTS(factor >= 0.0 && factor < 536870912.0);
  if (!(factor >= 0x1p-33)) return {};
  int shift = 30;  // factor in [1, 2) has mantissa * 2^-30
  double m = factor;
  while (m >= 2.0) m *= 0.5, --shift;
  while (m < 1.0 && shift < 62) m *= 2.0, ++shift;
  auto q = static_cast<std::int64_t>(m * 1073741824.0 + 0.5);
  if (q == (std::int64_t{1} << 31)) q >>= 1, --shift;
  return {static_cast<std::int32_t>(q), shift};
}

constexpr double to_double(multiplier m) noexcept {
  double x = m.mantissa;
  for (int i = 0; i < m.shift; ++i) x *= 0.5;
  return x;
}

/// The norm of every run-time rescaling in Octet: floor((x * mantissa + 2^(shift-1)) / 2^shift), ties towards plus
/// infinity, saturated to int32. The product fits int64 for every int32 x.
constexpr std::int32_t rescale(std::int32_t x, multiplier m) noexcept {
  const std::int64_t y = rounding::half_up::shift_right(std::int64_t{x} * m.mantissa, m.shift);
  return static_cast<std::int32_t>(clamp<std::int64_t>(y, INT32_MIN, INT32_MAX));
}

/// The same factor as TensorFlow Lite's reference kernels and CMSIS-NN (by default) apply it, which round twice: to 31
/// fraction bits with ties towards plus infinity, then the rest with ties away from zero. About 2 % of the results differ
/// from rescale's by one. For consumers and tests of such kernels; no kernel of Octet's uses it.
constexpr std::int32_t rescale_twice(std::int32_t x, multiplier m) noexcept {
  if (m.shift <= 31) return rescale(x, m);
  const std::int64_t high = rounding::half_up::shift_right(std::int64_t{x} * m.mantissa, 31);
  return static_cast<std::int32_t>(rounding::half_away::shift_right(high, m.shift - 31));
}

}  // namespace OCTET_ABI
}  // namespace octet

#endif
