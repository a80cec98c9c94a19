#ifndef OCTET_DETECT_WEIGHTED_FUSION_HPP
#define OCTET_DETECT_WEIGHTED_FUSION_HPP

#include <octet/core/types.hpp>
#include <octet/detect/greedy.hpp>
#include <octet/detect/overlap.hpp>
#include <octet/detect/radix_sort.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace octet::detect {
inline namespace OCTET_ABI {

/// Weighted boxes fusion (Solovyev et al. 2019): boxes of a class that lie together become one, the mean of all weighted by
/// their scores. From the best score down each joins the fused box that it overlaps most, if by more than the threshold, or
/// starts one of its own. The score is the mean of the scores; with detections of several models in one list, those found by
/// fewer boxes than there are models lose the missing share.
struct weighted_fusion {
  float score_threshold = 0.0f;  ///< only scores above take part
  float overlap_threshold = 0.55f;
  int models = 1;  ///< whose detections are in the list; at least 1
  bool class_aware = true;

  static constexpr std::size_t scratch_size(std::size_t n) noexcept { return n + 6 * n + kept_boxes::block; }

  /// Indices of one candidate for each fused box, by descending score, equal ones by class, in the front of `scratch`. The
  /// box and the score of that candidate, the best of those fused, are replaced by the fused ones. Precondition:
  /// scratch_size(candidates.size()) elements of scratch. Cost: candidates times fused boxes.
  constexpr std::span<const std::uint32_t> operator()(std::span<detection> candidates,
                                                      std::span<std::uint32_t> scratch) const noexcept {
    OCTET_EXPECTS(models >= 1 && scratch.size() >= scratch_size(candidates.size()));
    const std::size_t n =
        detail::sort_candidates(candidates, scratch, class_aware, [&](float score) { return score > score_threshold; });
    const auto room = scratch.subspan(candidates.size());
    std::size_t fused = 0;
    detail::for_each_class(candidates, scratch.first(n), class_aware, [&](std::size_t first, std::size_t last) {
      const std::size_t start = fused;
      for (std::size_t i = first; i < last; ++i) {
        const detection d = candidates[scratch[i]];
        std::size_t best = fused;
        float most = overlap_threshold;
        for (std::size_t k = start; k < fused; ++k) {
          const float x = overlap(candidates[scratch[k]].box, d.box);
          if (x > most) most = x, best = k;
        }
        std::uint32_t* const sums = &room[6 * best];
        const float terms[6] = {detail::product(d.score, d.box.x1),
                                detail::product(d.score, d.box.y1),
                                detail::product(d.score, d.box.x2),
                                detail::product(d.score, d.box.y2),
                                d.score,
                                1};
        const bool joins = best < fused;
        if (!joins) scratch[fused++] = scratch[i];
        for (std::size_t k = 0; k < 6; ++k)
          sums[k] = std::bit_cast<std::uint32_t>(joins ? std::bit_cast<float>(sums[k]) + terms[k] : terms[k]);
        if (!joins) continue;
        const auto mean = [&](std::size_t k) { return std::bit_cast<float>(sums[k]) / std::bit_cast<float>(sums[4]); };
        candidates[scratch[best]].box = {mean(0), mean(1), mean(2), mean(3)};
      }
    });
    for (std::size_t k = 0; k < fused; ++k) {
      const float count = std::bit_cast<float>(room[6 * k + 5]), share = count / static_cast<float>(models);
      candidates[scratch[k]].score = std::bit_cast<float>(room[6 * k + 4]) / count * (share < 1.0f ? share : 1.0f);
    }
    radix_sort(scratch.first(fused), room, [&](std::uint32_t i) { return descending(candidates[i].score); });
    return scratch.first(fused);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
