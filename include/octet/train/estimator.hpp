#ifndef OCTET_TRAIN_ESTIMATOR_HPP
#define OCTET_TRAIN_ESTIMATOR_HPP

#include <octet/core/config.hpp>

#include <cmath>
#include <concepts>
#include <cstddef>

/// What passes for the gradient of rounding. y = s * (q - z) with q - z = clamp(round(x / s), lo, hi).
/// In all of them x takes the gradient of y where it was not clipped, and none where it was.
namespace octet::train {
inline namespace OCTET_ABI {

/// How the scale s of a map is trained:
///   trains_scale          false: it stays
///   scale_slope(v, q, in) what dy/ds is for v = x / s, which became q = clamp(round(v), lo, hi); `in`: 1, or 0 where v was
///                         clipped, so that loops over it need no conditions
///   factor(count, hi)     multiplies the gradient of s, a sum over `count` values
///   trains_zero           the zero point is trained too: dy/dz = -s where x was clipped, else 0
template <class E>
concept estimator = requires(float v, std::size_t count) {
  { E::trains_scale } -> std::convertible_to<bool>;
  { E::trains_zero } -> std::convertible_to<bool>;
  { E::scale_slope(v, v, v) } -> std::same_as<float>;
  { E::factor(count, v) } -> std::same_as<float>;
};

/// Scales stay as they were measured.
struct straight_through {
  static constexpr bool trains_scale = false, trains_zero = false;
  static constexpr float scale_slope(float, float, float) noexcept { return 0.0f; }
  static constexpr float factor(std::size_t, float) noexcept { return 0.0f; }
};

/// Learned step size (Esser et al. 2020, equations 3 and 5): dy/ds = round(v) - v inside, the limit outside; the gradient
/// is divided by sqrt(count * hi).
struct lsq {
  static constexpr bool trains_scale = true, trains_zero = false;
  static constexpr float scale_slope(float v, float q, float in) noexcept { return q - in * v; }
  static float factor(std::size_t count, float hi) noexcept { return 1.0f / std::sqrt(static_cast<float>(count) * hi); }
};

/// The same with a learned offset (Bhalgat et al. 2020), here the zero point, so that zero stays exact.
struct lsq_plus : lsq {
  static constexpr bool trains_zero = true;
};

/// Parameterised clipping (Choi et al. 2018, equation 3): the clipping threshold learns from what is clipped only.
struct pact {
  static constexpr bool trains_scale = true, trains_zero = false;
  static constexpr float scale_slope(float, float q, float in) noexcept { return (1 - in) * q; }
  static constexpr float factor(std::size_t, float) noexcept { return 1.0f; }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
