#ifndef OCTET_TRAIN_OPERATION_GRADIENT_HPP
#define OCTET_TRAIN_OPERATION_GRADIENT_HPP

#include <octet/graph/network.hpp>
#include <octet/nn/copy.hpp>
#include <octet/nn/elementwise_f32.hpp>
#include <octet/train/move_gradient.hpp>
#include <octet/train/workspace.hpp>

#include <cstddef>

/// The way back through the operations without parameters: each gives its inputs' gradients what follows from its own.
namespace octet::train {
inline namespace OCTET_ABI {

namespace detail {

inline void pass_on(int from, int to, workspace& w) {
  w.give(to, [&](map_view<float> dx) { nn::copy(map_view<const float>(w.gradient(from)), dx); });
}

}  // namespace detail

inline void operation_gradient(const graph::op::input&, const graph::network&, int, workspace&) {}
inline void operation_gradient(const graph::op::activate&, const graph::network& net, int id, workspace& w) {
  detail::pass_on(id, net[id].inputs[0], w);
}
inline void operation_gradient(const graph::op::affine& f, const graph::network& net, int id, workspace& w) {
  w.give(net[id].inputs[0], [&](map_view<float> dx) { nn::affine(w.gradient(id), f.factor, 0.0f, dx); });
}
inline void operation_gradient(const graph::op::add&, const graph::network& net, int id, workspace& w) {
  for (const int in : net[id].inputs) detail::pass_on(id, in, w);
}
inline void operation_gradient(const graph::op::multiply&, const graph::network& net, int id, workspace& w) {
  const auto& in = net[id].inputs;
  for (std::size_t i : {0u, 1u})
    w.give(in[i], [&](map_view<float> dx) { multiply_gradient(w.gradient(id), w.value(in[1 - i]), dx); });
}
inline void operation_gradient(const graph::op::concat&, const graph::network& net, int id, workspace& w) {
  int channel = 0;
  for (const int i : net[id].inputs) {
    const auto dy = w.gradient(id).slice(channel, net[i].shape.c);
    w.give(i, [&](map_view<float> dx) { nn::copy(map_view<const float>(dy), dx); });
    channel += dy.c;
  }
}
inline void operation_gradient(const graph::op::slice& f, const graph::network& net, int id, workspace& w) {
  w.give(net[id].inputs[0], [&](map_view<float> dx) { slice_gradient(w.gradient(id), f.first, dx); });
}
inline void operation_gradient(const graph::op::shuffle& f, const graph::network& net, int id, workspace& w) {
  w.give(net[id].inputs[0], [&](map_view<float> dx) { shuffle_gradient(w.gradient(id), f.groups, dx); });
}
inline void operation_gradient(const graph::op::resize_nearest& f, const graph::network& net, int id, workspace& w) {
  w.give(net[id].inputs[0], [&](map_view<float> dx) { resize_nearest_gradient(w.gradient(id), f.factor, dx); });
}
inline void operation_gradient(const graph::op::max_pool& f, const graph::network& net, int id, workspace& w) {
  const int in = net[id].inputs[0];
  w.give(in, [&](map_view<float> dx) { max_pool_gradient(w.value(in), w.gradient(id), f.geometry, dx); });
}
inline void operation_gradient(const graph::op::global_average_pool&, const graph::network& net, int id, workspace& w) {
  w.give(net[id].inputs[0], [&](map_view<float> dx) { global_average_pool_gradient(w.gradient(id), dx); });
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
