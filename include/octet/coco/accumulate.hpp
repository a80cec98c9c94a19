#ifndef OCTET_COCO_ACCUMULATE_HPP
#define OCTET_COCO_ACCUMULATE_HPP

#include <octet/coco/match.hpp>
#include <octet/coco/parameters.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace octet::coco {

/// Precision and recall of everything evaluated, -1 where there was nothing to find.
struct curves {
  std::size_t thresholds = 0, categories = 0;
  std::vector<double> precision;  ///< [T,R,K,A,M] at the recall points
  std::vector<double> scores;     ///< [T,R,K,A,M] of the detections there
  std::vector<double> recall;     ///< [T,K,A,M] reached

  static constexpr std::size_t areas = 4, limits = 3;
  std::size_t recall_index(std::size_t t, std::size_t k, std::size_t a, std::size_t m) const {
    return ((t * categories + k) * areas + a) * limits + m;
  }
  std::size_t index(std::size_t t, std::size_t r, std::size_t k, std::size_t a, std::size_t m) const {
    return (((t * parameters::recall_points + r) * categories + k) * areas + a) * limits + m;
  }
};

/// What one detection counts for: bit t of the masks is for threshold t.
struct judged {
  double score = 0;
  std::size_t rank = 0;  ///< in its cell
  std::array<std::uint32_t, 4> matched{}, ignored{};
};

/// One category over all pictures.
struct category_results {
  std::vector<judged> found;             ///< picture by picture, in each by rank
  std::array<std::size_t, 4> to_find{};  ///< annotations that count, by area
  bool seen = false;

  void add(const cell& c, const matches& m, std::size_t area, std::size_t first, std::size_t thresholds) {
    for (const char ignored : m.truth_ignored) to_find[area] += !ignored;
    const std::size_t D = c.found.size();
    for (std::size_t t = 0; t < thresholds; ++t)
      for (std::size_t d = 0; d < D; ++d) {
        judged& j = found[first + d];
        const int g = m.found_match[t * D + d];
        const std::uint32_t bit = std::uint32_t{1} << t;
        if (g >= 0 && c.truth[static_cast<std::size_t>(g)]->id != 0) j.matched[area] |= bit;
        if (m.found_ignored[t * D + d]) j.ignored[area] |= bit;
      }
  }
};

/// Fills category k of the curves. Cost: one sort per limit, then linear for each threshold.
inline void accumulate(const category_results& r, const parameters& p, std::size_t k, curves& out) {
  std::vector<double> recall, precision;
  std::vector<const judged*> order;
  for (std::size_t m = 0; m < curves::limits; ++m) {
    order.clear();
    for (const judged& j : r.found)
      if (j.rank < p.max_detections[m]) order.push_back(&j);
    // NaN counts as the lowest score.
    std::stable_sort(order.begin(), order.end(),
                     [](auto* x, auto* y) { return x->score > y->score || (y->score != y->score && x->score == x->score); });
    for (std::size_t a = 0; a < curves::areas; ++a) {
      if (!r.seen || r.to_find[a] == 0) continue;
      for (std::size_t t = 0; t < p.iou_thresholds.size(); ++t) {
        double right = 0, wrong = 0;
        recall.clear(), precision.clear();
        for (const judged* j : order) {
          if (!(j->ignored[a] >> t & 1)) (j->matched[a] >> t & 1 ? right : wrong) += 1;
          recall.push_back(right / static_cast<double>(r.to_find[a]));
          precision.push_back(right / ((wrong + right) + 0x1p-52));
        }
        out.recall[out.recall_index(t, k, a, m)] = recall.empty() ? 0 : recall.back();
        for (std::size_t i = precision.size(); i-- > 1;) precision[i - 1] = std::max(precision[i - 1], precision[i]);
        auto at = recall.begin();
        for (std::size_t i = 0; i < parameters::recall_points; ++i) {
          at = std::lower_bound(at, recall.end(), parameters::recall_at(i));
          const bool reached = at != recall.end();
          const auto n = static_cast<std::size_t>(at - recall.begin());
          out.precision[out.index(t, i, k, a, m)] = reached ? precision[n] : 0;
          out.scores[out.index(t, i, k, a, m)] = reached ? order[n]->score : 0;
        }
      }
    }
  }
}

}  // namespace octet::coco

#endif
