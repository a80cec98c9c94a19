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
  for (int k = 0; k < bins; ++k) {
    const double e = exponential(static_cast<double>(of(logits[first + k], first + k)) - largest);
    sum += e;
    weighted += e * projection[static_cast<std::size_t>(k)];
  }
  return static_cast<float>(weighted / sum);
}

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
/// Cost: a comparison per score; the softmax is computed only for cells with a candidate.
template <values Scores, values Distances>
constexpr void decode(const level<Scores, Distances>& head, std::span<const float> projection, float threshold,
                      float scale_x, float scale_y, candidates& out) noexcept {
  const int bins = static_cast<int>(projection.size());
  OCTET_EXPECTS(bins > 0 && head.distances.c == 4 * bins && scale_x > 0 && scale_y > 0 && threshold >= 0);
  OCTET_EXPECTS(head.distances.h == head.scores.h && head.distances.w == head.scores.w);
  const bool has_quality = head.quality.data != nullptr;
  OCTET_EXPECTS(!has_quality || head.quality.shape() == (extent{head.scores.h, head.scores.w, 1}));

  for (int y = 0; y < head.scores.h; ++y) {
    for (int x = 0; x < head.scores.w; ++x) {
      const auto* scores = head.scores.pixel(y, x);
      const float quality = has_quality ? head.of_quality(*head.quality.pixel(y, x), 0) : 1.0f;
      // Passes whatever exceeds the threshold once the root is taken, and rarely more.
      const float least = has_quality ? threshold * threshold * 0.999999f : threshold;
      bool any = false;
      for (int c = 0; c < head.scores.c; ++c) any |= head.of_scores(scores[c], c) * quality > least;
      if (!any) continue;

      float side[4] = {};
      const auto* logits = head.distances.pixel(y, x);
      for (int s = 0; s < 4; ++s)
        side[s] = detail::expectation(logits, s * bins, head.of_distances, projection) * static_cast<float>(head.stride);
      const float cx = (static_cast<float>(x) + 0.5f) * static_cast<float>(head.stride);
      const float cy = (static_cast<float>(y) + 0.5f) * static_cast<float>(head.stride);
      const box b{(cx - side[0]) / scale_x, (cy - side[1]) / scale_y, (cx + side[2]) / scale_x, (cy + side[3]) / scale_y};
      for (int c = 0; c < head.scores.c; ++c) {
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
