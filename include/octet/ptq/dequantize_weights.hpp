#ifndef OCTET_PTQ_DEQUANTIZE_WEIGHTS_HPP
#define OCTET_PTQ_DEQUANTIZE_WEIGHTS_HPP

#include <octet/graph/integer_network.hpp>

#include <string>
#include <unordered_map>

namespace octet::ptq {

/// The float network with the weights and biases that the integer one stands for: what rounding them does, and nothing
/// else. Nodes belong together by name.
inline graph::network dequantize_weights(graph::network net, const graph::integer_model& m) {
  std::unordered_map<std::string, int> by_name;
  for (int id = 0; id < m.net.size(); ++id) by_name[m.net[id].name] = id;
  for (graph::node& n : net.nodes) {
    auto* f = std::get_if<graph::op::conv2d>(&n.op);
    const auto at = by_name.find(n.name);
    if (!f || at == by_name.end()) continue;
    const auto& integer = m.net[at->second];
    const auto* q = std::get_if<graph::integer::conv2d>(&integer.op);
    if (!q) continue;
    const graph::quantization& in = m.quantizations[static_cast<std::size_t>(integer.inputs.front())];
    const auto& g = q->geometry;
    const auto depth = static_cast<std::size_t>(g.depth()), group_in = static_cast<std::size_t>(g.ic / g.groups),
               group_out = static_cast<std::size_t>(g.oc / g.groups);
    for (std::size_t i = 0; i < g.weight_count(); ++i) {
      const std::size_t oc = i / depth;
      f->weights.data()[i] = static_cast<float>(static_cast<double>(q->weight_scale[oc]) * q->weights.data()[i] *
                                                static_cast<double>(in.gain[oc / group_out * group_in + i % group_in]));
    }
    for (std::size_t oc = 0; oc < q->bias.size(); ++oc)
      f->bias[oc] =
          static_cast<float>(static_cast<double>(q->weight_scale[oc]) * static_cast<double>(in.step) * q->bias[oc]);
  }
  return net;
}

}  // namespace octet::ptq

#endif
