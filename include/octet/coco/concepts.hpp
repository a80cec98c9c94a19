#ifndef OCTET_COCO_CONCEPTS_HPP
#define OCTET_COCO_CONCEPTS_HPP

#include <octet/coco/ground_truth.hpp>

#include <concepts>
#include <span>

namespace octet::coco {

/// How far a detection and an annotation overlap, in [0,1]. Against a crowd only the detection's own area counts.
template <class O>
concept overlap_rule = std::semiregular<O> &&
    requires(const O rule, const bounds& detection, const bounds& truth, bool crowd) {
  { rule(detection, truth, crowd) } -> std::same_as<double>;
};

/// The mean of numbers; its order of summation decides the last bit.
template <class M>
concept mean_rule = std::semiregular<M> && requires(const M rule, std::span<const double> values) {
  { rule(values) } -> std::same_as<double>;
};

/// Where behaviours differ: see strict and corrected.
template <class P>
concept policy = overlap_rule<typename P::overlap> && mean_rule<typename P::mean> && requires {
  { P::zero_id_matches } -> std::convertible_to<bool>;
  { P::complete_annotations } -> std::convertible_to<bool>;
  { P::last_of_id } -> std::convertible_to<bool>;
  { P::empty_results } -> std::convertible_to<bool>;
  { P::first_at_100 } -> std::convertible_to<bool>;
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
