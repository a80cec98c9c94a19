#ifndef OCTET_PTQ_LOWER_HPP
#define OCTET_PTQ_LOWER_HPP

#include <octet/core/result.hpp>
#include <octet/graph/carry.hpp>
#include <octet/graph/derive_constants.hpp>
#include <octet/graph/integer_network.hpp>
#include <octet/graph/lower_conv.hpp>
#include <octet/quant/recipe.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

namespace octet::ptq {

/// Turns a simplified float model into integers. `measured` holds the quantization of every node whose origin is
/// `measured`, and of concats whose inputs shall be rescaled to one common quantization (per-tensor recipes).
/// `Recipe::weights` gives the scales of the absorbed weights.
/// Errors: an operation that has no integer form (names the node).
template <quant::recipe_type Recipe>
result<graph::integer_model> lower(const graph::model& m, const std::vector<std::optional<graph::quantization>>& measured) {
  using namespace graph;
  integer_model out{m.name, {}, {}, m.heads, m.projection, m.pre, m.classes, m.categories};
  std::vector<int> id_of(m.net.nodes.size());  // float node -> integer node
  const auto push = [&](std::string name, integer_operation o, std::vector<int> inputs, extent shape, quantization q) {
    out.net.nodes.push_back({std::move(name), std::move(o), std::move(inputs), shape});
    out.quantizations.push_back(std::move(q));
    return out.net.size() - 1;
  };
  for (int id = 0; id < m.net.size(); ++id) {
    const node& n = m.net[id];
    std::vector<int> inputs;
    for (int i : n.inputs) inputs.push_back(id_of[static_cast<std::size_t>(i)]);
    const auto& known = measured[static_cast<std::size_t>(id)];

    if (known && std::holds_alternative<op::concat>(n.op))
      for (int& i : inputs) {
        const extent shape = out.net[i].shape;
        const quantization& from = out.quantizations[static_cast<std::size_t>(i)];
        quantization to{known->step, std::vector<float>(from.gain.size(), 1.0f),
                        std::vector<std::int8_t>(from.gain.size(), known->zero_point.front())};
        if (from != to) i = push(out.net[i].name + "/rescale", integer::rescale{}, {i}, shape, std::move(to));
      }

    std::vector<const quantization*> in;
    for (int i : inputs) in.push_back(&out.quantizations[static_cast<std::size_t>(i)]);
    quantization q;
    switch (origin_of(n.op)) {
      case origin::fixed:
        q = uniform_quantization(n.shape.c, quant::unit_parameters<Recipe>);
        break;
      case origin::carried:
        q = carry(n.op, in);
        break;
      case origin::measured:
        OCTET_EXPECTS(known.has_value());
        q = *known;
        break;
    }
    std::optional<integer_operation> lowered;
    std::visit(
        [&](const auto& f) {
          using F = std::decay_t<decltype(f)>;
          if constexpr (std::is_same_v<F, op::conv2d>)
            lowered = lower_conv<typename Recipe::weights>(f, *in.front());
          else if constexpr (std::is_same_v<F, op::add>)
            lowered = integer::add{};
          else if constexpr (std::is_same_v<F, op::multiply>) {
            if (out.net[inputs[0]].shape.pixels() == 1) std::swap(inputs[0], inputs[1]);  // the gate comes second
            if (out.net[inputs[1]].shape.pixels() == 1) lowered = integer::multiply{};
          } else if constexpr (std::is_same_v<F, op::global_average_pool>)
            lowered = integer::global_average_pool{};
          else if constexpr (std::is_constructible_v<integer_operation, const F&>)
            lowered = f;
        },
        n.op);
    if (!lowered)
      return error(errc::unsupported,
                   m.name + ": node '" + n.name + "': " + name_of(n.op) +
                       " has no integer form; accepted are convolutions with their activation, add, a gate's multiply, "
                       "pools, and operations that move values (run graph::simplify first)");
    id_of[static_cast<std::size_t>(id)] = push(n.name, std::move(*lowered), std::move(inputs), n.shape, std::move(q));
  }
  for (int o : m.net.outputs) out.net.outputs.push_back(id_of[static_cast<std::size_t>(o)]);
  for (head& h : out.heads)
    for (int* id : {&h.scores, &h.quality, &h.distances})
      if (*id >= 0) *id = id_of[static_cast<std::size_t>(*id)];
  derive_constants(out);
  return out;
}

}  // namespace octet::ptq

#endif
