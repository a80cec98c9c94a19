#ifndef OCTET_COCO_OVERLAP_HPP
#define OCTET_COCO_OVERLAP_HPP

#include <octet/coco/exact.hpp>
#include <octet/coco/ground_truth.hpp>

namespace octet::coco {

/// Intersection over union of upright boxes, exactly as pycocotools computes it in double: touching edges do not overlap,
/// minima and maxima skip NaN, 0 / 0 is NaN. Against a crowd the union is the detection alone.
struct box_overlap {
  OCTET_ALWAYS_INLINE double operator()(const bounds& d, const bounds& g, bool crowd) const {
    using namespace detail;
    const double w = smaller(d[2] + d[0], g[2] + g[0]) - larger(d[0], g[0]);
    if (w <= 0) return 0;
    const double h = smaller(d[3] + d[1], g[3] + g[1]) - larger(d[1], g[1]);
    if (h <= 0) return 0;
    const double intersection = product(w, h), area = product(d[2], d[3]);
    const double united = crowd ? area : (area + product(g[2], g[3])) - intersection;
    return intersection / united;
  }
};

}  // namespace octet::coco

#endif
