#ifndef OCTET_DETECT_OVERLAP_HPP
#define OCTET_DETECT_OVERLAP_HPP

#include <octet/core/types.hpp>

namespace octet::detect {
inline namespace OCTET_ABI {

namespace detail {
/// Rounded to float before anything is added to it, which a * b need not be where multiply-add is one instruction.
constexpr float product(float a, float b) noexcept {
  return static_cast<float>(static_cast<double>(a) * static_cast<double>(b));
}

constexpr float area(const box& b) noexcept { return b.x2 < b.x1 || b.y2 < b.y1 ? 0.0f : product(b.x2 - b.x1, b.y2 - b.y1); }

constexpr float lesser(float a, float b) noexcept { return b < a ? b : a; }
constexpr float greater(float a, float b) noexcept { return a < b ? b : a; }
}  // namespace detail

/// Intersection over union in single precision, step by step as Paddle's JaccardOverlap: 0 for boxes apart, NaN for two
/// empty boxes in one place; a box with its edges exchanged has the area 0.
constexpr float overlap(const box& a, const box& b) noexcept {
  if (b.x1 > a.x2 || b.x2 < a.x1 || b.y1 > a.y2 || b.y2 < a.y1) return 0.0f;
  const float w = detail::lesser(a.x2, b.x2) - detail::greater(a.x1, b.x1);
  const float h = detail::lesser(a.y2, b.y2) - detail::greater(a.y1, b.y1);
  const float both = detail::product(w, h);
  return both / (detail::area(a) + detail::area(b) - both);
}

/// The same with widths and heights larger by `more`, and without a special case for exchanged edges: step by step what
/// torchvision computes (0), and, with pixels that are counted with both edges, the C++ demos of PicoDet (1).
constexpr float plain_overlap(const box& a, const box& b, float more = 0.0f) noexcept {
  const auto side = [more](float from, float to) { return more == 0.0f ? to - from : to - from + more; };
  const float w = detail::greater(0.0f, side(detail::greater(a.x1, b.x1), detail::lesser(a.x2, b.x2)));
  const float h = detail::greater(0.0f, side(detail::greater(a.y1, b.y1), detail::lesser(a.y2, b.y2)));
  const float both = detail::product(w, h);
  const float area_a = detail::product(side(a.x1, a.x2), side(a.y1, a.y2));
  const float area_b = detail::product(side(b.x1, b.x2), side(b.y1, b.y2));
  return both / (area_a + area_b - both);
}

/// overlap() less the squared distance of the centres over the squared diagonal of the box around both (Zheng et al. 2020),
/// in [-1,1]; NaN for two points in one place.
constexpr float distance_overlap(const box& a, const box& b) noexcept {
  const float dx = (a.x1 + a.x2) - (b.x1 + b.x2), dy = (a.y1 + a.y2) - (b.y1 + b.y2);
  const float w = detail::greater(a.x2, b.x2) - detail::lesser(a.x1, b.x1);
  const float h = detail::greater(a.y2, b.y2) - detail::lesser(a.y1, b.y1);
  const float apart = (detail::product(dx, dx) + detail::product(dy, dy)) * 0.25f;
  return overlap(a, b) - apart / (detail::product(w, w) + detail::product(h, h));
}

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
