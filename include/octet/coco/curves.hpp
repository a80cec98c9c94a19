#ifndef OCTET_COCO_CURVES_HPP
#define OCTET_COCO_CURVES_HPP

#include <octet/coco/parameters.hpp>

#include <array>
#include <cstddef>
#include <vector>

namespace octet::coco {

/// Precision and recall of everything evaluated, for threshold t, recall point r, category k, area a and limit m; -1 where
/// there was nothing to find. Memory is taken only for categories and areas that have something to find.
class curves {
 public:
  curves() = default;
  curves(const parameters& p, std::size_t category_count)
      : thresholds(p.iou_thresholds.size()),
        points(p.recall_thresholds.size()),
        categories(category_count),
        areas(p.areas.size()),
        limits(p.max_detections.size()),
        parts_(category_count) {}

  std::size_t thresholds = 0, points = 0, categories = 0, areas = 0, limits = 0;

  bool has(std::size_t k, std::size_t a) const { return parts_[k].at[a] != none; }
  /// Precision at the recall points, made monotone.
  double precision(std::size_t t, std::size_t r, std::size_t k, std::size_t a, std::size_t m) const {
    return has(k, a) ? precisions(t, k, a, m)[r] : -1;
  }
  /// Scores of the detections there.
  double score(std::size_t t, std::size_t r, std::size_t k, std::size_t a, std::size_t m) const {
    return has(k, a) ? parts_[k].score[parts_[k].at[a] * limits * thresholds * points + (m * thresholds + t) * points + r]
                     : -1;
  }
  /// Recall reached.
  double recall(std::size_t t, std::size_t k, std::size_t a, std::size_t m) const {
    return has(k, a) ? parts_[k].recall[parts_[k].at[a] * limits * thresholds + m * thresholds + t] : -1;
  }
  /// All recall points of one curve. Precondition: has(k, a).
  const double* precisions(std::size_t t, std::size_t k, std::size_t a, std::size_t m) const {
    return &parts_[k].precision[parts_[k].at[a] * limits * thresholds * points + (m * thresholds + t) * points];
  }

  /// pycocotools' arrays: precision and scores [T,R,K,A,M], recall [T,K,A,M].
  std::vector<double> precision_array() const {
    return array([&](auto... i) { return precision(i...); });
  }
  std::vector<double> score_array() const {
    return array([&](auto... i) { return score(i...); });
  }
  std::vector<double> recall_array() const {
    std::vector<double> all;
    for (std::size_t t = 0; t < thresholds; ++t)
      for (std::size_t k = 0; k < categories; ++k)
        for (std::size_t a = 0; a < areas; ++a)
          for (std::size_t m = 0; m < limits; ++m) all.push_back(recall(t, k, a, m));
    return all;
  }

  /// Zeros for the areas of category k that have something to find; what accumulate fills. Other categories are not touched.
  template <class Count>
  void make(std::size_t k, const Count& to_find) {
    part& c = parts_[k];
    std::size_t n = 0;
    for (std::size_t a = 0; a < areas; ++a) c.at[a] = to_find[a] ? n++ : none;
    c.precision.assign(n * limits * thresholds * points, 0);
    c.score = c.precision;
    c.recall.assign(n * limits * thresholds, 0);
  }
  struct target {
    double *precision, *score, *recall;
  };
  target at(std::size_t t, std::size_t k, std::size_t a, std::size_t m) {
    part& c = parts_[k];
    const std::size_t i = (c.at[a] * limits + m) * thresholds + t;
    return {&c.precision[i * points], &c.score[i * points], &c.recall[i]};
  }

 private:
  static constexpr std::size_t none = ~std::size_t{0};
  struct part {
    part() { at.fill(none); }
    std::array<std::size_t, parameters::most_areas> at;
    std::vector<double> precision, score, recall;
  };

  template <class Get>
  std::vector<double> array(Get&& get) const {
    std::vector<double> all;
    all.reserve(thresholds * points * categories * areas * limits);
    for (std::size_t t = 0; t < thresholds; ++t)
      for (std::size_t r = 0; r < points; ++r)
        for (std::size_t k = 0; k < categories; ++k)
          for (std::size_t a = 0; a < areas; ++a)
            for (std::size_t m = 0; m < limits; ++m) all.push_back(get(t, r, k, a, m));
    return all;
  }

  std::vector<part> parts_;
};

}  // namespace octet::coco

#endif
