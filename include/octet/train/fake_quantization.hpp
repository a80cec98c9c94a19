#ifndef OCTET_TRAIN_FAKE_QUANTIZATION_HPP
#define OCTET_TRAIN_FAKE_QUANTIZATION_HPP

#include <octet/graph/carry.hpp>
#include <octet/graph/lower_conv.hpp>
#include <octet/quant/recipe.hpp>
#include <octet/train/grid.hpp>
#include <octet/train/parameters.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// Trains a network in real numbers.
struct no_quantization {
  using estimator_type = straight_through;
  void add_to(const graph::network&, parameters&) {}
  void load(const graph::network&, const parameters&) {}
  const grid* grid_of(int) const noexcept { return nullptr; }
  void round_weights(graph::op::conv2d&, int) const {}
  void gradient(int, std::size_t, const float*, const float*, const parameters&, std::span<float>) const {}
};

/// Trains a network on the grids of the integer network that ptq::lower<Recipe> would make of it: maps are rounded where
/// that one rounds, weights and biases to what its integers stand for, by the same code.
/// Start it from what post-training calibration has measured; Estimator says how scales learn.
template <quant::recipe_type Recipe, estimator Estimator = straight_through>
class fake_quantization {
 public:
  using estimator_type = Estimator;
  using measured = std::vector<std::optional<graph::quantization>>;

  /// start  per node, as ptq::calibration::quantizations() gives
  explicit fake_quantization(measured start) : maps_(std::move(start)) {}

  void add_to(const graph::network& net, parameters& p) {
    ranges_.resize(net.nodes.size());
    for (int id = 0; id < net.size(); ++id) {
      const auto at = static_cast<std::size_t>(id);
      if (!maps_[at]) continue;
      const graph::quantization& q = *maps_[at];
      std::vector<float> logs, zeros;
      for (int c = 0; c < (per_tensor ? 1 : net[id].shape.c); ++c) {
        logs.push_back(static_cast<float>(std::log(q.scale(c))));
        zeros.push_back(static_cast<float>(q.zero_point[static_cast<std::size_t>(c)]));
      }
      if constexpr (Estimator::trains_scale) ranges_[at].scale = p.add(net[id].name, role::scale, logs);
      if constexpr (Estimator::trains_zero) ranges_[at].zero = p.add(net[id].name, role::zero_point, zeros);
    }
  }

  /// Takes the scales over from the parameters.
  void load(const graph::network& net, const parameters& p) {
    grids_.assign(net.nodes.size(), std::nullopt);
    all_.assign(net.nodes.size(), {});
    for (int id = 0; id < net.size(); ++id) {
      const auto at = static_cast<std::size_t>(id);
      if (maps_[at]) take(*maps_[at], ranges_[at], p);
      const bool fixed = graph::origin_of(net[id].op) == graph::origin::fixed;
      std::vector<const graph::quantization*> in;
      for (int i : net[id].inputs) in.push_back(&all_[static_cast<std::size_t>(i)]);
      if (maps_[at])
        all_[at] = *maps_[at];
      else if (fixed)
        all_[at] = graph::uniform_quantization(net[id].shape.c, quant::unit_parameters<Recipe>);
      else
        all_[at] = graph::carry(net[id].op, in);
      if (!maps_[at] && !fixed) continue;
      grid& g = grids_[at].emplace();
      for (int c = 0; c < net[id].shape.c; ++c) g.push(all_[at].scale(c), all_[at].zero_point[static_cast<std::size_t>(c)]);
    }
  }

  const grid* grid_of(int id) const noexcept {
    const auto& g = grids_[static_cast<std::size_t>(id)];
    return g ? &*g : nullptr;
  }

  /// Replaces weights and bias of a convolution that reads node `input` by what their integers stand for.
  void round_weights(graph::op::conv2d& f, int input) const {
    const graph::quantization& in = all_[static_cast<std::size_t>(input)];
    const graph::integer::conv2d q = graph::lower_conv<typename Recipe::weights>(f, in);
    const auto& g = f.geometry;
    const auto depth = static_cast<std::size_t>(g.depth());
    const auto ic = static_cast<std::size_t>(g.ic / g.groups), oc = static_cast<std::size_t>(g.oc / g.groups);
    for (std::size_t i = 0; i < g.weight_count(); ++i)
      f.weights.data()[i] = q.weights.data()[i] * q.weight_scale[i / depth] * in.gain[i / depth / oc * ic + i % ic];
    for (std::size_t c = 0; c < f.bias.size(); ++c)
      f.bias[c] = static_cast<float>(q.bias[c] * (static_cast<double>(in.step) * static_cast<double>(q.weight_scale[c])));
  }

  /// Sums of one picture for node `id`, as finish_backward makes them, become the gradient of its parameters.
  void gradient(int id, std::size_t pixels, const float* ds, const float* dz, const parameters& p,
                std::span<float> to) const {
    const auto at = static_cast<std::size_t>(id);
    if (!maps_[at]) return;
    const grid& g = *grids_[at];
    const std::size_t count = per_tensor ? pixels * g.scale.size() : pixels;
    for (std::size_t c = 0; c < g.scale.size(); ++c) {
      const std::size_t k = per_tensor ? 0 : c;
      const float factor = Estimator::factor(count, (std::max)(g.hi[c], -g.lo[c]));
      if constexpr (Estimator::trains_scale) p.in(to, ranges_[at].scale)[k] += ds[c] * g.scale[c] * factor;
      if constexpr (Estimator::trains_zero) p.in(to, ranges_[at].zero)[k] += dz[c] * factor;
    }
  }

  /// The scales as they were loaded last, for ptq::lower.
  const measured& quantizations() const noexcept { return maps_; }

 private:
  static constexpr bool per_tensor = std::is_same_v<typename Recipe::activations::granularity_type, quant::per_tensor>;
  struct indices {
    std::size_t scale = 0, zero = 0;
  };

  static void take(graph::quantization& q, const indices& range, const parameters& p) {
    using scheme = typename Recipe::activations::scheme_type;
    if constexpr (Estimator::trains_scale) {
      const auto logs = p.of(range.scale);
      if (per_tensor)
        q.step = std::exp(logs[0]);
      else
        for (std::size_t c = 0; c < logs.size(); ++c) q.gain[c] = q.step / std::exp(logs[c]);
    }
    if constexpr (Estimator::trains_zero) {
      const auto zeros = p.of(range.zero);
      for (std::size_t c = 0; c < q.zero_point.size(); ++c)
        q.zero_point[c] = static_cast<std::int8_t>(
            clamp<double>(rounding::half_even{}(zeros[per_tensor ? 0 : c]), scheme::qmin, scheme::qmax));
    }
  }

  measured maps_;
  std::vector<indices> ranges_;             // per node, where maps_ has an entry
  std::vector<graph::quantization> all_;    // per node, with what is fixed or carried
  std::vector<std::optional<grid>> grids_;  // per node that rounds
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
