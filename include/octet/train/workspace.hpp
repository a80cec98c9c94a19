#ifndef OCTET_TRAIN_WORKSPACE_HPP
#define OCTET_TRAIN_WORKSPACE_HPP

#include <octet/core/view.hpp>
#include <octet/graph/aligned_buffer.hpp>
#include <octet/graph/network.hpp>
#include <octet/train/batch_norm.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// The memory of one picture on its way forward and back: every node's map, its gradient, and the map before activation and
/// rounding where that is another one.
class workspace {
 public:
  /// For a `differentiable` network.
  template <class Network>
  explicit workspace(const Network& d) : net_(&d.network()), nodes_(net_->nodes.size()), scratch_(d.scratch_bytes()) {
    std::size_t largest = 0;
    for (int id = 0; id < net_->size(); ++id) {
      node& n = at(id);
      const bool activates = std::holds_alternative<graph::op::activate>((*net_)[id].op);
      n.finished = activates || d.grid_of(id) || d.normalised(id) || d.activation_of(id) != nn::activation::none();
      const std::size_t bytes = (*net_)[id].shape.size() * sizeof(float);
      n.value = graph::aligned_buffer(bytes);
      n.source = activates ? (*net_)[id].inputs[0] : -1;
      if (n.finished && !activates) n.raw = graph::aligned_buffer(bytes);
      largest = (std::max)(largest, bytes);
    }
    part_ = graph::aligned_buffer(largest);
  }

  /// Whether the node's value is not its raw map.
  bool finished(int id) const noexcept { return at(id).finished; }
  map_view<float> value(int id) const noexcept { return view(at(id).value, id); }
  /// What the operation computes, before its activation and before it is rounded.
  map_view<float> raw(int id) const noexcept {
    const node& n = at(id);
    return n.source >= 0 ? value(n.source) : view(n.finished ? n.raw : n.value, id);
  }

  /// Forgets all gradients: the start of a backward pass.
  void clear() noexcept {
    for (node& n : nodes_) n.reached = false;
  }
  bool reached(int id) const noexcept { return at(id).reached; }
  /// Gradient of the loss by the node's value, until the backward pass has gone past it.
  map_view<float> gradient(int id) const noexcept { return view(at(id).gradient, id); }

  /// Adds to the gradient of node `id` what write(map) overwrites a map with. The network's input gets none.
  template <class Write>
  void give(int id, Write&& write) {
    if (id == 0) return;
    node& n = at(id);
    if (!n.reached) {
      n.reached = true;
      if (!n.gradient.size()) n.gradient = spare(n.value.size());
      return write(gradient(id));
    }
    const map_view<float> part = view(part_, id), sum = gradient(id);
    write(part);
    const std::size_t count = sum.shape().size();
    float* OCTET_RESTRICT to = sum.data;
    const float* OCTET_RESTRICT from = part.data;
    std::size_t i = 0;
    for (; i + 8 <= count; i += 8)
      for (std::size_t k = 0; k < 8; ++k) to[i + k] += from[i + k];
    for (; i < count; ++i) to[i] += from[i];
  }

  /// The backward pass has gone past the node: another one's gradient may take the memory of its own.
  void release(int id) {
    if (at(id).gradient.size()) spare_.push_back(std::move(at(id).gradient));
    at(id).gradient = {};
  }

  std::byte* scratch() const noexcept { return scratch_.data(); }
  std::vector<float> sums, rows;  ///< for whoever works on the node at hand
  channel_sums norm_sums;         ///< likewise

  /// Memory so far.
  std::size_t bytes() const noexcept {
    std::size_t all = scratch_.size() + part_.size();
    for (const node& n : nodes_) all += n.value.size() + n.raw.size() + n.gradient.size();
    for (const graph::aligned_buffer& b : spare_) all += b.size();
    return all;
  }

 private:
  struct node {
    graph::aligned_buffer value, raw, gradient;
    int source = -1;  // node whose value is the raw map
    bool finished = false, reached = false;
  };

  /// The smallest of the released buffers that are large enough, the latest of them; a new one where there is none.
  graph::aligned_buffer spare(std::size_t bytes) {
    auto best = spare_.end();
    for (auto b = spare_.begin(); b != spare_.end(); ++b)
      if (b->size() >= bytes && (best == spare_.end() || b->size() <= best->size())) best = b;
    if (best == spare_.end()) return graph::aligned_buffer(bytes);
    graph::aligned_buffer found = std::move(*best);
    spare_.erase(best);
    return found;
  }

  node& at(int id) noexcept { return nodes_[static_cast<std::size_t>(id)]; }
  const node& at(int id) const noexcept { return nodes_[static_cast<std::size_t>(id)]; }
  map_view<float> view(const graph::aligned_buffer& b, int id) const noexcept {
    return {reinterpret_cast<float*>(b.data()), (*net_)[id].shape};
  }

  const graph::network* net_;
  std::vector<node> nodes_;
  graph::aligned_buffer scratch_, part_;
  std::vector<graph::aligned_buffer> spare_;
};

/// The name of the first layer of any of the pictures whose values are no finite numbers; nullptr: all are.
template <class Network>
const char* not_finite(const Network& network, std::span<const workspace> pictures) {
  for (const workspace& w : pictures)
    if (const char* name = network.not_finite(w)) return name;
  return nullptr;
}

/// Memory of all workspaces and gradients.
inline std::size_t bytes_of(std::span<const workspace> pictures, std::span<const std::vector<float>> gradients) noexcept {
  std::size_t all = 0;
  for (const workspace& w : pictures) all += w.bytes();
  for (const auto& g : gradients) all += g.size() * sizeof(float);
  return all;
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
