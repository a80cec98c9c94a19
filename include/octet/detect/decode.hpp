#ifndef OCTET_DETECT_DECODE_HPP
#define OCTET_DETECT_DECODE_HPP

#include <octet/core/elementary.hpp>
#include <octet/core/types.hpp>
#include <octet/core/view.hpp>
#include <octet/detect/values.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

namespace octet::detect {

/// The maps of one pyramid level, and what their elements stand for.
template <values Scores, values Distances = Scores>
struct level {
  int stride = 8;                                         ///< network-input pixels per cell
  map_view<const typename Scores::element> scores;        ///< [H,W,K] class probabilities
  map_view<const typename Scores::element> quality;       ///< [H,W,1] probability, or no data: there is none
  map_view<const typename Distances::element> distances;  ///< [H,W,4*bins] logits, sides left, top, right, bottom
  Scores of_scores{}, of_quality{};
  Distances of_distances{};
};

/// Detections in memory that somebody else owns. `found` counts those, too, for which there was no room.
struct candidates {
  std::span<detection> room;
  std::size_t found = 0;

  OCTET_ALWAYS_INLINE constexpr void push(const detection& d) noexcept {
    if (found < room.size()) room[found] = d;
    ++found;
  }
  OCTET_ALWAYS_INLINE constexpr bool complete() const noexcept { return found <= room.size(); }
  OCTET_ALWAYS_INLINE constexpr std::span<detection> list() const noexcept {
    return room.first(found < room.size() ? found : room.size());
  }
};

inline namespace OCTET_ABI {

namespace detail {

/// What the softmax of the logits expects of the projection. Both have one entry per bin; at least one.
template <values Distances>
constexpr float expectation(const typename Distances::element* logits, int first, const Distances& of,
                            std::span<const float> projection) noexcept {
  const int bins = static_cast<int>(projection.size());
  float largest = of(logits[first], first);
  for (int k = 1; k < bins; ++k) {
    const float x = of(logits[first + k], first + k);
    if (x > largest) largest = x;
  }
  double sum = 0.0, weighted = 0.0;
  for (int k = 0; k < bins; k += 8) {
    double e[8];
    const int n = bins - k < 8 ? bins - k : 8;
    for (int i = 0; i < n; ++i) e[i] = double{of(logits[first + k + i], first + k + i)} - double{largest};
    // All eight, so that they are computed side by side.
    for (int i = n; i < 8; ++i) e[i] = 0;
    exponential(e);
    for (int i = 0; i < n; ++i) {
      sum += e[i];
      weighted += e[i] * static_cast<double>(projection[static_cast<std::size_t>(k + i)]);
    }
  }
  return static_cast<float>(weighted / sum);
}

/// True if one of the elements is at least `least`.
constexpr bool any_from(const std::int8_t* elements, int count, int least) noexcept {
  int i = 0;
  for (; i + 16 <= count; i += 16) {
    std::int8_t most = -128;
    for (int k = 0; k < 16; ++k) most = elements[i + k] > most ? elements[i + k] : most;
    if (most >= least) return true;
  }
  for (; i < count; ++i)
    if (elements[i] >= least) return true;
  return false;
}

/// Finds the cells in which a score may pass. Ordered integers are compared as they are: from which element scores pass is
/// searched once, or once for each element of the quality.
template <values Scores, values Distances>
class gate {
 public:
  constexpr gate(const level<Scores, Distances>& head, float threshold)
      : head_(head), has_quality_(head.quality.data != nullptr) {
    // Passes whatever exceeds the threshold once the root is taken, and rarely more.
    least_ = has_quality_ ? threshold * threshold * 0.999999f : threshold;
    if constexpr (ordered_values<Scores>) {
      same_ = head.of_scores.same_in_all(head.scores.c);
      for (std::int16_t& f : first_) f = unknown;
    }
  }

  /// The quality of the cell; 1 without. To be called before the others.
  constexpr float enter(int y, int x) noexcept {
    quality_ = has_quality_ ? head_.of_quality(*head_.quality.pixel(y, x), 0) : 1.0f;
    if constexpr (ordered_values<Scores>) {
      if (!same_) return quality_;
      std::int16_t& first = first_[has_quality_ ? *head_.quality.pixel(y, x) + 128 : 0];
      if (first == unknown) first = search();
      from_ = first;
    }
    return quality_;
  }
  constexpr bool any(const typename Scores::element* scores) const noexcept {
    if constexpr (ordered_values<Scores>)
      if (same_) return any_from(scores, head_.scores.c, from_);
    bool any = false;
    for (int c = 0; c < head_.scores.c; ++c) any |= head_.of_scores(scores[c], c) * quality_ > least_;
    return any;
  }
  constexpr bool one(typename Scores::element score) const noexcept {
    if constexpr (ordered_values<Scores>) return !same_ || score >= from_;
    return true;
  }

 private:
  static constexpr std::int16_t unknown = 1000;

  /// The least element that passes beside this quality, or 128: none.
  constexpr std::int16_t search() const noexcept {
    int lo = -128, hi = 128;
    while (lo < hi) {
      const int middle = (lo + hi + 256) / 2 - 128;
      if (head_.of_scores(static_cast<typename Scores::element>(middle), 0) * quality_ > least_)
        hi = middle;
      else
        lo = middle + 1;
    }
    return static_cast<std::int16_t>(hi);
  }

  const level<Scores, Distances>& head_;
  bool has_quality_, same_ = false;
  float least_ = 0, quality_ = 1;
  int from_ = 0;
  std::int16_t first_[ordered_values<Scores> ? 256 : 1] = {};
};

}  // namespace detail

/// PicoDet's decoding of one level. Cell (y, x) becomes a candidate of every class whose score exceeds the threshold:
///   score     scores, or sqrt(scores * quality) where there is a quality
///   distance  stride * sum of softmax(logits)[k] * projection[k], for each of the four sides
///   box       ((x + 1/2) * stride, (y + 1/2) * stride) -/+ distances, divided by the scale factors
/// projection   [bins] what each bin stands for, in strides
/// scale_x, _y  network pixels per picture pixel: the boxes come out in picture pixels, not cut at its borders
/// out          appended cell by cell in row-major order, and within a cell by class
/// Call it for the levels in ascending stride to have the candidates in the order that decides ties later.
/// Preconditions: maps of equal height and width; distances has 4 * bins channels; scale factors > 0; threshold >= 0.
/// Cost: a comparison per score, sixteen in a step where they are ordered_values; softmax, and sigmoid where scores are
/// logits, are computed only where a candidate is. 512 bytes of stack.
template <values Scores, values Distances>
constexpr void decode(const level<Scores, Distances>& head, std::span<const float> projection, float threshold,
                      float scale_x, float scale_y, candidates& out) noexcept {
  const int bins = static_cast<int>(projection.size());
  OCTET_EXPECTS(bins > 0 && head.distances.c == 4 * bins && scale_x > 0 && scale_y > 0 && threshold >= 0);
  OCTET_EXPECTS(head.distances.h == head.scores.h && head.distances.w == head.scores.w);
  const bool has_quality = head.quality.data != nullptr;
  OCTET_EXPECTS(!has_quality || head.quality.shape() == (extent{head.scores.h, head.scores.w, 1}));

  detail::gate<Scores, Distances> passing(head, threshold);
  for (int y = 0; y < head.scores.h; ++y) {
    for (int x = 0; x < head.scores.w; ++x) {
      const auto* scores = head.scores.pixel(y, x);
      const float quality = passing.enter(y, x);
      if (!passing.any(scores)) continue;

      float side[4] = {};
      const auto* logits = head.distances.pixel(y, x);
      for (int s = 0; s < 4; ++s)
        side[s] = detail::expectation(logits, s * bins, head.of_distances, projection) * static_cast<float>(head.stride);
      const float cx = (static_cast<float>(x) + 0.5f) * static_cast<float>(head.stride);
      const float cy = (static_cast<float>(y) + 0.5f) * static_cast<float>(head.stride);
      const box b{(cx - side[0]) / scale_x, (cy - side[1]) / scale_y, (cx + side[2]) / scale_x, (cy + side[3]) / scale_y};
      for (int c = 0; c < head.scores.c; ++c) {
        if (!passing.one(scores[c])) continue;
        const float p = head.of_scores(scores[c], c);
        const float score = has_quality ? square_root(p * quality) : p;
        if (score > threshold) out.push({b, score, c});
      }
    }
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
