#ifndef OCTET_COCO_SINK_OPERATING_POINTS_HPP
#define OCTET_COCO_SINK_OPERATING_POINTS_HPP

#include <octet/coco/records.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace octet::coco {

/// What a detector does that reports detections down to a score.
struct operating_point {
  double score = 0, precision = 0, recall = 0;
  double f1() const { return precision + recall > 0 ? 2 * precision * recall / (precision + recall) : 0; }
};

/// A category_sink: the precision and recall of every category at every score, as they are, not made monotone.
/// Detections of one score stand or fall together. Categories without anything to find are left out.
struct operating_points {
  std::size_t threshold = 0, area = 0;  ///< positions in the parameters

  struct curve {
    std::int64_t category_id;
    std::size_t to_find;
    std::vector<operating_point> points;  ///< by descending score
  };
  std::vector<curve> curves{};

  void operator()(const judged_category& c) {
    const std::size_t A = c.records.to_find.size(), to_find = c.records.to_find[area];
    if (!to_find) return;
    curve& out = curves.emplace_back(curve{c.id, to_find, {}});
    std::size_t right = 0, wrong = 0;
    for (std::size_t i = 0; i < c.order.size(); ++i) {
      const verdict v = c.records.verdicts[c.order[i] * A + area];
      const bool ignored = v.ignored >> threshold & 1, hit = v.hit >> threshold & 1;
      right += hit && !ignored;
      wrong += !hit && !ignored;
      const double score = c.records.score[c.order[i]];
      if (i + 1 < c.order.size() && c.records.score[c.order[i + 1]] == score) continue;
      if (right + wrong == 0) continue;
      const auto r = static_cast<double>(right);
      out.points.push_back({score, r / static_cast<double>(right + wrong), r / static_cast<double>(to_find)});
    }
  }
};

/// The point at which only scores of at least `confidence` are reported; zeros if there is none.
inline operating_point at_confidence(const operating_points::curve& c, double confidence) {
  operating_point at{confidence, 0, 0};
  for (const operating_point& p : c.points)
    if (p.score >= confidence) at = {confidence, p.precision, p.recall};
  return at;
}

/// The point of the best F1, of equal ones that of the highest score; zeros if there is none.
inline operating_point best_f1(const operating_points::curve& c) {
  operating_point best;
  for (const operating_point& p : c.points)
    if (p.f1() > best.f1()) best = p;
  return best;
}

}  // namespace octet::coco

#endif
