#ifndef OCTET_COCO_PARAMETERS_HPP
#define OCTET_COCO_PARAMETERS_HPP

#include <array>
#include <cstddef>
#include <vector>

namespace octet::coco {

/// Areas in square pixels that count as one size of object; both ends belong to it.
struct area_range {
  double lo = 0, hi = 1e10;
};

/// What is evaluated; the defaults are COCO's, to the last bit of pycocotools' (numpy's linspace).
struct parameters {
  std::vector<double> iou_thresholds{
      0x1p-1,   0x1.199999999999ap-1, 0x1.3333333333333p-1, 0x1.4cccccccccccdp-1, 0x1.6666666666666p-1,
      0x1.8p-1, 0x1.999999999999ap-1, 0x1.b333333333333p-1, 0x1.cccccccccccccp-1, 0x1.e666666666666p-1};
  std::array<area_range, 4> areas{{{0, 1e10}, {0, 1024}, {1024, 9216}, {9216, 1e10}}};  ///< all, small, medium, large
  std::array<std::size_t, 3> max_detections{1, 10, 100};  ///< per picture and category, ascending
  bool categories_matter = true;                          ///< false: one class for all

  static constexpr std::size_t recall_points = 101;
  /// i * 0.01 as numpy's linspace gives it, the last one exactly 1.
  static constexpr double recall_at(std::size_t i) { return i + 1 == recall_points ? 1.0 : static_cast<double>(i) * 0.01; }
};

}  // namespace octet::coco

#endif
