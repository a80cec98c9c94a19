#ifndef OCTET_COCO_ARRAYS_HPP
#define OCTET_COCO_ARRAYS_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/core/config.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <type_traits>
#include <vector>

/// Detections and annotations from the arrays that pipelines hold, without files.
namespace octet::coco {

/// Numbers that lie one after the other: std::vector, std::span, std::array, a row-major xtensor.
template <class A>
concept number_array = requires(const A& a) {
  { std::size(a) } -> std::convertible_to<std::size_t>;
  { *std::data(a) } -> std::convertible_to<double>;
};

/// How four numbers say a box: left, top, right and bottom edge.
struct edges {
  bounds operator()(double x1, double y1, double x2, double y2) const { return {x1, y1, x2 - x1, y2 - y1}; }
};
/// Left and top edge, width and height, as in COCO's files.
struct corner_and_size {
  bounds operator()(double x, double y, double w, double h) const { return {x, y, w, h}; }
};
/// Centre, width and height.
struct centre_and_size {
  bounds operator()(double x, double y, double w, double h) const { return {x - w / 2, y - h / 2, w, h}; }
};

namespace detail {

template <class Boxes, class Layout>
bounds box_at(const Boxes& boxes, std::size_t i, Layout layout) {
  const auto* b = std::data(boxes) + 4 * i;
  return layout(static_cast<double>(b[0]), static_cast<double>(b[1]), static_cast<double>(b[2]), static_cast<double>(b[3]));
}

}  // namespace detail

/// The detections of a picture: boxes [N,4] in pixels, scores [N], category ids [N].
template <class Layout = edges, number_array Boxes, number_array Scores, number_array Categories>
std::vector<scored_box> detections_of(std::int64_t image_id, const Boxes& boxes, const Scores& scores,
                                      const Categories& categories, Layout layout = {}) {
  const std::size_t n = std::size(scores);
  OCTET_EXPECTS(std::size(boxes) == 4 * n && std::size(categories) == n);
  std::vector<scored_box> all;
  all.reserve(n);
  for (std::size_t i = 0; i < n; ++i)
    all.push_back({image_id, static_cast<std::int64_t>(std::data(categories)[i]), detail::box_at(boxes, i, layout),
                   static_cast<double>(std::data(scores)[i])});
  return all;
}

/// The objects of a picture: boxes [N,4] in pixels, category ids [N]; crowd [N] or empty, not 0 for regions of many objects.
/// The area is the box's. Ids count from first_id.
template <class Layout = edges, number_array Boxes, number_array Categories, number_array Crowd = std::vector<int>>
std::vector<annotation> annotations_of(std::int64_t image_id, const Boxes& boxes, const Categories& categories,
                                       std::int64_t first_id, const Crowd& crowd = {}, Layout layout = {}) {
  const std::size_t n = std::size(categories);
  OCTET_EXPECTS(std::size(boxes) == 4 * n && (std::size(crowd) == 0 || std::size(crowd) == n));
  std::vector<annotation> all;
  all.reserve(n);
  for (std::size_t i = 0; i < n; ++i) {
    const bounds b = detail::box_at(boxes, i, layout);
    all.push_back({first_id + static_cast<std::int64_t>(i), image_id, static_cast<std::int64_t>(std::data(categories)[i]), b,
                   b[2] * b[3], std::size(crowd) != 0 && std::data(crowd)[i] != 0});
  }
  return all;
}

}  // namespace octet::coco

#endif
