#ifndef OCTET_TRAIN_DIFFERENTIABLE_HPP
#define OCTET_TRAIN_DIFFERENTIABLE_HPP

#include <octet/graph/float_backend.hpp>
#include <octet/graph/network.hpp>
#include <octet/graph/pass/fold_batch_norm.hpp>
#include <octet/train/batch_norm.hpp>
#include <octet/train/fake_quantization.hpp>
#include <octet/train/input_gradient.hpp>
#include <octet/train/operation_gradient.hpp>
#include <octet/train/weight_gradient.hpp>
#include <octet/train/workspace.hpp>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// A network with its backward pass. `Quantization` says what is rounded on the way: no_quantization or fake_quantization.
/// Immutable between calls of `load`, so that threads may share one, each with a workspace of its own.
template <class Quantization = no_quantization>
class differentiable {
 public:
  /// `norms`, per node, says which convolutions have a batch norm between their sums and their activation; empty: none.
  /// Their factors start at 1, their statistics at mean 0 and variance 1; a bias becomes the norm's offset. A network that
  /// is quantised has none: its norms are folded.
  explicit differentiable(graph::network net, Quantization quantization = Quantization{}, std::span<const char> norms = {})
      : net_(std::move(net)), quantization_(std::move(quantization)), layers_(net_.nodes.size()) {
    OCTET_EXPECTS(norms.empty() || norms.size() == layers_.size());
    for (int id = 0; id < net_.size(); ++id) {
      auto& n = net_[id];
      if (const auto* f = std::get_if<graph::op::conv2d>(&n.op)) {
        layer& l = at(id);
        const extent in = net_[n.inputs[0]].shape;
        l.weights = parameters_.add(n.name, role::weight, {f->weights.data(), f->geometry.weight_count()});
        if (!norms.empty() && norms[static_cast<std::size_t>(id)])
          add_norm(id, f->bias);
        else
          l.bias = parameters_.add(n.name, role::bias, f->bias);
        l.forward = graph::aligned_buffer(conv::packed_size(f->geometry));
        scratch_ = (std::max)(scratch_, conv::scratch_size(f->geometry, in));
        if (n.inputs[0] == 0) continue;
        l.backward.emplace(f->geometry, in);
        scratch_ = (std::max)(scratch_, l.backward->scratch_size());
      } else if (const auto* b = std::get_if<graph::op::batch_norm>(&n.op)) {
        at(id).weights = parameters_.add(n.name, role::norm, b->scale);
        at(id).bias = parameters_.add(n.name, role::norm, b->shift);
      }
    }
    quantization_.add_to(net_, parameters_);
    load(parameters_.values);
    for (int id = 0; id < net_.size(); ++id) OCTET_EXPECTS(!normalised(id) || !grid_of(id));
  }

  const graph::network& network() const noexcept { return net_; }
  const train::parameters& parameters() const noexcept { return parameters_; }
  const Quantization& quantization() const noexcept { return quantization_; }
  std::size_t scratch_bytes() const noexcept { return scratch_; }
  const grid* grid_of(int id) const noexcept { return quantization_.grid_of(id); }

  /// Computes with these parameters from now on.
  void load(std::span<const float> values, int threads = 1) {
    OCTET_EXPECTS(values.size() == parameters_.values.size());
    if (values.data() != parameters_.values.data()) std::copy(values.begin(), values.end(), parameters_.values.begin());
    quantization_.load(net_, parameters_);
    std::atomic<int> next = 0;
    const auto work = [&] {
      for (int id; (id = next++) < net_.size();) load_node(id);
    };
    std::vector<std::thread> pool;
    for (int t = 1; t < threads; ++t) pool.emplace_back(work);
    work();
    for (std::thread& t : pool) t.join();
  }

  /// The network with the parameters as they are trained, not rounded; norms are folded into their convolutions.
  graph::network trained() const {
    graph::network net = net_;
    for (int id = 0; id < net.size(); ++id) {
      take(net[id].op, id);
      if (!normalised(id)) continue;
      auto& f = std::get<graph::op::conv2d>(net[id].op);
      std::ranges::fill(f.bias, 0.0f);
      graph::pass::detail::scale_channels(f, {norm_of(id).scale, norm_of(id).offset});
    }
    return net;
  }

  /// Runs the network on what the caller has written into w.raw(0). Norms take the statistics among the parameters.
  void forward(workspace& w) const {
    for (int id = 0; id < net_.size(); ++id) {
      compute(id, w);
      finish(id, w, norm_of(id));
    }
  }

  /// Adds to `gradient`, laid out like the parameters, what follows from the gradients of the outputs in `w`, of the
  /// picture that ran forward there last.
  void backward(workspace& w, std::span<float> gradient) const {
    for (int id = net_.size() - 1; id > 0; --id) {
      if (!w.reached(id)) continue;
      frozen_norm_gradient(id, w, gradient);
      step_back(id, w, gradient);
      w.release(id);
    }
  }

  /// The parts of both ways, node by node, for a caller that runs the pictures of a batch side by side: from its inputs to
  /// the node's raw map, and from there to its value.
  void compute(int id, workspace& w) const {
    const auto& n = net_[id];
    std::vector<map_view<const float>> in;
    for (int i : n.inputs) in.push_back(w.value(i));
    if (const auto* f = std::get_if<graph::op::conv2d>(&n.op)) {
      const map_view<float> out = w.raw(id);
      conv::run(f->geometry, at(id).forward.data(), in[0], nullptr, nn::bias_activation{at(id).shift.data(), {}}, out, 0,
                out.h, w.scratch());
    } else if (const auto* s = std::get_if<graph::op::slice>(&n.op)) {
      nn::copy(in[0].slice(s->first, s->count), w.raw(id));
    } else if (!std::holds_alternative<graph::op::activate>(n.op)) {
      graph::float_backend<>::run(n.op, {}, in, w.raw(id), {0, n.shape.h}, w.scratch());
    }
  }
  void finish(int id, workspace& w, const channel_norm& norm) const {
    if (normalised(id))
      normalise(w.raw(id), norm, function_of(id), w.value(id));
    else if (w.finished(id))
      finish_forward(w.raw(id), function_of(id), grid_of(id), w.value(id));
  }
  /// The gradient of a normalised node's value becomes that of what enters its activation; `sums` as in batch_norm.hpp.
  void norm_gradient_sums(int id, workspace& w, const channel_norm& norm, channel_sums& sums) const {
    sums.clear(net_[id].shape.c);
    normalise_gradient_sums(w.raw(id), norm, function_of(id), w.gradient(id), sums);
  }
  /// Then that of its raw map; the picture's own `sums` give the norm's parameters theirs. `all`, `count`: see there.
  void norm_gradient(int id, workspace& w, const channel_norm& norm, const channel_sums& sums, const channel_sums* all,
                     double count, std::span<float> to) const {
    const auto factor = parameters_.in(to, at(id).factor), offset = parameters_.in(to, at(id).bias);
    for (std::size_t c = 0; c < factor.size(); ++c) {
      factor[c] += static_cast<float>(sums.second[c] * static_cast<double>(norm.inverse[c]));
      offset[c] += static_cast<float>(sums.first[c]);
    }
    normalise_gradient(w.raw(id), norm, all, count, w.gradient(id));
  }
  /// Both where the statistics are those among the parameters; nothing where the node has no norm.
  void frozen_norm_gradient(int id, workspace& w, std::span<float> to) const {
    if (!normalised(id)) return;
    norm_gradient_sums(id, w, norm_of(id), w.norm_sums);
    norm_gradient(id, w, norm_of(id), w.norm_sums, nullptr, 0, to);
  }
  /// From the gradient of the node's value (of its raw map where it is normalised) to those of its inputs and parameters.
  void step_back(int id, workspace& w, std::span<float> gradient) const {
    if (w.finished(id) && !normalised(id)) {
      const auto channels = static_cast<std::size_t>(net_[id].shape.c);
      w.sums.assign(2 * channels, 0.0f);
      finish_backward<typename Quantization::estimator_type>(w.raw(id), function_of(id), grid_of(id), w.gradient(id),
                                                             w.gradient(id), w.sums.data(), w.sums.data() + channels);
      quantization_.gradient(id, net_[id].shape.pixels(), w.sums.data(), w.sums.data() + channels, parameters_, gradient);
    }
    if (const auto* f = std::get_if<graph::op::conv2d>(&net_[id].op)) return back(*f, id, w, gradient);
    if (const auto* b = std::get_if<graph::op::batch_norm>(&net_[id].op)) return back(*b, id, w, gradient);
    std::visit(
        [&]<class F>(const F& f) {
          if constexpr (!std::is_same_v<F, graph::op::conv2d> && !std::is_same_v<F, graph::op::batch_norm>)
            operation_gradient(f, net_, id, w);
        },
        net_[id].op);
  }

  /// Whether the node is a convolution with a batch norm, the norm as the parameters have it, and where its statistics
  /// are among these.
  bool normalised(int id) const noexcept { return at(id).normalised; }
  const channel_norm& norm_of(int id) const noexcept { return at(id).norm; }
  std::size_t factor_range(int id) const noexcept { return at(id).factor; }
  std::size_t offset_range(int id) const noexcept { return at(id).bias; }
  std::size_t mean_range(int id) const noexcept { return at(id).mean; }
  std::size_t variance_range(int id) const noexcept { return at(id).variance; }

  /// The name of the first node whose values are not all finite numbers; nullptr: there is none.
  const char* not_finite(const workspace& w) const {
    for (int id = 0; id < net_.size(); ++id) {
      const auto x = w.value(id);
      if (!std::all_of(x.data, x.data + x.shape().size(), [](float v) { return std::isfinite(v); }))
        return net_[id].name.c_str();
    }
    return nullptr;
  }

  /// What happens to the node's sums before they are the node's value.
  nn::activation activation_of(int id) const {
    const auto* f = std::get_if<graph::op::conv2d>(&net_[id].op);
    return f ? f->act : nn::activation::none();
  }

 private:
  using conv = nn::conv2d<float>;
  struct layer {
    std::size_t weights = 0, bias = 0;               // ranges of the parameters
    std::size_t factor = 0, mean = 0, variance = 0;  // where it is normalised; the bias is the norm's offset then
    bool normalised = false;
    graph::aligned_buffer forward;  // packed weights
    std::vector<float> shift;       // bias as it is used
    channel_norm norm;
    std::optional<input_gradient> backward;
  };

  layer& at(int id) { return layers_[static_cast<std::size_t>(id)]; }
  const layer& at(int id) const { return layers_[static_cast<std::size_t>(id)]; }

  void add_norm(int id, const std::vector<float>& bias) {
    layer& l = at(id);
    const std::string& name = net_[id].name;
    const std::vector<float> ones(bias.size(), 1.0f), zeros(bias.size());
    l.normalised = true;
    l.factor = parameters_.add(name, role::norm, ones), l.bias = parameters_.add(name, role::norm, bias);
    l.mean = parameters_.add(name, role::statistic, zeros), l.variance = parameters_.add(name, role::statistic, ones);
  }

  nn::activation function_of(int id) const {
    const auto* a = std::get_if<graph::op::activate>(&net_[id].op);
    return a ? a->act : activation_of(id);
  }

  void take(graph::operation& o, int id) const {
    const auto copy = [&](std::size_t range, float* to) { std::ranges::copy(parameters_.of(range), to); };
    if (auto* f = std::get_if<graph::op::conv2d>(&o))
      copy(at(id).weights, f->weights.data()), copy(at(id).bias, f->bias.data());
    if (auto* b = std::get_if<graph::op::batch_norm>(&o))
      copy(at(id).weights, b->scale.data()), copy(at(id).bias, b->shift.data());
  }

  void load_node(int id) {
    auto& n = net_[id];
    take(n.op, id);
    const auto* f = std::get_if<graph::op::conv2d>(&n.op);
    if (!f) return;
    graph::op::conv2d rounded = *f;
    quantization_.round_weights(rounded, n.inputs[0]);
    layer& l = at(id);
    conv::pack(f->geometry, rounded.weights.data(), l.forward.data());
    if (l.backward) l.backward->load(rounded.weights.data());
    l.shift = std::move(rounded.bias);
    if (!l.normalised) return;
    std::ranges::fill(l.shift, 0.0f);
    l.norm.set(parameters_.of(l.factor), parameters_.of(l.bias), parameters_.of(l.mean), parameters_.of(l.variance));
  }

  using gradients = std::span<float>;
  void back(const graph::op::conv2d& f, int id, workspace& w, gradients to) const {
    const layer& l = at(id);
    const int in = net_[id].inputs[0];
    const auto dw = parameters_.in(to, l.weights);
    const auto db = parameters_.in(to, l.bias).first(l.normalised ? 0 : f.bias.size());
    w.sums.resize(dw.size() + f.bias.size());
    weight_gradient(f.geometry, w.value(in), w.gradient(id), w.sums.data(), w.rows);
    if (!l.normalised) bias_gradient(w.gradient(id), w.sums.data() + dw.size());
    for (std::size_t i = 0; i < dw.size(); ++i) dw[i] += w.sums[i];
    for (std::size_t i = 0; i < db.size(); ++i) db[i] += w.sums[dw.size() + i];
    if (l.backward) w.give(in, [&](map_view<float> dx) { (*l.backward)(w.gradient(id), dx, w.scratch()); });
  }
  void back(const graph::op::batch_norm& f, int id, workspace& w, gradients to) const {
    const int in = net_[id].inputs[0];
    const auto ds = parameters_.in(to, at(id).weights), db = parameters_.in(to, at(id).bias);
    const auto dy = w.gradient(id);
    w.sums.resize(2 * ds.size());
    std::fill(w.sums.begin(), w.sums.end(), 0.0f);
    const map_view<float> scale(w.sums.data(), {1, 1, dy.c});
    multiply_gradient(dy, w.value(in), scale);
    bias_gradient(dy, w.sums.data() + dy.c);
    for (std::size_t c = 0; c < ds.size(); ++c) ds[c] += w.sums[c], db[c] += w.sums[ds.size() + c];
    w.give(in, [&](map_view<float> dx) { multiply_gradient(dy, map_view<const float>(f.scale.data(), {1, 1, dy.c}), dx); });
  }

  graph::network net_;
  train::parameters parameters_;
  Quantization quantization_;
  std::vector<layer> layers_;
  std::size_t scratch_ = 0;
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
