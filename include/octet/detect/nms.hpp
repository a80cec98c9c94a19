#ifndef OCTET_DETECT_NMS_HPP
#define OCTET_DETECT_NMS_HPP

#include <octet/core/arch.hpp>
#include <octet/core/types.hpp>
#include <octet/detect/greedy.hpp>
#include <octet/detect/radix_sort.hpp>
#include <octet/detect/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace octet::detect {
inline namespace OCTET_ABI {

/// Suppression class by class with exactly the rules of Paddle's multiclass_nms3 on a CPU, where the published accuracy of
/// PicoDet comes from. No class is background; boxes are not widened by a pixel (its `normalized`).
struct multiclass_nms {
  float score_threshold = 0.025f;  ///< only scores above take part
  int nms_top_k = 1000;            ///< candidates per class, the best ones; negative: all
  float nms_threshold = 0.6f;      ///< a box goes unless its overlap with every better kept box is at most this
  int keep_top_k = 100;            ///< detections over all classes, the best ones; negative: all
  float eta = 1.0f;                ///< below 1: what nms_threshold is multiplied by after each kept box while above 1/2

  /// Elements of scratch that n candidates need.
  static constexpr std::size_t scratch_size(std::size_t n) noexcept { return nms_scratch_size(n); }

  /// Indices of the detections that remain: classes ascending, within a class by descending score; equal scores keep
  /// the order of the candidates. The result is the front of `scratch`.
  /// Precondition: scratch_size(candidates.size()) elements of scratch; fewer than 2^32 candidates.
  /// Cost: linear, and per class candidates times kept boxes, eight in a step.
  template <class Arch = arch::current>
  std::span<const std::uint32_t> operator()(std::span<const detection> candidates,
                                            std::span<std::uint32_t> scratch) const noexcept {
    const auto room = scratch.subspan(candidates.size());
    const std::size_t n =
        detail::sort_candidates(candidates, scratch, true, [&](float score) { return score > score_threshold; });
    std::size_t kept = 0;
    detail::for_each_class(candidates, scratch.first(n), true, [&](std::size_t first, std::size_t last) {
      jaccard_above rule{nms_threshold};
      const auto shrink = [&] {
        const bool shrinks = eta < 1.0f && rule.threshold > 0.5f;
        if (shrinks) rule.threshold *= eta;
        return shrinks;
      };
      last = detail::cut(first, last, nms_top_k);
      kept += detail::keep_greedily<Arch>(candidates, scratch, first, last, kept, room.data(), rule, shrink);
    });
    if (const std::size_t most = detail::cut(0, kept, keep_top_k); most < kept) {
      radix_sort(scratch.first(kept), room, [&](std::uint32_t i) { return descending(candidates[i].score); });
      kept = most;
      radix_sort(scratch.first(kept), room, [&](std::uint32_t i) { return ascending(candidates[i].label); });
    }
    return scratch.first(kept);
  }
};

/// Greedy suppression by any rule; its result is in the order of the scores.
///   hard_nms<jaccard_above>     the usual one
///   hard_nms<plain_above>       torchvision.ops.nms; with class_aware what its batched_nms does class by class (not its
///                               shift of coordinates, which rounds them)
///   hard_nms<pixels_at_least>   the C++ demos of PicoDet (ncnn, MNN, OpenVINO), whose order of equal scores is not defined
///   hard_nms<distance_above>    DIoU-NMS
template <suppression_rule Rule = jaccard_above>
struct hard_nms {
  Rule rule{};
  bool class_aware = true;        ///< boxes of different classes do not suppress each other
  float score_threshold = -1.0f;  ///< only scores above take part
  int top_k = -1;                 ///< candidates per class (or of all), the best ones; negative: all
  int keep_top_k = -1;            ///< detections over all classes, the best ones; negative: all

  static constexpr std::size_t scratch_size(std::size_t n) noexcept { return nms_scratch_size(n); }

  /// Indices of the detections that remain, by descending score, equal scores in the order of the candidates, in the front
  /// of `scratch`. Preconditions and cost: as for multiclass_nms.
  template <class Arch = arch::current>
  std::span<const std::uint32_t> operator()(std::span<const detection> candidates,
                                            std::span<std::uint32_t> scratch) const noexcept {
    const auto room = scratch.subspan(candidates.size());
    const std::size_t n =
        detail::sort_candidates(candidates, scratch, class_aware, [&](float score) { return score > score_threshold; });
    std::size_t kept = 0;
    detail::for_each_class(candidates, scratch.first(n), class_aware, [&](std::size_t first, std::size_t last) {
      last = detail::cut(first, last, top_k);
      kept += detail::keep_greedily<Arch>(candidates, scratch, first, last, kept, room.data(), rule, [] { return false; });
    });
    if (class_aware) {
      radix_sort(scratch.first(kept), room, [](std::uint32_t i) { return i; });
      radix_sort(scratch.first(kept), room, [&](std::uint32_t i) { return descending(candidates[i].score); });
    }
    return scratch.first(detail::cut(0, kept, keep_top_k));
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
