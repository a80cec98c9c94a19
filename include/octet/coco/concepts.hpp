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

}  // namespace octet::coco

#endif
