#ifndef OCTET_COCO_SUMMARIZE_HPP
#define OCTET_COCO_SUMMARIZE_HPP

#include <octet/coco/concepts.hpp>
#include <octet/coco/curves.hpp>
#include <octet/coco/parameters.hpp>
#include <octet/coco/policy.hpp>
#include <octet/core/result.hpp>

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace octet::coco {

/// COCO's twelve numbers in pycocotools' order: AP, AP50, AP75, APs, APm, APl, AR at the three limits, ARs, ARm, ARl; -1
/// where there was nothing to find, or what is asked for was not evaluated.
using summary = std::array<double, 12>;

/// A place in the curves: position of the area and of the limit.
struct curve_place {
  std::size_t area = 0, limit = 0;
};

/// Mean precision over all recall points and categories, of one threshold or all; -1: nothing to find.
/// only: one category instead of all.
template <mean_rule Mean = chunked_mean>
double mean_precision(const curves& c, const parameters& p, std::optional<double> threshold, curve_place at,
                      std::optional<std::size_t> only = {}, const Mean& mean = {}) {
  std::vector<std::size_t> categories;
  for (std::size_t k = 0; k < c.categories; ++k)
    if (c.has(k, at.area) && (!only || *only == k)) categories.push_back(k);
  std::vector<double> values;
  for (std::size_t t = 0; t < c.thresholds; ++t) {
    if (threshold && p.iou_thresholds[t] != *threshold) continue;
    const std::size_t first = values.size();
    values.resize(first + c.points * categories.size());
    for (std::size_t i = 0; i < categories.size(); ++i) {
      const double* const curve = c.precisions(t, categories[i], at.area, at.limit);
      for (std::size_t r = 0; r < c.points; ++r) values[first + r * categories.size() + i] = curve[r];
    }
  }
  return values.empty() ? -1 : mean(values);
}

/// Mean recall over all thresholds and categories.
template <mean_rule Mean = chunked_mean>
double mean_recall(const curves& c, curve_place at, std::optional<std::size_t> only = {}, const Mean& mean = {}) {
  std::vector<double> values;
  for (std::size_t t = 0; t < c.thresholds; ++t)
    for (std::size_t k = 0; k < c.categories; ++k)
      if (c.has(k, at.area) && (!only || *only == k)) values.push_back(c.recall(t, k, at.area, at.limit));
  return values.empty() ? -1 : mean(values);
}

namespace detail {
/// The position of the area of that name, or how many there are.
inline std::size_t area_named(const parameters& p, std::string_view name) {
  const auto at = std::find_if(p.areas.begin(), p.areas.end(), [&](const area_range& a) { return a.name == name; });
  return static_cast<std::size_t>(at - p.areas.begin());
}
inline constexpr const char* summary_areas[] = {"all", "all", "all", "small", "medium", "large"};
}  // namespace detail

/// The twelve numbers. Precondition: max_detections ascend. Error: strict needs three limits, as pycocotools does.
template <policy Policy = strict>
result<summary> summarize(const curves& c, const parameters& p) {
  const typename Policy::mean mean{};
  const std::size_t M = p.max_detections.size(), last = (std::min<std::size_t>)(M - 1, 2);
  if (Policy::first_at_100 && M < 3)
    return error(errc::invalid, "summary: " + std::to_string(M) + " limits of detections; the twelve numbers need three");
  const std::size_t limit = Policy::first_at_100 ? last : M - 1;
  const auto hundred = static_cast<std::size_t>(
      std::find(p.max_detections.begin(), p.max_detections.end(), std::size_t{100}) - p.max_detections.begin());
  const auto ap = [&](std::optional<double> threshold, const char* area, std::size_t m) {
    const std::size_t a = detail::area_named(p, area);
    return a < c.areas && m < M ? mean_precision(c, p, threshold, {a, m}, {}, mean) : -1;
  };
  const auto ar = [&](const char* area, std::size_t m) {
    const std::size_t a = detail::area_named(p, area);
    return a < c.areas && m < M ? mean_recall(c, {a, m}, {}, mean) : -1;
  };
  summary s;
  s[0] = ap({}, "all", Policy::first_at_100 ? hundred : limit);
  s[1] = ap(0.5, "all", limit);
  s[2] = ap(0.75, "all", limit);
  for (std::size_t i = 3; i < 6; ++i) s[i] = ap({}, detail::summary_areas[i], limit);
  for (std::size_t m = 0; m < 3; ++m) s[6 + m] = ar("all", m);
  for (std::size_t i = 3; i < 6; ++i) s[6 + i] = ar(detail::summary_areas[i], limit);
  return s;
}

/// pycocotools' twelve lines, character for character.
inline std::string to_text(const summary& s, const parameters& p = {}, bool first_at_100 = true) {
  const auto& limits = p.max_detections;
  std::string text;
  for (std::size_t i = 0; i < s.size(); ++i) {
    char iou[32];
    if (i == 1 || i == 2)
      std::snprintf(iou, sizeof iou, "%.2f", i == 1 ? 0.5 : 0.75);
    else
      std::snprintf(iou, sizeof iou, "%.2f:%.2f", p.iou_thresholds.front(), p.iou_thresholds.back());
    const std::size_t largest = (std::min<std::size_t>)(first_at_100 ? 2 : limits.size(), limits.size() - 1);
    const std::size_t limit = i == 0 && first_at_100 ? 100
                              : i >= 6 && i < 9      ? limits[(std::min)(i - 6, limits.size() - 1)]
                                                     : limits[largest];
    char line[128];
    std::snprintf(line, sizeof line, " %-18s %s @[ IoU=%-9s | area=%6s | maxDets=%3zu ] = %0.3f\n",
                  i < 6 ? "Average Precision" : "Average Recall", i < 6 ? "(AP)" : "(AR)", iou, detail::summary_areas[i % 6],
                  limit, s[i]);
    text += line;
  }
  return text;
}

}  // namespace octet::coco

#endif
