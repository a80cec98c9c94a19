#ifndef OCTET_GRAPH_LOWER_CONV_HPP
#define OCTET_GRAPH_LOWER_CONV_HPP

#include <octet/graph/integer_network.hpp>
#include <octet/quant/quantize.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace octet::graph {

/// Int8 weights and int32 bias of one convolution. A channel's scale is at least so large that its bias stays below 2^29
/// accumulator units: where the weights are dead, nothing else would bound it.
template <class Weights>
integer::conv2d lower_conv(const op::conv2d& f, const quantization& in) {
  using scheme = typename Weights::scheme_type;
  static_assert(scheme::qmin >= -127 && scheme::qmax <= 127,
                "octet: weights must be symmetric and without -128: name quant::symmetric<std::int8_t, "
                "quant::codes::narrow> in the recipe's weights");
  const auto& g = f.geometry;
  integer::conv2d out;
  out.geometry = g;
  out.act = f.act;
  out.weights = tensor<std::int8_t, 4>::from_shape(f.weights.shape());
  const auto depth = static_cast<std::size_t>(g.depth());
  const auto group_in = static_cast<std::size_t>(g.ic / g.groups), group_out = static_cast<std::size_t>(g.oc / g.groups);
  std::vector<float> absorbed(f.weights.data(), f.weights.data() + g.weight_count());
  for (std::size_t i = 0; i < absorbed.size(); ++i) absorbed[i] /= in.gain[i / depth / group_out * group_in + i % group_in];
  Weights weights(g.oc);
  weights.observe(std::span<const float>(absorbed));
  const std::vector<qparams> parameters = weights.parameters();
  for (std::size_t oc = 0; oc < parameters.size(); ++oc) {
    double shift = std::fabs(static_cast<double>(f.bias[oc]));
    if (f.act.function == nn::activation::kind::hard_sigmoid) shift += static_cast<double>(f.act.b / f.act.a);
    const float floor = static_cast<float>(shift / static_cast<double>(in.step) / std::exp2(29));
    const qparams p{(std::max)(parameters[oc].scale, floor), 0};
    out.weight_scale.push_back(p.scale);
    out.bias.push_back(static_cast<std::int32_t>(
        std::llround(static_cast<double>(f.bias[oc]) / (static_cast<double>(in.step) * static_cast<double>(p.scale)))));
    for (std::size_t i = oc * depth; i < (oc + 1) * depth; ++i)
      out.weights.data()[i] = quant::quantize<scheme, typename Weights::rounding_type>(absorbed[i], p);
  }
  return out;
}

}  // namespace octet::graph

#endif
