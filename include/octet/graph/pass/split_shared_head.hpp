#ifndef OCTET_GRAPH_PASS_SPLIT_SHARED_HEAD_HPP
#define OCTET_GRAPH_PASS_SPLIT_SHARED_HEAD_HPP

#include <octet/graph/pass/live.hpp>

#include <algorithm>
#include <utility>

namespace octet::graph::pass {

namespace detail {

/// The convolution that computes output channels [first, first + count) of `conv`.
inline op::conv2d channels_of(const op::conv2d& conv, int first, int count) {
  op::conv2d part;
  part.geometry = conv.geometry;
  part.geometry.oc = count;
  part.act = conv.act;
  const auto shape = conv.weights.shape();
  part.weights = tensor<float, 4>::from_shape({static_cast<std::size_t>(count), shape[1], shape[2], shape[3]});
  const auto depth = static_cast<std::ptrdiff_t>(conv.geometry.depth());
  std::copy_n(conv.weights.data() + first * depth, count * depth, part.weights.data());
  part.bias.assign(conv.bias.begin() + first, conv.bias.begin() + first + count);
  return part;
}

}  // namespace detail

/// Gives each part of a convolution that is read only by slices, which share its channels out among them, a convolution
/// of its own: scores and boxes of a shared head then get output ranges of their own. Only convolutions without
/// activation and groups; to be run before fuse_activation, so that the halves of a backbone block stay together.
inline void split_shared_head(network& net) {
  const auto live = live_nodes(net);
  std::vector<std::vector<int>> readers(net.nodes.size());
  for (int id = 0; id < net.size(); ++id)
    if (live[static_cast<std::size_t>(id)])
      for (int i : net[id].inputs) readers[static_cast<std::size_t>(i)].push_back(id);

  for (int id = 0; id < net.size(); ++id) {
    const auto* conv = std::get_if<op::conv2d>(&net[id].op);
    auto& parts = readers[static_cast<std::size_t>(id)];
    const bool is_output = std::find(net.outputs.begin(), net.outputs.end(), id) != net.outputs.end();
    if (!conv || conv->act != nn::activation::none() || conv->geometry.groups != 1 || parts.size() < 2 || is_output)
      continue;
    const auto slice_of = [&](int part) { return std::get_if<op::slice>(&net[part].op); };
    if (!std::all_of(parts.begin(), parts.end(), slice_of)) continue;
    std::sort(parts.begin(), parts.end(), [&](int a, int b) { return slice_of(a)->first < slice_of(b)->first; });
    int next = 0;
    for (int part : parts) next = slice_of(part)->first == next ? next + slice_of(part)->count : -1;
    if (next != conv->geometry.oc) continue;
    for (std::size_t i = 0; i < parts.size(); ++i) {
      auto& n = net[parts[i]];
      n.op = detail::channels_of(*conv, slice_of(parts[i])->first, slice_of(parts[i])->count);
      n.name = net[id].name + "." + std::to_string(i);
      n.inputs = net[id].inputs;
    }
  }
}

}  // namespace octet::graph::pass

#endif
