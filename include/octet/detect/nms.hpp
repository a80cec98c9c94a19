#ifndef OCTET_DETECT_NMS_HPP
#define OCTET_DETECT_NMS_HPP

#include <octet/core/types.hpp>
#include <octet/detect/overlap.hpp>
#include <octet/detect/stable_sort.hpp>

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
  static constexpr std::size_t scratch_size(std::size_t n) noexcept { return 2 * n; }

  /// Indices of the detections that remain: classes ascending, within a class by descending score; equal scores keep
  /// the order of the candidates. The result is the front of `scratch`.
  /// Precondition: scratch_size(candidates.size()) elements of scratch; fewer than 2^32 candidates.
  /// Cost: n log n, and per class candidates times kept boxes.
  constexpr std::span<const std::uint32_t> operator()(std::span<const detection> candidates,
                                                      std::span<std::uint32_t> scratch) const noexcept {
    OCTET_EXPECTS(scratch.size() >= scratch_size(candidates.size()));
    const auto of = [&](std::uint32_t i) -> const detection& { return candidates[i]; };
    const auto by_label = [&](std::uint32_t a, std::uint32_t b) { return of(a).label < of(b).label; };
    const auto by_score = [&](std::uint32_t a, std::uint32_t b) { return of(a).score > of(b).score; };

    std::size_t n = 0;
    for (std::size_t i = 0; i < candidates.size(); ++i)
      if (candidates[i].score > score_threshold) scratch[n++] = static_cast<std::uint32_t>(i);
    const auto buffer = scratch.subspan(candidates.size());
    stable_sort(scratch.first(n), buffer, by_score);
    stable_sort(scratch.first(n), buffer, by_label);

    std::size_t kept = 0;
    for (std::size_t first = 0, last = 0; first < n; first = last) {
      while (last < n && !by_label(scratch[first], scratch[last])) ++last;
      kept += suppress(candidates, scratch, first, last, kept);
    }
    if (keep_top_k >= 0 && kept > static_cast<std::size_t>(keep_top_k)) {
      stable_sort(scratch.first(kept), buffer, by_score);
      kept = static_cast<std::size_t>(keep_top_k);
      stable_sort(scratch.first(kept), buffer, by_label);
    }
    return scratch.first(kept);
  }

 private:
  /// Moves what remains of one class, which lies sorted in order[first, last), to order[at, ...); at <= first.
  constexpr std::size_t suppress(std::span<const detection> candidates, std::span<std::uint32_t> order, std::size_t first,
                                 std::size_t last, std::size_t at) const noexcept {
    if (nms_top_k >= 0 && last - first > static_cast<std::size_t>(nms_top_k))
      last = first + static_cast<std::size_t>(nms_top_k);
    std::size_t kept = 0;
    float threshold = nms_threshold;
    for (std::size_t i = first; i < last; ++i) {
      const box& b = candidates[order[i]].box;
      bool keep = true;
      for (std::size_t k = 0; k < kept && keep; ++k) keep = overlap(b, candidates[order[at + k]].box) <= threshold;
      if (!keep) continue;
      order[at + kept++] = order[i];
      if (eta < 1.0f && threshold > 0.5f) threshold *= eta;
    }
    return kept;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
