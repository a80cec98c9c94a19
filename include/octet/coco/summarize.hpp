#ifndef OCTET_COCO_SUMMARIZE_HPP
#define OCTET_COCO_SUMMARIZE_HPP

#include <octet/coco/accumulate.hpp>
#include <octet/coco/concepts.hpp>
#include <octet/coco/mean.hpp>
#include <octet/coco/parameters.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace octet::coco {

/// COCO's twelve numbers in pycocotools' order: AP, AP50, AP75, APs, APm, APl, AR at the three limits, ARs, ARm, ARl; -1
/// where there was nothing to find, or a threshold or limit of 100 was not evaluated.
using summary = std::array<double, 12>;

namespace detail {

/// Mean over all values above -1 of one area and limit; of one threshold or all.
template <mean_rule Mean>
double mean_precision(const curves& c, const parameters& p, std::optional<double> threshold, std::size_t area,
                      std::size_t limit, const Mean& mean) {
  std::vector<double> values;
  for (std::size_t t = 0; t < c.thresholds; ++t)
    for (std::size_t r = 0; r < parameters::recall_points && (!threshold || p.iou_thresholds[t] == *threshold); ++r)
      for (std::size_t k = 0; k < c.categories; ++k)
        if (const double x = c.precision[c.index(t, r, k, area, limit)]; x > -1) values.push_back(x);
  return values.empty() ? -1 : mean(values);
}

template <mean_rule Mean>
double mean_recall(const curves& c, std::size_t area, std::size_t limit, const Mean& mean) {
  std::vector<double> values;
  for (std::size_t t = 0; t < c.thresholds; ++t)
    for (std::size_t k = 0; k < c.categories; ++k)
      if (const double x = c.recall[c.recall_index(t, k, area, limit)]; x > -1) values.push_back(x);
  return values.empty() ? -1 : mean(values);
}

}  // namespace detail

template <mean_rule Mean = chunked_mean>
summary summarize(const curves& c, const parameters& p, const Mean& mean = {}) {
  const auto hundred = static_cast<std::size_t>(
      std::find(p.max_detections.begin(), p.max_detections.end(), std::size_t{100}) - p.max_detections.begin());
  summary s;
  s[0] = hundred < curves::limits ? detail::mean_precision(c, p, {}, 0, hundred, mean)
                                  : -1;  // pycocotools asks for 100, whatever the limits
  s[1] = detail::mean_precision(c, p, 0.5, 0, 2, mean);
  s[2] = detail::mean_precision(c, p, 0.75, 0, 2, mean);
  for (std::size_t a = 1; a < 4; ++a) s[2 + a] = detail::mean_precision(c, p, {}, a, 2, mean);
  for (std::size_t m = 0; m < 3; ++m) s[6 + m] = detail::mean_recall(c, 0, m, mean);
  for (std::size_t a = 1; a < 4; ++a) s[8 + a] = detail::mean_recall(c, a, 2, mean);
  return s;
}

/// pycocotools' twelve lines, character for character.
inline std::string to_text(const summary& s, const parameters& p = {}) {
  static constexpr const char* areas[] = {"all", "all", "all", "small", "medium", "large",
                                          "all", "all", "all", "small", "medium", "large"};
  std::string text;
  for (std::size_t i = 0; i < s.size(); ++i) {
    const char* iou = i == 1 ? "0.50" : i == 2 ? "0.75" : "0.50:0.95";
    const std::size_t limit = i == 0 ? 100 : p.max_detections[i >= 6 && i < 8 ? i - 6 : 2];
    char line[128];
    std::snprintf(line, sizeof line, " %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3zu ] = %0.3f\n",
                  i < 6 ? "Average Precision" : "Average Recall", i < 6 ? "(AP)" : "(AR)", iou, areas[i], limit, s[i]);
    text += line;
  }
  return text;
}

}  // namespace octet::coco

#endif
