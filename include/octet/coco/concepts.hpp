#ifndef OCTET_COCO_CONCEPTS_HPP
#define OCTET_COCO_CONCEPTS_HPP

#include <octet/coco/ground_truth.hpp>

#include <concepts>
#include <cstddef>
#include <span>

namespace octet::coco {

/// How far two boxes with angles overlap: see overlap_rule.
template <class O>
concept rotated_overlap_rule = std::semiregular<O> &&
    requires(const O rule, const bounds& detection, double angle, const bounds& truth, bool crowd) {
  { rule(detection, angle, truth, angle, crowd) } -> std::same_as<double>;
};

/// How far a detection and an annotation overlap, in [0,1]. Against a crowd only the detection's own area counts.
template <class O>
concept overlap_rule = rotated_overlap_rule<O> ||
    (std::semiregular<O>&& requires(const O rule, const bounds& detection, const bounds& truth, bool crowd) {
      { rule(detection, truth, crowd) } -> std::same_as<double>;
    });

/// How many wrong detections count as better than the i-th (from 1) of `right` right ones with the same score, where
/// `before` wrong ones have better scores and `after` better or the same. in_order: the order of the list decides instead.
template <class T>
concept tie_rule = std::semiregular<T> && requires(const T rule, typename T::count n, std::size_t i, std::size_t right) {
  { T::in_order } -> std::convertible_to<bool>;
  { rule(n, n, i, right) } -> std::same_as<typename T::count>;
};

/// The mean of numbers; its order of summation decides the last bit.
template <class M>
concept mean_rule = std::semiregular<M> && requires(const M rule, std::span<const double> values) {
  { rule(values) } -> std::same_as<double>;
};

/// Where behaviours differ: see strict and corrected.
template <class P>
concept policy = overlap_rule<typename P::overlap> && mean_rule<typename P::mean> && tie_rule<typename P::ties> && requires {
  { P::zero_id_matches } -> std::convertible_to<bool>;
  { P::complete_annotations } -> std::convertible_to<bool>;
  { P::last_of_id } -> std::convertible_to<bool>;
  { P::empty_results } -> std::convertible_to<bool>;
  { P::first_at_100 } -> std::convertible_to<bool>;
  { P::federated } -> std::convertible_to<bool>;
  { P::most_per_image } -> std::convertible_to<std::size_t>;
};

struct matched_cell;
struct judged_category;

/// Sees every cell after it is matched, by category, then picture, ascending.
template <class S>
concept cell_sink = requires(S& sink, const matched_cell& c) {
  sink(c);
};

/// Sees every category once its detections are judged and sorted by score.
template <class S>
concept category_sink = requires(S& sink, const judged_category& c) {
  sink(c);
};

template <class S>
concept sink = cell_sink<S> || category_sink<S>;

}  // namespace octet::coco

#endif
