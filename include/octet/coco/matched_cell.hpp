#ifndef OCTET_COCO_MATCHED_CELL_HPP
#define OCTET_COCO_MATCHED_CELL_HPP

#include <octet/coco/concepts.hpp>
#include <octet/coco/match.hpp>
#include <octet/coco/parameters.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace octet::coco {

/// Who was matched with whom, for one range of areas.
struct matches {
  std::vector<std::size_t> order;   ///< [G] annotations in the order in which detections try them: ignored ones last
  std::vector<char> truth_ignored;  ///< [G] crowd, or outside the range
  std::vector<int> found_match;     ///< [T,D] index of the annotation, -1 without
  std::vector<int> truth_match;     ///< [T,G] index of the last detection that took it, -1 without
  std::vector<char> found_ignored;  ///< [T,D] neither right nor wrong
};

/// What a sink sees of a cell.
struct matched_cell {
  std::size_t image, category;  ///< positions among those evaluated
  std::int64_t image_id, category_id;
  const coco::cell& cell;
  std::vector<coco::matches> areas;  ///< [A]
};

namespace detail {

/// Collects matches while a cell is matched.
class match_log {
 public:
  match_log(matched_cell& to, const parameters& p) : to_(to), T_(p.iou_thresholds.size()) {
    const std::size_t D = to.cell.found.size(), G = to.cell.truth.size();
    to.areas.resize(p.areas.size());
    for (matches& m : to.areas) m.found_match.assign(T_ * D, -1), m.truth_match.assign(T_ * G, -1);
  }
  void operator()(std::size_t area, std::size_t d, std::size_t g, std::uint32_t mask) {
    const std::size_t D = to_.cell.found.size(), G = to_.cell.truth.size();
    for (; mask; mask &= mask - 1) {
      const auto t = static_cast<std::size_t>(std::countr_zero(mask));
      to_.areas[area].found_match[t * D + d] = static_cast<int>(g);
      to_.areas[area].truth_match[t * G + g] = static_cast<int>(d);
    }
  }
  /// verdicts [D,A] and ignored [A,G] of the cell.
  void finish(const verdict* verdicts, const std::vector<char>& ignored) {
    const std::size_t D = to_.cell.found.size(), G = to_.cell.truth.size(), A = to_.areas.size();
    for (std::size_t a = 0; a < A; ++a) {
      matches& m = to_.areas[a];
      m.truth_ignored.assign(ignored.begin() + static_cast<std::ptrdiff_t>(a * G),
                             ignored.begin() + static_cast<std::ptrdiff_t>((a + 1) * G));
      for (const char pass : {char{0}, char{1}})
        for (std::size_t g = 0; g < G; ++g)
          if (m.truth_ignored[g] == pass) m.order.push_back(g);
      for (std::size_t t = 0; t < T_; ++t)
        for (std::size_t d = 0; d < D; ++d) m.found_ignored.push_back(verdicts[d * A + a].ignored >> t & 1);
    }
  }

 private:
  matched_cell& to_;
  std::size_t T_;
};

}  // namespace detail

}  // namespace octet::coco

#endif
