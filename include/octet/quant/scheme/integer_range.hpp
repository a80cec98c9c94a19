#ifndef OCTET_QUANT_SCHEME_INTEGER_RANGE_HPP
#define OCTET_QUANT_SCHEME_INTEGER_RANGE_HPP

#include <octet/core/config.hpp>

#include <concepts>
#include <cstdint>
#include <limits>

namespace octet::quant {
inline namespace OCTET_ABI {

/// Which integers of `Bits` bits a scheme uses: all of them, or all but the most negative one, so that -q is always
/// representable too.
enum class codes : unsigned char { full, narrow };

/// The scale that stands in for a smaller one. An interval of zero width would need scale 0; and with scales of activations
/// not below 2^-30, the factors in * weight / out of integer layers stay within what a `multiplier` can hold.
inline constexpr float smallest_scale = 0x1p-30f;

namespace detail {

template <class T>
inline constexpr int bits_of = 8 * static_cast<int>(sizeof(T));

template <std::integral Storage, int Bits, codes Codes>
struct integer_range {
  static_assert(Bits >= 2 && Bits <= bits_of<Storage> && Bits <= 16,
                "octet: Bits is 2 to 16 and fits into the storage type");
  static constexpr std::int32_t levels = std::int32_t{1} << Bits;
  static constexpr std::int32_t qmin = (std::signed_integral<Storage> ? -levels / 2 : 0) + (Codes == codes::narrow ? 1 : 0);
  static constexpr std::int32_t qmax = (std::signed_integral<Storage> ? levels / 2 : levels) - 1;
};

/// width / steps as float, between smallest_scale and the largest finite number.
constexpr float scale_of(double width, std::int32_t steps) noexcept {
  const double s = width / steps;
  if (!(s > static_cast<double>(smallest_scale))) return smallest_scale;
  constexpr double largest = static_cast<double>((std::numeric_limits<float>::max)());
  return static_cast<float>(s < largest ? s : largest);
}

}  // namespace detail

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
