#ifndef OCTET_CORE_ROUNDING_HPP
#define OCTET_CORE_ROUNDING_HPP

#include <octet/core/config.hpp>

#include <cstdint>

/// Rounding rules as named types. Each rounds a real number to an integer (`operator()(double)`) and divides an integer
/// by a power of two (`shift_right`, 1 <= bits <= 62), with the same tie rule in both.
namespace octet::rounding {
inline namespace OCTET_ABI {

namespace detail {
constexpr double floor(double x) noexcept {
  // Every double of magnitude 2^52 or more is an integer already.
  if (!(x > -4503599627370496.0 && x < 4503599627370496.0)) return x;
  const auto t = static_cast<double>(static_cast<std::int64_t>(x));
  return t > x ? t - 1.0 : t;
}
}  // namespace detail

/// Nearest, ties towards plus infinity: floor(x + 1/2).
struct half_up {
  constexpr double operator()(double x) const noexcept {
    const double f = detail::floor(x);
    return x - f >= 0.5 ? f + 1.0 : f;
  }
  static constexpr std::int64_t shift_right(std::int64_t x, int bits) noexcept {
    return (x + (std::int64_t{1} << (bits - 1))) >> bits;
  }
};

/// Nearest, ties away from zero (C's round).
struct half_away {
  constexpr double operator()(double x) const noexcept {
    // On the magnitude, where the fraction is exact: -0.5 + 2^-54 is no tie.
    const double m = x < 0.0 ? -x : x;
    const double f = detail::floor(m);
    const double r = m - f >= 0.5 ? f + 1.0 : f;
    return x < 0.0 ? -r : r;
  }
  static constexpr std::int64_t shift_right(std::int64_t x, int bits) noexcept {
    return (x + (std::int64_t{1} << (bits - 1)) - (x < 0 ? 1 : 0)) >> bits;
  }
};

/// Nearest, ties to even (IEEE 754's default; ONNX QuantizeLinear).
struct half_even {
  constexpr double operator()(double x) const noexcept {
    const double f = detail::floor(x);
    const double d = x - f;
    const bool odd = f * 0.5 != detail::floor(f * 0.5);
    return d > 0.5 || (d == 0.5 && odd) ? f + 1.0 : f;
  }
  static constexpr std::int64_t shift_right(std::int64_t x, int bits) noexcept {
    const std::int64_t q = x >> bits;
    const std::int64_t r = x - (q << bits);
    const std::int64_t half = std::int64_t{1} << (bits - 1);
    return q + ((r > half || (r == half && (q & 1))) ? 1 : 0);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::rounding

#endif
