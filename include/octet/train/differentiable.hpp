#ifndef OCTET_TRAIN_DIFFERENTIABLE_HPP
#define OCTET_TRAIN_DIFFERENTIABLE_HPP

#include <octet/graph/float_backend.hpp>
#include <octet/graph/network.hpp>
#include <octet/train/fake_quantization.hpp>
#include <octet/train/input_gradient.hpp>
#include <octet/train/move_gradient.hpp>
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
  explicit differentiable(graph::network net, Quantization quantization = Quantization{})
      : net_(std::move(net)), quantization_(std::move(quantization)), layers_(net_.nodes.size()) {
    for (int id = 0; id < net_.size(); ++id) {
      auto& n = net_[id];
      if (const auto* f = std::get_if<graph::op::conv2d>(&n.op)) {
        layer& l = at(id);
        const extent in = net_[n.inputs[0]].shape;
        l.weights = parameters_.add(n.name, role::weight, {f->weights.data(), f->geometry.weight_count()});
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

  /// The network with the parameters as they are trained, not rounded.
  graph::network trained() const {
    graph::network net = net_;
    for (int id = 0; id < net.size(); ++id) take(net[id].op, id);
    return net;
  }

  /// Runs the network on what the caller has written into w.raw(0).
  void forward(workspace& w) const {
    for (int id = 0; id < net_.size(); ++id) {
      run(id, w);
      const auto* a = std::get_if<graph::op::activate>(&net_[id].op);
      if (w.finished(id)) finish_forward(w.raw(id), a ? a->act : activation_of(id), grid_of(id), w.value(id));
    }
  }

  /// Adds to `gradient`, laid out like the parameters, what follows from the gradients of the outputs in `w`, of the
  /// picture that ran forward there last.
  void backward(workspace& w, std::span<float> gradient) const {
    for (int id = net_.size() - 1; id > 0; --id) {
      if (!w.reached(id)) continue;
      if (w.finished(id)) {
        const auto channels = static_cast<std::size_t>(net_[id].shape.c);
        w.sums.assign(2 * channels, 0.0f);
        const auto* a = std::get_if<graph::op::activate>(&net_[id].op);
        finish_backward<typename Quantization::estimator_type>(w.raw(id), a ? a->act : activation_of(id), grid_of(id),
                                                               w.gradient(id), w.gradient(id), w.sums.data(),
                                                               w.sums.data() + channels);
        quantization_.gradient(id, net_[id].shape.pixels(), w.sums.data(), w.sums.data() + channels, parameters_, gradient);
      }
      std::visit([&](const auto& f) { back(f, id, w, gradient); }, net_[id].op);
    }
  }

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
    std::size_t weights = 0, bias = 0;  // ranges of the parameters
    graph::aligned_buffer forward;      // packed weights
    std::vector<float> shift;           // bias as it is used
    std::optional<input_gradient> backward;
  };

  layer& at(int id) { return layers_[static_cast<std::size_t>(id)]; }
  const layer& at(int id) const { return layers_[static_cast<std::size_t>(id)]; }

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
  }

  void run(int id, workspace& w) const {
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

  using gradients = std::span<float>;
  void back(const graph::op::input&, int, workspace&, gradients) const {}
  void back(const graph::op::conv2d& f, int id, workspace& w, gradients to) const {
    const layer& l = at(id);
    const int in = net_[id].inputs[0];
    const auto dw = parameters_.in(to, l.weights), db = parameters_.in(to, l.bias);
    w.sums.resize(dw.size() + db.size());
    weight_gradient(f.geometry, w.value(in), w.gradient(id), w.sums.data(), w.rows);
    bias_gradient(w.gradient(id), w.sums.data() + dw.size());
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
  void back(const graph::op::activate&, int id, workspace& w, gradients) const { pass_on(id, 0, w); }
  void back(const graph::op::affine& f, int id, workspace& w, gradients) const {
    w.give(net_[id].inputs[0], [&](map_view<float> dx) { nn::affine(w.gradient(id), f.factor, 0.0f, dx); });
  }
  void back(const graph::op::add&, int id, workspace& w, gradients) const { pass_on(id, 0, w), pass_on(id, 1, w); }
  void back(const graph::op::multiply&, int id, workspace& w, gradients) const {
    const auto& in = net_[id].inputs;
    for (std::size_t i : {0u, 1u})
      w.give(in[i], [&](map_view<float> dx) { multiply_gradient(w.gradient(id), w.value(in[1 - i]), dx); });
  }
  void back(const graph::op::concat&, int id, workspace& w, gradients) const {
    int channel = 0;
    for (int i : net_[id].inputs) {
      const auto dy = w.gradient(id).slice(channel, net_[i].shape.c);
      w.give(i, [&](map_view<float> dx) { nn::copy(map_view<const float>(dy), dx); });
      channel += dy.c;
    }
  }
  void back(const graph::op::slice& f, int id, workspace& w, gradients) const {
    w.give(net_[id].inputs[0], [&](map_view<float> dx) { slice_gradient(w.gradient(id), f.first, dx); });
  }
  void back(const graph::op::shuffle& f, int id, workspace& w, gradients) const {
    w.give(net_[id].inputs[0], [&](map_view<float> dx) { shuffle_gradient(w.gradient(id), f.groups, dx); });
  }
  void back(const graph::op::resize_nearest& f, int id, workspace& w, gradients) const {
    w.give(net_[id].inputs[0], [&](map_view<float> dx) { resize_nearest_gradient(w.gradient(id), f.factor, dx); });
  }
  void back(const graph::op::max_pool& f, int id, workspace& w, gradients) const {
    const int in = net_[id].inputs[0];
    w.give(in, [&](map_view<float> dx) { max_pool_gradient(w.value(in), w.gradient(id), f.geometry, dx); });
  }
  void back(const graph::op::global_average_pool&, int id, workspace& w, gradients) const {
    w.give(net_[id].inputs[0], [&](map_view<float> dx) { global_average_pool_gradient(w.gradient(id), dx); });
  }
  void pass_on(int id, std::size_t input, workspace& w) const {
    w.give(net_[id].inputs[input], [&](map_view<float> dx) { nn::copy(map_view<const float>(w.gradient(id)), dx); });
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
