#ifndef OCTET_QUANT_QUANTIZE_HPP
#define OCTET_QUANT_QUANTIZE_HPP

#include <octet/core/config.hpp>
#include <octet/core/fixed_point.hpp>
#include <octet/core/rounding.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/concepts.hpp>

#include <cstdint>

namespace octet::quant {
inline namespace OCTET_ABI {

/// The integer in [qmin, qmax] that stands for x: clamp(round(x / scale) + zero_point). The quotient is formed in double,
/// where no quotient of two floats is taken for a tie that is none. Infinities saturate.
/// Preconditions: x is not NaN, p.scale > 0.
template <rounding_rule Rounding = rounding::half_even>
constexpr std::int32_t quantize(float x, qparams p, std::int32_t qmin, std::int32_t qmax, Rounding round = {}) noexcept {
  OCTET_EXPECTS(x == x && p.scale > 0.0f);
  const double q = round(double{x} / double{p.scale}) + p.zero_point;
  return static_cast<std::int32_t>(clamp<double>(q, qmin, qmax));
}

/// The same with the limits and the storage type of a scheme.
template <scheme Scheme, rounding_rule Rounding = rounding::half_even>
constexpr typename Scheme::storage quantize(float x, qparams p, Rounding round = {}) noexcept {
  return static_cast<typename Scheme::storage>(quantize(x, p, Scheme::qmin, Scheme::qmax, round));
}

/// The real number that q stands for.
constexpr float dequantize(std::int32_t q, qparams p) noexcept {
  return static_cast<float>(static_cast<double>(p.scale) * (static_cast<double>(q) - p.zero_point));
}

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
