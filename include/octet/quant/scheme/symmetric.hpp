#ifndef OCTET_QUANT_SCHEME_SYMMETRIC_HPP
#define OCTET_QUANT_SCHEME_SYMMETRIC_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/scheme/integer_range.hpp>

#include <concepts>
#include <cstdint>

namespace octet::quant {
inline namespace OCTET_ABI {

/// Zero point 0; T = max(|lo|, |hi|) becomes qmax: scale = T / qmax, at least smallest_scale. Codes are
/// [-(qmax + 1), qmax] (full, as Paddle's round_type 0) or [-qmax, qmax] (narrow, as weights should be: products of two
/// int8 then stay below 2^14).
template <std::signed_integral Storage = std::int8_t, codes Codes = codes::full, int Bits = detail::bits_of<Storage>>
struct symmetric {
  using storage = Storage;
  static constexpr std::int32_t qmin = detail::integer_range<Storage, Bits, Codes>::qmin;
  static constexpr std::int32_t qmax = detail::integer_range<Storage, Bits, Codes>::qmax;

  static constexpr qparams fit(interval range) noexcept {
    const double lo = static_cast<double>(range.lo), hi = static_cast<double>(range.hi);
    return {detail::scale_of(-lo > hi ? -lo : hi, qmax), 0};
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
