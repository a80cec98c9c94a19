#ifndef OCTET_DETECT_OVERLAP_HPP
#define OCTET_DETECT_OVERLAP_HPP

#include <octet/core/types.hpp>

namespace octet::detect {
inline namespace OCTET_ABI {

namespace detail {
/// Rounded to float before anything is added to it, which a * b need not be where multiply-add is one instruction.
constexpr float product(float a, float b) noexcept { return static_cast<float>(static_cast<double>(a) * b); }

constexpr float area(const box& b) noexcept { return b.x2 < b.x1 || b.y2 < b.y1 ? 0.0f : product(b.x2 - b.x1, b.y2 - b.y1); }
}  // namespace detail

/// Intersection over union in single precision, step by step as Paddle's JaccardOverlap: 0 for boxes apart, NaN for two
/// empty boxes in one place; a box with its edges exchanged has the area 0.
constexpr float overlap(const box& a, const box& b) noexcept {
  if (b.x1 > a.x2 || b.x2 < a.x1 || b.y1 > a.y2 || b.y2 < a.y1) return 0.0f;
  const float w = (b.x2 < a.x2 ? b.x2 : a.x2) - (a.x1 < b.x1 ? b.x1 : a.x1);
  const float h = (b.y2 < a.y2 ? b.y2 : a.y2) - (a.y1 < b.y1 ? b.y1 : a.y1);
  const float both = detail::product(w, h);
  return both / (detail::area(a) + detail::area(b) - both);
}

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
