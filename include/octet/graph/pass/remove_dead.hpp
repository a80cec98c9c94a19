#ifndef OCTET_GRAPH_PASS_REMOVE_DEAD_HPP
#define OCTET_GRAPH_PASS_REMOVE_DEAD_HPP

#include <octet/graph/model.hpp>
#include <octet/graph/pass/live.hpp>

#include <utility>

namespace octet::graph::pass {

/// Drops the nodes that no output needs and numbers the rest anew. Gives the new index of each old node, -1 if dropped.
template <class Operation>
std::vector<int> remove_dead(basic_network<Operation>& net) {
  const auto live = live_nodes(net);
  std::vector<int> renumbered(live.size(), -1);
  std::vector<basic_node<Operation>> kept;
  for (std::size_t id = 0; id < live.size(); ++id) {
    if (!live[id]) continue;
    renumbered[id] = static_cast<int>(kept.size());
    auto& n = kept.emplace_back(std::move(net.nodes[id]));
    for (int& i : n.inputs) i = renumbered[static_cast<std::size_t>(i)];
  }
  net.nodes = std::move(kept);
  for (int& o : net.outputs) o = renumbered[static_cast<std::size_t>(o)];
  return renumbered;
}

/// The same for a model, whose heads follow. Precondition: the heads' maps are outputs.
inline void remove_dead(model& m) {
  const auto renumbered = remove_dead(m.net);
  for (auto& h : m.heads)
    for (int* id : {&h.scores, &h.quality, &h.distances})
      if (*id >= 0) *id = renumbered[static_cast<std::size_t>(*id)];
}

}  // namespace octet::graph::pass

#endif
