#ifndef OCTET_COCO_PARAMETERS_HPP
#define OCTET_COCO_PARAMETERS_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

namespace octet::coco {

/// Areas in square pixels that count as one size of object; both ends belong to it.
struct area_range {
  double lo = 0, hi = 1e10;
  const char* name = "all";
};

namespace detail {
/// i * 0.01 as numpy's linspace gives it, the last one exactly 1.
inline std::vector<double> hundred_and_one() {
  std::vector<double> r(101, 1.0);
  for (std::size_t i = 0; i < 100; ++i) r[i] = static_cast<double>(i) * 0.01;
  return r;
}
}  // namespace detail

/// What is evaluated; the defaults are COCO's, to the last bit of pycocotools' (numpy's linspace).
struct parameters {
  static constexpr std::size_t most_thresholds = 32, most_areas = 16;

  std::vector<double> iou_thresholds{
      ///< at most most_thresholds
      0x1p-1,   0x1.199999999999ap-1, 0x1.3333333333333p-1, 0x1.4cccccccccccdp-1, 0x1.6666666666666p-1,
      0x1.8p-1, 0x1.999999999999ap-1, 0x1.b333333333333p-1, 0x1.cccccccccccccp-1, 0x1.e666666666666p-1};
  std::vector<double> recall_thresholds = detail::hundred_and_one();  ///< ascending
  std::vector<area_range> areas{{0, 1e10, "all"}, {0, 1024, "small"}, {1024, 9216, "medium"}, {9216, 1e10, "large"}};
  std::vector<std::size_t> max_detections{1, 10, 100};  ///< per picture and category; at least one
  bool categories_matter = true;                        ///< false: one class for all
  std::vector<std::int64_t> categories, images;         ///< ids that take part; empty: all of the ground truth
};

}  // namespace octet::coco

#endif
