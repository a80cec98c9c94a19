#ifndef OCTET_CORE_ELEMENTARY_HPP
#define OCTET_CORE_ELEMENTARY_HPP

#include <octet/core/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>

/// The elementary functions that decoding needs, for targets without a mathematical library.
namespace octet {
inline namespace OCTET_ABI {

/// Replaces each x by e^x to a relative error below 1e-15; x is clamped to [-700, 700], and no number at all counts as -700.
/// Compilers compute several side by side.
template <std::size_t N>
constexpr void exponential(double (&x)[N]) noexcept {
  // The series, without divisions: 1 / n! is added up from the smallest term.
  constexpr double over_factorial[] = {0x1.1eed8eff8d898p-29,
                                       0x1.ae64567f544e4p-26,
                                       0x1.27e4fb7789f5cp-22,
                                       0x1.71de3a556c734p-19,
                                       0x1.a01a01a01a01ap-16,
                                       0x1.a01a01a01a01ap-13,
                                       0x1.6c16c16c16c17p-10,
                                       0x1.1111111111111p-7,
                                       0x1.5555555555555p-5,
                                       0x1.5555555555555p-3,
                                       0x1p-1,
                                       0x1p+0,
                                       1.0};
  double sum[N] = {}, power[N] = {};
  for (std::size_t i = 0; i < N; ++i) {
    const double y = !(x[i] > -700.0) ? -700.0 : x[i] > 700.0 ? 700.0 : x[i];
    // Rounded to an integer by the last bits of a double, whose lowest bits then hold it.
    constexpr double shift = 0x1.8p52;
    const double shifted = y * 1.4426950408889634 + shift, steps = shifted - shift;
    power[i] = std::bit_cast<double>((std::bit_cast<std::uint64_t>(shifted) + 1023) << 52);
    // ln 2 in two parts: the first has few enough bits for an exact product.
    x[i] = (y - steps * 0x1.62e42fefa38p-1) - steps * 0x1.ef35793c7673p-45;
  }
  for (const double c : over_factorial)
    for (std::size_t i = 0; i < N; ++i) sum[i] = c + sum[i] * x[i];
  for (std::size_t i = 0; i < N; ++i) x[i] = sum[i] * power[i];
}

constexpr double exponential(double x) noexcept {
  double one[1] = {x};
  exponential(one);
  return one[0];
}

/// The square root, correctly rounded; 0 for what is not positive. Precondition: x is normal or not positive.
constexpr float square_root(float x) noexcept {
  if (!(x > 0.0f)) return 0.0f;
  if (x > 0x1.fffffep127f) return x;
  // Halving the exponent gives a start within 6 %; each step of Newton's squares the error.
  double y = static_cast<double>(std::bit_cast<float>((std::bit_cast<std::int32_t>(x) >> 1) + 0x1fbd1df5));
  for (int i = 0; i < 4; ++i) y = 0.5 * (y + static_cast<double>(x) / y);
  return static_cast<float>(y);
}

}  // namespace OCTET_ABI
}  // namespace octet

#endif
