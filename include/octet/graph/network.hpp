#ifndef OCTET_GRAPH_NETWORK_HPP
#define OCTET_GRAPH_NETWORK_HPP

#include <octet/core/view.hpp>
#include <octet/graph/tensor.hpp>
#include <octet/nn/activation.hpp>
#include <octet/nn/geometry.hpp>

#include <string>
#include <variant>
#include <vector>

namespace octet::graph {

/// Operations: plain structs with their attributes and constants. Feature maps are [H,W,C]; the batch is not part of the
/// graph.
namespace op {

struct input {};  ///< no inputs
struct conv2d {   ///< x [H,W,IC] -> [H',W',OC], activation fused
  nn::conv2d_geometry geometry;
  tensor<float, 4> weights;  // [OC,KH,KW,IC/G]
  std::vector<float> bias;   // [OC]
  nn::activation act;
};
struct batch_norm {
  std::vector<float> scale, shift;
};  ///< y = x * scale[c] + shift[c]
struct activate {
  nn::activation act;
};  ///< y = act(x)
struct affine {
  float factor = 1, offset = 0;
};                   ///< y = x * factor + offset, one pair for the whole map
struct add {};       ///< y = a + b, equal shapes
struct multiply {};  ///< y = a * b, equal shapes, or b a gate [1,1,C]
struct concat {};    ///< channels of all inputs, in order
struct slice {
  int first = 0, count = 0;
};  ///< channels [first, first + count)
struct shuffle {
  int groups = 2;
};  ///< channel c = g * (C/groups) + k moves to k * groups + g
struct resize_nearest {
  int factor = 2;
};  ///< y[i,j] = x[i / factor, j / factor]
struct max_pool {
  nn::pool_geometry geometry;
};
struct global_average_pool {};  ///< [H,W,C] -> [1,1,C]

}  // namespace op

using operation =
    std::variant<op::input, op::conv2d, op::batch_norm, op::activate, op::affine, op::add, op::multiply, op::concat,
                 op::slice, op::shuffle, op::resize_nearest, op::max_pool, op::global_average_pool>;

/// One operation and the one map that it computes. A node is known by its index; inputs have lower indices.
template <class Operation>
struct basic_node {
  std::string name;  ///< as in the source file, for messages and reports
  Operation op;
  std::vector<int> inputs;
  extent shape;  ///< of the output
};

/// A network in topological order. Node 0 is the input map. `Operation` is a variant of plain structs: `operation` for real
/// numbers, `integer_operation` for int8.
template <class Operation>
struct basic_network {
  using node = basic_node<Operation>;

  std::vector<node> nodes;
  std::vector<int> outputs;

  int size() const noexcept { return static_cast<int>(nodes.size()); }
  node& operator[](int id) { return nodes[static_cast<std::size_t>(id)]; }
  const node& operator[](int id) const { return nodes[static_cast<std::size_t>(id)]; }
  extent input_shape() const { return nodes.front().shape; }
};

using node = basic_node<operation>;
using network = basic_network<operation>;

/// Name of an operation, as reports and messages print it.
inline const char* name_of(const operation& o) noexcept {
  static constexpr const char* names[] = {
      "input",   "conv2d",         "batch_norm", "activate",           "affine", "add", "multiply", "concat", "slice",
      "shuffle", "resize_nearest", "max_pool",   "global_average_pool"};
  static_assert(std::size(names) == std::variant_size_v<operation>);
  return names[o.index()];
}

/// How many nodes read each node; being a graph output counts as one.
template <class Operation>
std::vector<int> use_counts(const basic_network<Operation>& g) {
  std::vector<int> uses(g.nodes.size(), 0);
  for (const auto& n : g.nodes)
    for (int i : n.inputs) ++uses[static_cast<std::size_t>(i)];
  for (int o : g.outputs) ++uses[static_cast<std::size_t>(o)];
  return uses;
}

}  // namespace octet::graph

#endif
