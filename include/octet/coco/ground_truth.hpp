#ifndef OCTET_COCO_GROUND_TRUTH_HPP
#define OCTET_COCO_GROUND_TRUTH_HPP

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace octet::coco {

/// x, y, width, height in pixels; of rotated boxes the centre instead of the corner.
using bounds = std::array<double, 4>;

struct picture {
  std::int64_t id = 0;
  int width = 0, height = 0;
  std::string file_name{};
  /// In data of LVIS, where not every category was looked for in every picture: categories that are not in it for sure, and
  /// those of which not every object is annotated.
  std::vector<std::int64_t> neg_category_ids{}, not_exhaustive_category_ids{};
};

struct category {
  std::int64_t id = 0;
  std::string name{};
};

struct annotation {
  std::int64_t id = 0, image_id = 0, category_id = 0;
  bounds bbox{};
  double area = 0;     ///< of the object (its mask where it has one), which decides small, medium or large
  bool crowd = false;  ///< a region of many objects: detections inside are neither right nor wrong
  bool solid = false;  ///< a crowd that overlaps like one object: what pycocotools makes of iscrowd = 256, 512, ...
  double angle = 0;    ///< of rotated boxes, in degrees, counter-clockwise as seen
};

struct ground_truth {
  std::vector<picture> images;
  std::vector<coco::category> categories;
  std::vector<annotation> annotations;
  /// Where a file has texts for ids: the id i stands for the i-th of these, which ascend (see text_ids.hpp).
  std::vector<std::string> image_texts{}, category_texts{};
};

/// One detection as COCO result files hold it.
struct scored_box {
  std::int64_t image_id = 0, category_id = 0;
  bounds bbox{};
  double score = 0;
  double angle = 0;  ///< of rotated boxes, in degrees
};

}  // namespace octet::coco

#endif
