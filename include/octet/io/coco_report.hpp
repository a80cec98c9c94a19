#ifndef OCTET_IO_COCO_REPORT_HPP
#define OCTET_IO_COCO_REPORT_HPP

#include <octet/coco/bootstrap.hpp>
#include <octet/coco/error_kinds.hpp>
#include <octet/coco/evaluate.hpp>
#include <octet/coco/per_class.hpp>
#include <octet/coco/sink/calibration.hpp>
#include <octet/coco/sink/confusion_matrix.hpp>
#include <octet/coco/sink/operating_points.hpp>
#include <octet/coco/text_ids.hpp>
#include <octet/io/bar_chart.hpp>
#include <octet/io/line_chart.hpp>
#include <octet/io/table.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What the metric finds out, as tables and charts for people.
namespace octet::io {

/// The name of a category, or its id where it has none.
inline std::string category_name(const coco::ground_truth& truth, std::int64_t id) {
  for (const coco::category& c : truth.categories)
    if (c.id == id && !c.name.empty()) return c.name;
  return id < 0 ? "all" : coco::id_text(truth.category_texts, id);
}

inline std::array<std::string, 12> summary_names(const coco::parameters& p = {}) {
  std::array<std::string, 12> names{"AP", "AP50", "AP75", "AP small", "AP medium", "AP large",
                                    "",   "",     "",     "AR small", "AR medium", "AR large"};
  const auto& limits = p.max_detections;
  for (std::size_t m = 0; m < 3; ++m) names[6 + m] = "AR " + (m < limits.size() ? std::to_string(limits[m]) : "-");
  return names;
}

/// A row for each category: its numbers, and the score at which its F1 is best. "-" where there was nothing to find.
inline table class_table(const coco::ground_truth& truth, const coco::evaluation& e, const coco::operating_points& points) {
  table t({"class", "objects", "AP", "AP50", "AP75", "AR", "best F1", "at score"});
  for (const coco::class_scores& c : coco::per_class(e)) {
    coco::operating_point best;
    std::size_t objects = 0;
    for (const auto& curve : points.curves)
      if (curve.category_id == c.category_id) best = coco::best_f1(curve), objects = curve.to_find;
    const auto number = [&](double x) { return c.ap < 0 ? std::string("-") : fixed(x, 3); };
    t.add({category_name(truth, c.category_id), std::to_string(objects), number(c.ap), number(c.ap50), number(c.ap75),
           number(c.ar), number(best.f1()), number(best.score)});
  }
  return t;
}

/// The AP of each category that has something to find, the best first; charts of forty each.
inline std::vector<bar_chart> class_charts(const coco::ground_truth& truth, const coco::evaluation& e) {
  auto rows = coco::per_class(e);
  std::erase_if(rows, [](const coco::class_scores& c) { return c.ap < 0; });
  std::stable_sort(rows.begin(), rows.end(), [](const auto& x, const auto& y) { return x.ap > y.ap; });
  std::vector<bar_chart> charts;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % 40 == 0) charts.emplace_back(i ? "" : "AP by class", 3, 1);
    charts.back().add(category_name(truth, rows[i].category_id), rows[i].ap);
  }
  return charts;
}

/// Precision over recall at every threshold, of one category (its position) or as the mean over all; first range of areas,
/// largest limit.
inline line_chart precision_recall_chart(const std::string& title, const coco::evaluation& e,
                                         std::optional<std::size_t> only = {}) {
  line_chart chart(title, {"recall", 0, 1}, {"precision", 0, 1.02});
  const std::size_t last = e.parameters.max_detections.size() - 1, T = e.curves.thresholds;
  for (std::size_t t = 0; t < T; ++t) {
    std::vector<line_chart::point> points;
    for (std::size_t r = 0; r < e.curves.points; ++r) {
      double sum = 0, count = 0;
      for (std::size_t k = 0; k < e.curves.categories; ++k)
        if (e.curves.has(k, 0) && (!only || *only == k)) sum += e.curves.precision(t, r, k, 0, last), ++count;
      if (count > 0) points.push_back({e.parameters.recall_thresholds[r], sum / count});
    }
    const double threshold = e.parameters.iou_thresholds[t];
    const double ap = coco::mean_precision(e.curves, e.parameters, threshold, {0, last}, only);
    chart.add("IoU " + fixed(threshold, 2) + "  AP " + (ap < 0 ? "-" : fixed(ap, 3)), points,
              colour_between(T > 1 ? static_cast<double>(t) / static_cast<double>(T - 1) : 0));
  }
  return chart;
}

/// Kinds of errors, how many there are, and the AP50 that each costs.
inline table error_table(const coco::error_kinds& e) {
  table t({"error", "count", "AP50 it costs"});
  for (std::size_t k = 0; k < e.names.size(); ++k)
    t.add({e.names[k], std::to_string(e.losses[k].count), fixed(e.losses[k].ap, 4)});
  return t;
}
inline bar_chart error_chart(const coco::error_kinds& e) {
  bar_chart chart("AP50 that each kind of error costs");
  for (std::size_t k = 0; k < e.names.size(); ++k) chart.add(e.names[k], e.losses[k].ap, colours[1]);
  return chart;
}

/// An entry beside the diagonal of the confusion matrix.
struct confusion {
  std::size_t count;
  std::string object, found_as;
};
/// The commonest confusions of two classes, then the classes most often missed or found where nothing is.
inline std::vector<confusion> confusions(const coco::ground_truth& truth, const coco::confusion_matrix& matrix,
                                         std::size_t most_of_each = 15) {
  const auto name = [&](std::size_t k) {
    return k == matrix.none() ? "nothing" : category_name(truth, matrix.categories()[k]);
  };
  std::vector<confusion> list;
  for (const bool of_nothing : {false, true}) {
    std::vector<confusion> all;
    for (std::size_t g = 0; g <= matrix.none(); ++g)
      for (std::size_t d = 0; d <= matrix.none(); ++d)
        if (g != d && matrix(g, d) && of_nothing == (g == matrix.none() || d == matrix.none()))
          all.push_back({matrix(g, d), name(g), name(d)});
    std::stable_sort(all.begin(), all.end(), [](const confusion& x, const confusion& y) { return x.count > y.count; });
    all.resize((std::min)(all.size(), most_of_each));
    list.insert(list.end(), all.begin(), all.end());
  }
  return list;
}
inline table confusion_table(const std::vector<confusion>& list) {
  table t({"object", "found as", "count"});
  for (const confusion& c : list) t.add({c.object, c.found_as, std::to_string(c.count)});
  return t;
}

/// The share of right detections over their score; the diagonal is a detector whose scores mean what they say.
inline line_chart calibration_chart(const coco::calibration& c) {
  line_chart chart("Do scores mean what they say? (IoU 0.5)", {"score", 0, 1}, {"share of right detections", 0, 1});
  std::vector<line_chart::point> points;
  for (const auto& b : c.bins)
    if (b.count) {
      const auto n = static_cast<double>(b.count);
      points.push_back({b.score_sum / n, static_cast<double>(b.right) / n});
    }
  chart.add("as they should", {{0, 0}, {1, 1}}, "#bbb");
  chart.add("found (error " + fixed(c.expected_error(), 3) + ")", points);
  return chart;
}

/// The twelve numbers of two results, and how far they are apart.
inline table comparison_table(const coco::summary& first, const coco::summary& second, const coco::parameters& p = {}) {
  table t({"", "first", "second", "difference"});
  const auto names = summary_names(p);
  for (std::size_t i = 0; i < first.size(); ++i)
    t.add({names[i], fixed(first[i], 4), fixed(second[i], 4), fixed(second[i] - first[i], 4)});
  return t;
}
inline std::string comparison_text(const coco::estimate& d) {
  return "AP of the second less that of the first: " + fixed(d.value, 4) + ", 95 % interval " + fixed(d.lo, 4) + " to " +
         fixed(d.hi, 4) + (d.lo > 0 || d.hi < 0 ? ": they differ" : ": not more than chance");
}

}  // namespace octet::io

#endif
