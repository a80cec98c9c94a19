#ifndef OCTET_GRAPH_FLOAT_OPERATIONS_HPP
#define OCTET_GRAPH_FLOAT_OPERATIONS_HPP

#include <octet/graph/network.hpp>

#include <type_traits>
#include <variant>

namespace octet::graph {

/// True for operations that compute with real numbers. Those that only move values do so for any element type.
template <class F>
inline constexpr bool computes_in_float =
    std::is_same_v<F, op::conv2d> || std::is_same_v<F, op::batch_norm> || std::is_same_v<F, op::activate> ||
    std::is_same_v<F, op::affine> || std::is_same_v<F, op::add> || std::is_same_v<F, op::multiply> ||
    std::is_same_v<F, op::global_average_pool>;

/// How many nodes of a network compute in floating point; the goal of quantisation is 0.
template <class Operation>
int float_operations(const basic_network<Operation>& net) {
  int count = 0;
  for (const auto& n : net.nodes) count += std::visit([]<class F>(const F&) { return computes_in_float<F> ? 1 : 0; }, n.op);
  return count;
}

}  // namespace octet::graph

#endif
