#ifndef OCTET_TRAIN_SUPERVISION_HPP
#define OCTET_TRAIN_SUPERVISION_HPP

#include <octet/graph/model.hpp>
#include <octet/train/assigner.hpp>
#include <octet/train/detection_loss.hpp>
#include <octet/train/workspace.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// What a picture's cells are to find, and the sum of their target scores.
struct lesson {
  std::vector<box> boxes;     ///< predicted, per cell
  std::vector<float> scores;  ///< predicted [cells, classes]
  std::vector<cell> cells;
  std::vector<assignment> wanted;
  double weight = 0;
};

/// Teaches PicoDet's heads from labels: assigns cells to objects, then weighs varifocal loss of all scores, and of the
/// assigned cells distribution focal loss and generalised IoU, each times the target score.
/// Losses are divided by a sum of target scores: PaddleDetection takes that of the whole batch (over all processes), at
/// least 1; that of the picture alone makes its gradient independent of its neighbours.
template <assigner Assigner = task_aligned>
struct supervision {
  Assigner assign{};
  varifocal scores{};
  distribution_focal distances{};
  generalised_iou overlap{};
  double score_weight = 1, distance_weight = 0.5, overlap_weight = 2.5;

  /// Assigns the cells of the picture that has run forward in `w`. Labels are in [0, m.classes), or the object has no area.
  /// The target scores of an object's cells are multiplied by its share (PaddleDetection's gt_score).
  lesson prepare(const graph::model& m, const workspace& w, std::span<const labelled_box> objects) const {
    lesson l = read(m, w);
    l.wanted = assign(predictions{l.cells, l.boxes, l.scores, m.classes}, objects);
    for (assignment& a : l.wanted) {
      if (a.object >= 0) a.score *= objects[static_cast<std::size_t>(a.object)].share;
      l.weight += static_cast<double>(a.score);
    }
    return l;
  }

  /// The loss of that picture, divided by `norm`; adds its gradient to the heads' nodes.
  double teach(const graph::model& m, workspace& w, std::span<const labelled_box> objects, const lesson& l,
               double norm) const {
    double sum = 0;
    std::size_t first = 0;
    for (const graph::head& h : m.heads) {
      sum += teach_scores(m, h, w, l, objects, first, norm) + teach_boxes(m, h, w, l, objects, first, norm);
      first += w.value(h.scores).shape().pixels();
    }
    return sum;
  }

  /// Both for a picture alone.
  double operator()(const graph::model& m, workspace& w, std::span<const labelled_box> objects) const {
    const lesson l = prepare(m, w, objects);
    return teach(m, w, objects, l, (std::max)(l.weight, 1.0));
  }

 private:
  /// softmax and mean of one side's distribution.
  static float expectation(const float* logits, std::span<const float> projection, float* p) noexcept {
    detail::softmax(logits, 1, projection.size(), 1, p);
    float mean = 0;
    for (std::size_t k = 0; k < projection.size(); ++k) mean += p[k] * projection[k];
    return mean;
  }

  static lesson read(const graph::model& m, const workspace& w) {
    lesson f;
    std::vector<float> p(m.projection.size());
    std::size_t cells = 0;
    for (const graph::head& h : m.heads) cells += w.value(h.scores).shape().pixels();
    f.cells.reserve(cells), f.boxes.reserve(cells);
    f.scores.resize(cells * static_cast<std::size_t>(m.classes));
    float* to = f.scores.data();
    for (const graph::head& h : m.heads) {
      const auto scores = w.value(h.scores), distances = w.value(h.distances);
      const auto stride = static_cast<float>(h.stride);
      for (int y = 0; y < scores.h; ++y)
        for (int x = 0; x < scores.w; ++x) {
          const cell c{(static_cast<float>(x) + 0.5f) * stride, (static_cast<float>(y) + 0.5f) * stride, h.stride};
          std::array<float, 4> d;
          for (std::size_t side = 0; side < 4; ++side)
            d[side] = stride * expectation(distances.pixel(y, x) + side * p.size(), m.projection, p.data());
          f.cells.push_back(c);
          f.boxes.push_back({c.x - d[0], c.y - d[1], c.x + d[2], c.y + d[3]});
          const float quality = h.quality >= 0 ? *w.value(h.quality).pixel(y, x) : 1;
          for (int k = 0; k < scores.c; ++k) {
            const float s = scores.pixel(y, x)[k];
            *to++ = h.quality >= 0 ? std::sqrt(s * quality + 1e-9f) : s;
          }
        }
    }
    return f;
  }

  double teach_scores(const graph::model& m, const graph::head& h, workspace& w, const lesson& f,
                      std::span<const labelled_box> objects, std::size_t first, double norm) const {
    double sum = 0;
    std::vector<float> by_quality;
    const auto classes = static_cast<std::size_t>(m.classes);
    w.give(h.scores, [&](map_view<float> to) {
      for (std::size_t i = 0; i < to.shape().pixels(); ++i) {
        const assignment& a = f.wanted[first + i];
        double quality_slope = 0;
        const float q = h.quality >= 0 ? w.value(h.quality).data[i] : 1.0f;
        for (std::size_t k = 0; k < classes; ++k) {
          const bool here = a.object >= 0 && objects[static_cast<std::size_t>(a.object)].label == static_cast<int>(k);
          const float s = f.scores[(first + i) * classes + k];
          double slope = 0;
          sum += score_weight / norm * scores(s, here ? a.score : 0.0f, slope);
          slope *= score_weight / norm;
          if (h.quality >= 0) {
            quality_slope +=
                slope * static_cast<double>(w.value(h.scores).data[i * classes + k]) / static_cast<double>(2 * s);
            slope *= static_cast<double>(q / (2 * s));
          }
          to.data[i * classes + k] = static_cast<float>(slope);
        }
        by_quality.push_back(static_cast<float>(quality_slope));
      }
    });
    if (h.quality >= 0) w.give(h.quality, [&](map_view<float> to) { std::ranges::copy(by_quality, to.data); });
    return sum;
  }

  double teach_boxes(const graph::model& m, const graph::head& h, workspace& w, const lesson& f,
                     std::span<const labelled_box> objects, std::size_t first, double norm) const {
    double sum = 0;
    const std::size_t bins = m.projection.size();
    std::vector<float> p(bins);
    w.give(h.distances, [&](map_view<float> to) {
      for (std::size_t i = 0; i < to.shape().pixels(); ++i) {
        const assignment& a = f.wanted[first + i];
        float* d = to.data + i * 4 * bins;
        std::fill_n(d, 4 * bins, 0.0f);
        if (a.object < 0) continue;
        const box& truth = objects[static_cast<std::size_t>(a.object)].box;
        const cell& c = f.cells[first + i];
        const double weight = static_cast<double>(a.score) / norm, stride = h.stride;
        const auto strides = [stride](float pixels) { return static_cast<double>(pixels) / stride; };
        const std::array<double, 4> target{strides(c.x - truth.x1), strides(c.y - truth.y1), strides(truth.x2 - c.x),
                                           strides(truth.y2 - c.y)};
        std::array<double, 4> slope;
        sum += overlap_weight * weight * overlap(f.boxes[first + i], truth, slope);
        for (std::size_t side = 0; side < 4; ++side) {
          const std::span<const float> logits(w.value(h.distances).data + (i * 4 + side) * bins, bins);
          const std::span<float> gradient(d + side * bins, bins);
          sum += distance_weight * weight / 4 * distances(logits, target[side], gradient);
          const float mean = expectation(logits.data(), m.projection, p.data());
          const double outward = (side < 2 ? -slope[side] : slope[side]) * stride * overlap_weight * weight;
          for (std::size_t k = 0; k < bins; ++k)
            gradient[k] =
                static_cast<float>(static_cast<double>(gradient[k]) * distance_weight * weight / 4 +
                                   outward * static_cast<double>(p[k]) * static_cast<double>(m.projection[k] - mean));
        }
      }
    });
    return sum;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
