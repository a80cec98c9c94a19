#ifndef OCTET_GRAPH_PASS_FUSE_ACTIVATION_HPP
#define OCTET_GRAPH_PASS_FUSE_ACTIVATION_HPP

#include <octet/graph/pass/live.hpp>

#include <utility>

namespace octet::graph::pass {

/// Moves each activation into the convolution before it, if nothing else reads that one and it has none yet.
inline void fuse_activation(network& net) {
  const auto uses = live_use_counts(net);
  for (auto& n : net.nodes) {
    const auto* f = std::get_if<op::activate>(&n.op);
    if (!f) continue;
    const auto& before = net[n.inputs.front()];
    const auto* producer = std::get_if<op::conv2d>(&before.op);
    if (!producer || producer->act != nn::activation::none() || uses[static_cast<std::size_t>(n.inputs.front())] != 1)
      continue;
    op::conv2d conv = *producer;
    conv.act = f->act;
    n.op = std::move(conv);
    n.name = before.name;
    n.inputs = std::vector<int>(before.inputs);
  }
}

}  // namespace octet::graph::pass

#endif
