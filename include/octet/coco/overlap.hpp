#ifndef OCTET_COCO_OVERLAP_HPP
#define OCTET_COCO_OVERLAP_HPP

#include <octet/coco/ground_truth.hpp>

#include <bit>
#include <cmath>
#include <cstdint>

namespace octet::coco {

namespace detail {

/// a * b rounded to double at once: the detour hides from the compiler that the product goes into a sum, which it would
/// otherwise contract to a fused multiply-add, whose last bit decides matches at a threshold.
inline double product(double a, double b) {
  auto bits = std::bit_cast<std::uint64_t>(a * b);
  asm("" : "+r"(bits));
  return std::bit_cast<double>(bits);
}

}  // namespace detail

/// Intersection over union of upright boxes, exactly as pycocotools computes it in double: touching edges do not overlap,
/// minima and maxima skip NaN, 0 / 0 is NaN.
struct box_overlap {
  double operator()(const bounds& d, const bounds& g, bool crowd) const {
    const double w = std::fmin(d[2] + d[0], g[2] + g[0]) - std::fmax(d[0], g[0]);
    if (w <= 0) return 0;
    const double h = std::fmin(d[3] + d[1], g[3] + g[1]) - std::fmax(d[1], g[1]);
    if (h <= 0) return 0;
    const double intersection = detail::product(w, h), area = detail::product(d[2], d[3]);
    const double united = crowd ? area : (area + detail::product(g[2], g[3])) - intersection;
    return intersection / united;
  }
};

}  // namespace octet::coco

#endif
