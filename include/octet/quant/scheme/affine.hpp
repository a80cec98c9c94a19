#ifndef OCTET_QUANT_SCHEME_AFFINE_HPP
#define OCTET_QUANT_SCHEME_AFFINE_HPP

#include <octet/core/config.hpp>
#include <octet/core/fixed_point.hpp>
#include <octet/core/rounding.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/scheme/integer_range.hpp>

#include <concepts>
#include <cstdint>

namespace octet::quant {
inline namespace OCTET_ABI {

/// All codes for [min(lo, 0), max(hi, 0)]: scale = width / (qmax - qmin), at least smallest_scale;
/// zero_point = clamp(round_half_even(qmin - lo / scale)). Zero is exactly representable, because padding and ReLU make
/// zeros; the range may shift by up to half a step for it.
template <std::integral Storage = std::int8_t, int Bits = detail::bits_of<Storage>>
struct affine {
  using storage = Storage;
  static constexpr std::int32_t qmin = detail::integer_range<Storage, Bits, codes::full>::qmin;
  static constexpr std::int32_t qmax = detail::integer_range<Storage, Bits, codes::full>::qmax;

  static constexpr qparams fit(interval range) noexcept {
    const double lo = range.lo < 0.0f ? static_cast<double>(range.lo) : 0.0,
                 hi = range.hi > 0.0f ? static_cast<double>(range.hi) : 0.0;
    const float scale = detail::scale_of(hi - lo, qmax - qmin);
    const double zero = rounding::half_even{}(qmin - lo / double{scale});
    return {scale, static_cast<std::int32_t>(clamp<double>(zero, qmin, qmax))};
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
