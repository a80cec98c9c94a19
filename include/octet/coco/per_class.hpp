#ifndef OCTET_COCO_PER_CLASS_HPP
#define OCTET_COCO_PER_CLASS_HPP

#include <octet/coco/evaluate.hpp>

#include <cstdint>
#include <vector>

namespace octet::coco {

/// The numbers of one category; -1 where there was nothing to find.
struct class_scores {
  std::int64_t category_id = 0;
  double ap = -1, ap50 = -1, ap75 = -1, ar = -1;
};

/// A row for each category, at the first range of areas and the largest limit. Cost: nothing is evaluated again.
inline std::vector<class_scores> per_class(const evaluation& e) {
  std::vector<class_scores> rows;
  const curve_place at{0, e.parameters.max_detections.size() - 1};
  for (std::size_t k = 0; k < e.categories.size(); ++k) {
    const auto ap = [&](std::optional<double> threshold) {
      return mean_precision(e.curves, e.parameters, threshold, at, k);
    };
    rows.push_back({e.categories[k], ap({}), ap(0.5), ap(0.75), mean_recall(e.curves, at, k)});
  }
  return rows;
}

}  // namespace octet::coco

#endif
