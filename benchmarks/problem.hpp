#ifndef BENCHMARKS_PROBLEM_HPP
#define BENCHMARKS_PROBLEM_HPP

#include "shapes.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <vector>

namespace bench {

enum class inputs { relu6, full };  ///< q in [0,127], as a relu6 leaves them, or q in [-127,127]

/// The numbers that a shape is computed with, the same for every method. All zero points are 0:
/// out = clamp(round((sum + bias[c]) * scale[c]), 0, 127). In floating point inputs, outputs and biases stand for multiples
/// of `step`, weights for multiples of scale[c], and the clamp is a relu6.
struct problem {
  static constexpr float step = 6.0f / 127;

  shape of;
  inputs from = inputs::full;        // the range that `in` is promised to keep
  std::vector<std::int16_t> in;      // [H,W,IC], up to 255 for peers with unsigned inputs
  std::vector<std::int8_t> weights;  // [OC,KH,KW,IC/G]
  std::vector<std::int32_t> bias;    // [OC]
  std::vector<float> scale;          // [OC]

  /// Weights roughly normal, the largest of every channel +-127, as per-channel quantisation leaves them; outputs fill
  /// their range, and about half of them are clamped to 0.
  static problem realistic(const shape& s, inputs from) {
    problem p(s);
    p.from = from;
    std::mt19937 bits(20);
    std::normal_distribution<float> normal;
    const float least = from == inputs::relu6 ? 0.0f : -127.0f;
    for (auto& q : p.in) q = static_cast<std::int16_t>(std::lrint(std::clamp(normal(bits) * 42, least, 127.0f)));
    std::vector<float> row(static_cast<std::size_t>(s.geometry().depth()));
    auto to = p.weights.begin();
    for (std::size_t c = 0; c < p.bias.size(); ++c) {
      float most = 0, squares = 0;
      for (float& w : row) w = normal(bits), most = std::max(most, std::abs(w));
      for (float w : row) {
        *to = static_cast<std::int8_t>(std::lrint(w * 127 / most));
        squares += static_cast<float>(*to) * static_cast<float>(*to);
        ++to;
      }
      const float spread = std::sqrt(squares) * 30;
      p.bias[c] = static_cast<std::int32_t>(std::lrint(normal(bits) * spread / 2));
      p.scale[c] = 50 / spread;
    }
    return p;
  }

  /// Every input x, every weight 127: the largest products. Sums over a whole window give 100.
  static problem extreme(const shape& s, int x) {
    problem p(s);
    std::ranges::fill(p.in, static_cast<std::int16_t>(x));
    std::ranges::fill(p.weights, std::int8_t{127});
    std::ranges::fill(p.scale, 100.0f / (static_cast<float>(x) * 127 * static_cast<float>(s.geometry().depth())));
    return p;
  }
  /// What `extreme` gives in the middle of the map, where the window lies inside.
  static constexpr float extreme_result = 100;

  template <class T>
  std::vector<T> in_as() const {
    std::vector<T> values(in.size());
    std::ranges::transform(in, values.begin(), [](int q) { return static_cast<T>(q); });
    return values;
  }
  std::vector<float> real_in() const {
    std::vector<float> values(in.size());
    std::ranges::transform(in, values.begin(), [](int q) { return static_cast<float>(q) * step; });
    return values;
  }
  std::vector<float> real_weights() const {
    std::vector<float> values(weights.size());
    const std::size_t depth = weights.size() / scale.size();
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(weights[i]) * scale[i / depth];
    return values;
  }
  std::vector<float> real_bias() const {
    std::vector<float> values(bias.size());
    for (std::size_t c = 0; c < values.size(); ++c) values[c] = static_cast<float>(bias[c]) * scale[c] * step;
    return values;
  }

 private:
  explicit problem(const shape& s)
      : of(s),
        in(s.in().size()),
        weights(s.geometry().weight_count()),
        bias(static_cast<std::size_t>(s.oc)),
        scale(bias.size()) {}
};

}  // namespace bench

#endif
