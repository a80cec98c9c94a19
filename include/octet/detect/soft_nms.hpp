#ifndef OCTET_DETECT_SOFT_NMS_HPP
#define OCTET_DETECT_SOFT_NMS_HPP

#include <octet/core/elementary.hpp>
#include <octet/core/types.hpp>
#include <octet/detect/greedy.hpp>
#include <octet/detect/overlap.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace octet::detect {

/// What is left of a score beside a better box that overlaps by so much, as a factor in [0,1].
template <class D>
concept score_decay = requires(const D decay, float overlap) {
  { decay(overlap) } -> std::same_as<float>;
};

inline namespace OCTET_ABI {

struct linear_decay {
  float threshold = 0.3f;  ///< overlaps up to this cost nothing
  constexpr float operator()(float x) const noexcept { return x > threshold ? 1.0f - x : 1.0f; }
};

/// exp(-x^2 / sigma)
struct gaussian_decay {
  float sigma = 0.5f;
  constexpr float operator()(float x) const noexcept {
    return static_cast<float>(exponential(-static_cast<double>(x) * static_cast<double>(x) / static_cast<double>(sigma)));
  }
};

/// Soft-NMS (Bodla et al. 2017): the best box of a class is taken, the scores of the others decay by how far they overlap
/// it, then the best of the others is taken, and so on.
template <score_decay Decay = gaussian_decay>
struct soft_nms {
  Decay decay{};
  float score_threshold = 0.001f;  ///< a box is gone once its score is not above this
  bool class_aware = true;

  static constexpr std::size_t scratch_size(std::size_t n) noexcept { return nms_scratch_size(n); }

  /// Indices of what remains in the front of `scratch`: classes ascending, in a class in the order in which they were taken;
  /// of equal scores the earlier candidate is taken first. The scores of the candidates are replaced by the decayed ones.
  /// Precondition: scratch_size(candidates.size()) elements of scratch. Cost: the square of the candidates of a class.
  constexpr std::span<const std::uint32_t> operator()(std::span<detection> candidates,
                                                      std::span<std::uint32_t> scratch) const noexcept {
    const std::size_t n =
        detail::sort_candidates(candidates, scratch, class_aware, [&](float score) { return score > score_threshold; });
    std::size_t kept = 0;
    detail::for_each_class(candidates, scratch.first(n), class_aware, [&](std::size_t first, std::size_t last) {
      while (first < last) {
        std::size_t best = first;
        for (std::size_t i = first + 1; i < last; ++i) {
          const float score = candidates[scratch[i]].score, most = candidates[scratch[best]].score;
          if (score > most || (score == most && scratch[i] < scratch[best])) best = i;
        }
        const std::uint32_t taken = scratch[best];
        scratch[best] = scratch[first++];
        std::size_t rest = first;
        for (std::size_t i = first; i < last; ++i) {
          detection& d = candidates[scratch[i]];
          d.score *= decay(overlap(candidates[taken].box, d.box));
          if (d.score > score_threshold) scratch[rest++] = scratch[i];
        }
        last = rest;
        scratch[kept++] = taken;
      }
    });
    return scratch.first(kept);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
