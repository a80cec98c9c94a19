#ifndef OCTET_TRAIN_TAKE_OVER_HPP
#define OCTET_TRAIN_TAKE_OVER_HPP

#include <octet/graph/network.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <variant>

namespace octet::train {
inline namespace OCTET_ABI {

/// Copies weights and biases of the convolutions of `from` to those of `to` with the same name and shape; `take(name)` says
/// which are wanted. Gives how many were taken.
inline std::size_t take_over(
    const graph::network& from, graph::network& to,
    const std::function<bool(std::string_view)>& take = [](std::string_view) { return true; }) {
  std::map<std::string_view, const graph::op::conv2d*> known;
  for (const graph::node& n : from.nodes)
    if (const auto* f = std::get_if<graph::op::conv2d>(&n.op)) known[n.name] = f;
  std::size_t taken = 0;
  for (graph::node& n : to.nodes) {
    auto* f = std::get_if<graph::op::conv2d>(&n.op);
    const auto other = known.find(n.name);
    if (!f || other == known.end() || !take(n.name) ||
        !std::ranges::equal(other->second->weights.shape(), f->weights.shape()))
      continue;
    f->weights = other->second->weights, f->bias = other->second->bias;
    ++taken;
  }
  return taken;
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
