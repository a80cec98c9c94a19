#ifndef OCTET_DETECT_RULES_HPP
#define OCTET_DETECT_RULES_HPP

#include <octet/core/types.hpp>
#include <octet/detect/overlap.hpp>

#include <concepts>

namespace octet::detect {

/// When a kept box suppresses a candidate of less score. threshold: no pair goes whose intersection over union, with sides
/// larger by `more`, is below it. The fast search asks the rule only about pairs near it or above.
template <class R>
concept suppression_rule = requires(const R rule, const box& kept, const box& candidate) {
  { rule(kept, candidate) } -> std::same_as<bool>;
  { rule.threshold } -> std::convertible_to<double>;
  { R::more } -> std::convertible_to<float>;
};

inline namespace OCTET_ABI {

/// Paddle's: a candidate stays only if the overlap is at most the threshold, so that it goes if that is NaN.
struct jaccard_above {
  static constexpr float more = 0;
  float threshold = 0.6f;
  constexpr bool operator()(const box& kept, const box& candidate) const noexcept {
    return !(overlap(candidate, kept) <= threshold);
  }
};

/// torchvision's on a CPU: the overlap in float, the threshold in double, so that 0.6f is above 0.6.
struct plain_above {
  static constexpr float more = 0;
  double threshold = 0.5;
  constexpr bool operator()(const box& kept, const box& candidate) const noexcept {
    return static_cast<double>(plain_overlap(kept, candidate)) > threshold;
  }
};

/// The C++ demos' of PicoDet: pixels are counted with both edges, and an overlap equal to the threshold is enough.
struct pixels_at_least {
  static constexpr float more = 1;
  float threshold = 0.5f;
  constexpr bool operator()(const box& kept, const box& candidate) const noexcept {
    return plain_overlap(kept, candidate, more) >= threshold;
  }
};

/// Boxes whose centres are far apart stay even if they overlap (DIoU-NMS, Zheng et al. 2020).
struct distance_above {
  static constexpr float more = 0;
  float threshold = 0.5f;
  constexpr bool operator()(const box& kept, const box& candidate) const noexcept {
    return distance_overlap(kept, candidate) > threshold;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
