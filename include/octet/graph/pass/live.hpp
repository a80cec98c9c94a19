#ifndef OCTET_GRAPH_PASS_LIVE_HPP
#define OCTET_GRAPH_PASS_LIVE_HPP

#include <octet/graph/network.hpp>

/// Rewrites of a network. A pass replaces a node by one that computes the same map from earlier maps: indices keep their
/// meaning, so outputs and heads stay right, and the network is valid after each pass. Nodes that nobody reads any more
/// stay until remove_dead.
namespace octet::graph::pass {

/// Which nodes the outputs need. Node 0, the input, always is.
template <class Operation>
std::vector<bool> live_nodes(const basic_network<Operation>& net) {
  std::vector<bool> live(net.nodes.size());
  live.front() = true;
  for (int o : net.outputs) live[static_cast<std::size_t>(o)] = true;
  for (std::size_t id = live.size(); id-- > 0;)
    if (live[id])
      for (int i : net.nodes[id].inputs) live[static_cast<std::size_t>(i)] = true;
  return live;
}

/// How many live nodes read each node; being a graph output counts as one.
template <class Operation>
std::vector<int> live_use_counts(const basic_network<Operation>& net) {
  const auto live = live_nodes(net);
  std::vector<int> uses(net.nodes.size(), 0);
  for (std::size_t id = 0; id < live.size(); ++id)
    if (live[id])
      for (int i : net.nodes[id].inputs) ++uses[static_cast<std::size_t>(i)];
  for (int o : net.outputs) ++uses[static_cast<std::size_t>(o)];
  return uses;
}

}  // namespace octet::graph::pass

#endif
