#ifndef OCTET_TRAIN_DISTILLATION_HPP
#define OCTET_TRAIN_DISTILLATION_HPP

#include <octet/core/view.hpp>
#include <octet/graph/model.hpp>
#include <octet/train/distillation_loss.hpp>
#include <octet/train/workspace.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// All cells count alike.
struct uniform_cells {
  float operator()(float) const noexcept { return 1.0f; }
};

/// A cell counts as far as the teacher sees something there: its best score to the power `gamma`, and `floor` at least. Most
/// cells of a picture are background, whose boxes nobody reads.
struct confident_cells {
  float gamma = 1.0f, floor = 0.01f;
  float operator()(float best) const noexcept { return (std::max)(floor, std::pow(best, gamma)); }
};

/// Teaches a network another one's head maps: scores, quality and distances of every level; no labels are needed.
/// Loss: see distillation_loss.hpp. Cells: what a cell counts, from the best of the teacher's scores there.
template <class Loss = l2, class Cells = confident_cells>
struct distillation {
  Loss loss{};
  Cells cells{};
  float distances = 1.0f;  ///< how much the distances count beside the scores

  /// The loss of one picture, averaged over cells by what they count; adds its gradient to the heads' nodes in `student`.
  /// teacher(id) gives the teacher's value of node `id` of the student's network.
  template <class Teacher>
  double operator()(const graph::model& m, workspace& student, Teacher&& teacher) const {
    const int bins = static_cast<int>(m.projection.size());
    std::vector<std::vector<float>> counts;
    double all = 0;
    for (const graph::head& h : m.heads) {
      counts.push_back(count(teacher(h.scores)));
      for (float w : counts.back()) all += static_cast<double>(w);
    }
    double sum = 0;
    for (std::size_t level = 0; level < m.heads.size(); ++level) {
      const graph::head& h = m.heads[level];
      std::vector<float>& w = counts[level];
      for (float& x : w) x = static_cast<float>(static_cast<double>(x) / all);
      const auto learn = [&](int id, head_kind kind) {
        if (id < 0) return;
        student.give(id, [&](map_view<float> gradient) {
          sum += loss(kind, bins, student.value(id), student.raw(id), teacher(id), std::span<const float>(w), gradient);
        });
      };
      learn(h.scores, head_kind::probabilities);
      learn(h.quality, head_kind::probabilities);
      for (float& x : w) x *= distances;
      learn(h.distances, head_kind::distributions);
    }
    return sum;
  }

 private:
  std::vector<float> count(map_view<const float> scores) const {
    std::vector<float> w;
    for (int y = 0; y < scores.h; ++y)
      for (int x = 0; x < scores.w; ++x)
        w.push_back(cells(*std::max_element(scores.pixel(y, x), scores.pixel(y, x) + scores.c)));
    return w;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
