#ifndef OCTET_COCO_SINK_CONFUSION_MATRIX_HPP
#define OCTET_COCO_SINK_CONFUSION_MATRIX_HPP

#include <octet/coco/id_index.hpp>
#include <octet/coco/matched_cell.hpp>

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace octet::coco {

/// A cell_sink for evaluations in which categories do not matter: what was taken for what. Detections are matched by their
/// boxes alone; those below the confidence are not looked at, as they cannot take anything from better ones.
class confusion_matrix {
 public:
  /// category_ids: those evaluated. threshold: its position in the parameters.
  confusion_matrix(std::vector<std::int64_t> category_ids, double confidence, std::size_t threshold = 0)
      : ids_(detail::sorted_unique(std::move(category_ids))),
        at_(ids_),
        confidence_(confidence),
        threshold_(threshold),
        counts_((ids_.size() + 1) * (ids_.size() + 1)) {}

  void operator()(const matched_cell& seen) {
    const matches& m = seen.areas[0];
    const std::size_t D = seen.cell.found.size(), G = seen.cell.truth.size();
    std::vector<char> taken(G);
    for (std::size_t d = 0; d < D; ++d) {
      const scored_box& box = *seen.cell.found[d];
      if (!(box.score >= confidence_) || m.found_ignored[threshold_ * D + d]) continue;
      const int g = m.found_match[threshold_ * D + d];
      if (g >= 0) taken[static_cast<std::size_t>(g)] = 1;
      ++cell(g < 0 ? none() : at_(seen.cell.truth[static_cast<std::size_t>(g)]->category_id), at_(box.category_id));
    }
    for (std::size_t g = 0; g < G; ++g)
      if (!taken[g] && !m.truth_ignored[g]) ++cell(at_(seen.cell.truth[g]->category_id), none());
  }

  const std::vector<std::int64_t>& categories() const { return ids_; }
  /// The row or the column that stands for nothing: found where nothing is, or not found.
  std::size_t none() const { return ids_.size(); }
  /// How many annotations of category `truth` were found as category `found`; positions in categories(), or none().
  std::size_t operator()(std::size_t truth, std::size_t found) const { return counts_[truth * (ids_.size() + 1) + found]; }

 private:
  std::size_t& cell(std::size_t truth, std::size_t found) { return counts_[truth * (ids_.size() + 1) + found]; }

  std::vector<std::int64_t> ids_;
  id_index at_;
  double confidence_;
  std::size_t threshold_;
  std::vector<std::size_t> counts_;
};

}  // namespace octet::coco

#endif
