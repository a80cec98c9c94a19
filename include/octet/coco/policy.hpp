#ifndef OCTET_COCO_POLICY_HPP
#define OCTET_COCO_POLICY_HPP

#include <octet/coco/mean.hpp>
#include <octet/coco/overlap.hpp>
#include <octet/coco/rotated_overlap.hpp>
#include <octet/coco/tie_rules.hpp>

#include <cstddef>

/// Where the behaviour of pycocotools and what its users expect part ways. A policy of your own is a struct with these
/// members; derive it from the nearer one and name what differs.
namespace octet::coco {

/// pycocotools 2.0 with numpy 1, to the last bit, with what it refuses and what it overlooks.
struct strict {
  using overlap = box_overlap;
  using mean = chunked_mean;
  using ties = file_order;

  /// A detection matched to the annotation with id 0 counts as unmatched.
  static constexpr bool zero_id_matches = false;
  /// Annotations without iscrowd, or without area, are refused where they take part.
  static constexpr bool complete_annotations = true;
  /// The last annotation of an id stands for all that have the id.
  static constexpr bool last_of_id = true;
  /// A result file without detections is refused.
  static constexpr bool empty_results = false;
  /// The first of the twelve numbers is that for 100 detections, or -1; and at least three limits are needed.
  static constexpr bool first_at_100 = true;
  /// Pictures say which categories were looked for: see lvis.
  static constexpr bool federated = false;
  /// Only so many detections of a picture, over all categories, take part, the best ones; 0: all.
  static constexpr std::size_t most_per_image = 0;
};

/// The same arithmetic without the traps. In brackets the issues of cocodataset/cocoapi that ask for each difference.
struct corrected : strict {
  static constexpr bool zero_id_matches = true;  ///< [664, 672]
  static constexpr bool complete_annotations =
      false;                                   ///< no iscrowd: not a crowd [123, 580]; no area: that of the box [374]
  static constexpr bool last_of_id = false;    ///< repeated ids are an error of the file [466]
  static constexpr bool empty_results = true;  ///< nothing found, all missed [450]
  static constexpr bool first_at_100 = false;  ///< the largest limit, however many there are [558, 584, 222]
};

/// The rules of LVIS (Gupta et al. 2019) for categories that were not looked for in every picture: a detection takes part
/// only where its category is annotated or listed in neg_category_ids, at most 300 detections of a picture do, and what is
/// found beyond the annotated objects of a category in not_exhaustive_category_ids is neither right nor wrong. To be used
/// with max_detections {300}.
struct lvis : corrected {
  static constexpr bool federated = true;
  static constexpr std::size_t most_per_image = 300;
};

/// Boxes with an angle: [centre x, centre y, width, height, degrees] in the files.
struct rotated : corrected {
  using overlap = rotated_overlap;
};

/// strict for numpy 2.3 and newer, which sums without chunks.
struct strict_numpy2 : strict {
  using mean = pairwise_mean;
};

}  // namespace octet::coco

#endif
