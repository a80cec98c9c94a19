#ifndef OCTET_COCO_SINK_IMAGE_SCORES_HPP
#define OCTET_COCO_SINK_IMAGE_SCORES_HPP

#include <octet/coco/matched_cell.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

namespace octet::coco {

/// How a detector did on one picture.
struct image_score {
  std::int64_t image_id = 0;
  std::size_t right = 0, wrong = 0, missed = 0;
  /// The F1 of the picture; 1 if there is nothing to find and nothing was found.
  double f1() const {
    const std::size_t all = 2 * right + wrong + missed;
    return all ? 2 * static_cast<double>(right) / static_cast<double>(all) : 1;
  }
};

/// A cell_sink: finds the pictures that a detector does worst on. Detections below the confidence are not looked at.
struct image_scores {
  double confidence = 0.5;
  std::size_t threshold = 0, area = 0;  ///< positions in the parameters
  std::map<std::int64_t, image_score> pictures{};

  void operator()(const matched_cell& seen) {
    const matches& m = seen.areas[area];
    const std::size_t D = seen.cell.found.size();
    image_score& s = pictures[seen.image_id];
    s.image_id = seen.image_id;
    std::size_t right = 0, to_find = 0;
    for (std::size_t d = 0; d < D; ++d) {
      if (!(seen.cell.found[d]->score >= confidence) || m.found_ignored[threshold * D + d]) continue;
      m.found_match[threshold * D + d] >= 0 ? ++right : ++s.wrong;
    }
    for (const char ignored : m.truth_ignored) to_find += !ignored;
    s.right += right;
    s.missed += to_find - right;
  }

  /// By ascending F1, ties by more mistakes, then by id.
  std::vector<image_score> worst_first() const {
    std::vector<image_score> list;
    for (const auto& [id, score] : pictures) list.push_back(score);
    std::stable_sort(list.begin(), list.end(), [](const image_score& x, const image_score& y) {
      return x.f1() != y.f1() ? x.f1() < y.f1() : x.wrong + x.missed > y.wrong + y.missed;
    });
    return list;
  }
};

}  // namespace octet::coco

#endif
