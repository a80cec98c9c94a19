#ifndef OCTET_DETECT_MATRIX_NMS_HPP
#define OCTET_DETECT_MATRIX_NMS_HPP

#include <octet/core/elementary.hpp>
#include <octet/core/types.hpp>
#include <octet/detect/greedy.hpp>
#include <octet/detect/overlap.hpp>
#include <octet/detect/radix_sort.hpp>

#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace octet::detect {

/// What is left of a score beside a better box: x is how far they overlap, most how far the better one is itself overlapped
/// by one still better.
template <class D>
concept matrix_decay = requires(const D decay, float x, float most) {
  { decay(x, most) } -> std::same_as<float>;
};

inline namespace OCTET_ABI {

/// (1 - x) / (1 - most), divided in double as there.
struct linear_matrix_decay {
  constexpr float operator()(float x, float most) const noexcept {
    return static_cast<float>((1.0 - static_cast<double>(x)) / (1.0 - static_cast<double>(most)));
  }
};

/// exp((most^2 - x^2) * sigma). Paddle takes the library's expf, whose last bit may differ.
struct gaussian_matrix_decay {
  float sigma = 2.0f;
  constexpr float operator()(float x, float most) const noexcept {
    const float power = detail::product(detail::product(most, most) - detail::product(x, x), sigma);
    return static_cast<float>(exponential(static_cast<double>(power)));
  }
};

/// Suppression with the rules of Paddle's matrix_nms on a CPU (Wang et al., SOLOv2, 2020): no box waits for another, scores
/// decay by the worst overlap with any better box of the class. Where Paddle's order of equal scores is not defined, they
/// keep that of the candidates.
template <matrix_decay Decay = linear_matrix_decay>
struct matrix_nms {
  Decay decay{};
  float score_threshold = 0.025f;  ///< only scores above take part
  float post_threshold = 0.0f;     ///< only decayed scores above remain
  int nms_top_k = 400;             ///< candidates per class, the best ones; negative: all
  int keep_top_k = 100;            ///< detections over all classes, the best ones; negative: all

  static constexpr std::size_t scratch_size(std::size_t n) noexcept { return nms_scratch_size(n); }

  /// Indices of the detections that remain, by descending decayed score, equal ones by class; in the front of `scratch`. The
  /// scores of those that remain are replaced by the decayed ones.
  /// Precondition: scratch_size(candidates.size()) elements of scratch. Cost: the square of the candidates of a class.
  constexpr std::span<const std::uint32_t> operator()(std::span<detection> candidates,
                                                      std::span<std::uint32_t> scratch) const noexcept {
    const std::size_t n =
        detail::sort_candidates(candidates, scratch, true, [&](float score) { return score > score_threshold; });
    const auto room = scratch.subspan(candidates.size());
    std::size_t kept = 0;
    detail::for_each_class(candidates, scratch.first(n), true, [&](std::size_t first, std::size_t last) {
      last = detail::cut(first, last, nms_top_k);
      // The boxes are needed to the end: they are read through a copy of the order, followed by how far each is overlapped.
      const std::size_t D = last - first;
      const auto order = room.first(D), worst = room.subspan(D, D);
      for (std::size_t i = 0; i < D; ++i) order[i] = scratch[first + i];
      for (std::size_t i = 0; i < D; ++i) {
        detection& d = candidates[order[i]];
        float most = 0, least = 1;
        for (std::size_t j = 0; j < i; ++j) {
          const float x = overlap(d.box, candidates[order[j]].box);
          const float left = decay(x, std::bit_cast<float>(worst[j]));
          if (most < x) most = x;
          if (left < least) least = left;
        }
        worst[i] = std::bit_cast<std::uint32_t>(most);
        const float score = i ? least * d.score : d.score;
        if (!(score > post_threshold)) continue;
        d.score = score;
        scratch[kept++] = order[i];
      }
    });
    radix_sort(scratch.first(kept), room, [&](std::uint32_t i) { return descending(candidates[i].score); });
    return scratch.first(detail::cut(0, kept, keep_top_k));
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
