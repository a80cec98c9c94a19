#ifndef OCTET_COCO_POLICY_HPP
#define OCTET_COCO_POLICY_HPP

#include <octet/coco/mean.hpp>
#include <octet/coco/overlap.hpp>

/// Where the behaviour of pycocotools and what its users expect part ways. A policy of your own is a struct with these
/// members; derive it from the nearer one and name what differs.
namespace octet::coco {

/// pycocotools 2.0 with numpy 1, to the last bit, with what it refuses and what it overlooks.
struct strict {
  using overlap = box_overlap;
  using mean = chunked_mean;

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

/// strict for numpy 2.3 and newer, which sums without chunks.
struct strict_numpy2 : strict {
  using mean = pairwise_mean;
};

}  // namespace octet::coco

#endif
