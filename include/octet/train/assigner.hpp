#ifndef OCTET_TRAIN_ASSIGNER_HPP
#define OCTET_TRAIN_ASSIGNER_HPP

#include <octet/core/types.hpp>
#include <octet/detect/overlap.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

/// Which cells of the heads are to find which objects, and how sure they should be.
namespace octet::train {
inline namespace OCTET_ABI {

using octet::labelled_box;  ///< in pixels of the network's input

/// A cell of a head: its centre in pixels of the network's input, and its stride.
struct cell {
  float x = 0, y = 0;
  int stride = 8;
};

/// What a cell is to find: an index into the objects, or -1; and the score it should give, in [0,1].
struct assignment {
  int object = -1;
  float score = 0;
};

/// What an assigner sees. Cells level by level; `boxes` are predicted, one per cell; scores [cells, classes].
struct predictions {
  std::span<const cell> cells;
  std::span<const box> boxes;
  std::span<const float> scores;
  int classes = 1;
  float score(std::size_t cell, std::int32_t label) const noexcept {
    return scores[cell * static_cast<std::size_t>(classes) + static_cast<std::size_t>(label)];
  }
};

template <class A>
concept assigner = requires(const A a, const predictions& p, std::span<const labelled_box> objects) {
  { a(p, objects) } -> std::same_as<std::vector<assignment>>;
};

namespace detail {
inline bool inside(const cell& c, const box& b) noexcept { return c.x > b.x1 && c.x < b.x2 && c.y > b.y1 && c.y < b.y2; }
}  // namespace detail

/// Task-aligned assignment (Feng et al. 2021): of the cells with their centre in an object the `top` with the largest
/// score^alpha * IoU^beta; these targets, scaled so that the best of an object is its largest IoU. A cell that two objects
/// want goes to the one it overlaps more.
struct task_aligned {
  int top = 13;
  double alpha = 1, beta = 6;

  std::vector<assignment> operator()(const predictions& p, std::span<const labelled_box> objects) const {
    std::vector<assignment> all(p.cells.size());
    std::vector<float> most(p.cells.size(), -1.0f), metric(p.cells.size());
    for (std::size_t o = 0; o < objects.size(); ++o) {
      std::vector<std::pair<double, std::size_t>> wanted;
      for (std::size_t i = 0; i < p.cells.size(); ++i)
        if (detail::inside(p.cells[i], objects[o].box))
          wanted.push_back({std::pow(p.score(i, objects[o].label), alpha) *
                                std::pow(static_cast<double>(detect::overlap(p.boxes[i], objects[o].box)), beta),
                            i});
      const auto count = (std::min)(wanted.size(), static_cast<std::size_t>(top));
      std::partial_sort(
          wanted.begin(), wanted.begin() + static_cast<std::ptrdiff_t>(count), wanted.end(),
          [](const auto& a, const auto& b) { return a.first != b.first ? a.first > b.first : a.second < b.second; });
      for (std::size_t k = 0; k < count; ++k) {
        const auto [m, i] = wanted[k];
        const float iou = detect::overlap(p.boxes[i], objects[o].box);
        if (iou > most[i]) most[i] = iou, metric[i] = static_cast<float>(m), all[i].object = static_cast<int>(o);
      }
    }
    std::vector<float> best_iou(objects.size()), best_metric(objects.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].object >= 0) {
        const auto o = static_cast<std::size_t>(all[i].object);
        best_iou[o] = (std::max)(best_iou[o], most[i]), best_metric[o] = (std::max)(best_metric[o], metric[i]);
      }
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i].object >= 0) {
        const auto o = static_cast<std::size_t>(all[i].object);
        all[i].score = metric[i] / (best_metric[o] + tiny) * best_iou[o];
      }
    return all;
  }

 private:
  static constexpr float tiny = 1e-9f;  // PaddleDetection's: an object that all boxes miss asks for little
};

/// Adaptive training sample selection (Zhang et al. 2020): of each level the `top` cells nearest to an object's centre are
/// candidates; those with their centre in the object and a square of `size` strides that overlaps the object at least by
/// the candidates' mean plus standard deviation are to find it. The target is the IoU of the predicted box.
struct adaptive_selection {
  int top = 9;
  float size = 5;

  std::vector<assignment> operator()(const predictions& p, std::span<const labelled_box> objects) const {
    std::vector<assignment> all(p.cells.size());
    std::vector<float> most(p.cells.size(), -1.0f);
    for (std::size_t o = 0; o < objects.size(); ++o) {
      const box& b = objects[o].box;
      const std::vector<std::size_t> close = candidates(p.cells, b);
      double sum = 0, squares = 0;
      for (const std::size_t i : close) {
        const double iou = static_cast<double>(detect::overlap(square(p.cells[i]), b));
        sum += iou, squares += iou * iou;
      }
      const double n = static_cast<double>(close.size()), mean = n > 0 ? sum / n : 0;
      const double variance = n > 1 ? (std::max)(0.0, (squares - n * mean * mean) / (n - 1)) : 0;
      for (const std::size_t i : close) {
        const float iou = detect::overlap(square(p.cells[i]), b);
        if (static_cast<double>(iou) < mean + std::sqrt(variance) || iou <= most[i] || !detail::inside(p.cells[i], b))
          continue;
        most[i] = iou;
        all[i] = {static_cast<int>(o), detect::overlap(p.boxes[i], b)};
      }
    }
    return all;
  }

 private:
  box square(const cell& c) const noexcept {
    const float half = size * static_cast<float>(c.stride) / 2;
    return {c.x - half, c.y - half, c.x + half, c.y + half};
  }
  std::vector<std::size_t> candidates(std::span<const cell> cells, const box& b) const {
    std::vector<std::size_t> nearest;
    const auto distance = [&](std::size_t i) {
      return std::hypot(cells[i].x - (b.x1 + b.x2) / 2, cells[i].y - (b.y1 + b.y2) / 2);
    };
    for (std::size_t first = 0, last = 0; first < cells.size(); first = last) {
      std::vector<std::size_t> level;
      for (; last < cells.size() && cells[last].stride == cells[first].stride; ++last) level.push_back(last);
      std::ranges::stable_sort(level, {}, distance);
      level.resize((std::min)(level.size(), static_cast<std::size_t>(top)));
      nearest.insert(nearest.end(), level.begin(), level.end());
    }
    return nearest;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
