#ifndef OCTET_PTQ_LOWER_HPP
#define OCTET_PTQ_LOWER_HPP

#include <octet/core/result.hpp>
#include <octet/graph/derive_constants.hpp>
#include <octet/graph/integer_network.hpp>
#include <octet/ptq/carry.hpp>
#include <octet/quant/quantize.hpp>
#include <octet/quant/recipe.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace octet::ptq {

namespace detail {

/// Int8 weights and int32 bias of one convolution. A channel's scale is at least so large that its bias stays below 2^29
/// accumulator units: where the weights are dead, nothing else would bound it.
template <class Weights>
graph::integer::conv2d lower_conv(const graph::op::conv2d& f, const graph::quantization& in) {
  using scheme = typename Weights::scheme_type;
  static_assert(scheme::qmin >= -127 && scheme::qmax <= 127,
                "octet: weights must be symmetric and without -128: name quant::symmetric<std::int8_t, "
                "quant::codes::narrow> in the recipe's weights");
  const auto& g = f.geometry;
  graph::integer::conv2d out;
  out.geometry = g;
  out.act = f.act;
  out.weights = graph::tensor<std::int8_t, 4>::from_shape(f.weights.shape());
  const auto depth = static_cast<std::size_t>(g.depth());
  const auto group_in = static_cast<std::size_t>(g.ic / g.groups), group_out = static_cast<std::size_t>(g.oc / g.groups);
  std::vector<float> absorbed(f.weights.data(), f.weights.data() + g.weight_count());
  for (std::size_t i = 0; i < absorbed.size(); ++i) absorbed[i] /= in.gain[i / depth / group_out * group_in + i % group_in];
  Weights weights(g.oc);
  weights.observe(std::span<const float>(absorbed));
  const std::vector<qparams> parameters = weights.parameters();
  for (std::size_t oc = 0; oc < parameters.size(); ++oc) {
    double shift = std::fabs(double{f.bias[oc]});
    if (f.act.function == nn::activation::kind::hard_sigmoid) shift += f.act.b / f.act.a;
    const float floor = static_cast<float>(shift / in.step / std::exp2(29));
    const qparams p{std::max(parameters[oc].scale, floor), 0};
    out.weight_scale.push_back(p.scale);
    out.bias.push_back(static_cast<std::int32_t>(std::llround(f.bias[oc] / (double{in.step} * p.scale))));
    for (std::size_t i = oc * depth; i < (oc + 1) * depth; ++i)
      out.weights.data()[i] = quant::quantize<scheme, typename Weights::rounding_type>(absorbed[i], p);
  }
  return out;
}

}  // namespace detail

/// Turns a simplified float model into integers. `measured` holds the quantization of every node whose origin is
/// `measured`, and of concats whose inputs shall be rescaled to one common quantization (per-tensor recipes).
/// `Recipe::weights` gives the scales of the absorbed weights.
/// Errors: an operation that has no integer form (names the node).
template <quant::recipe_type Recipe>
result<graph::integer_model> lower(const graph::model& m, const std::vector<std::optional<graph::quantization>>& measured) {
  using namespace graph;
  integer_model out{m.name, {}, {}, m.heads, m.projection, m.pre, m.classes};
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
        q = unit_quantization(n.shape.c);
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
            lowered = detail::lower_conv<typename Recipe::weights>(f, *in.front());
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
