#ifndef OCTET_GRAPH_PASS_FOLD_BATCH_NORM_HPP
#define OCTET_GRAPH_PASS_FOLD_BATCH_NORM_HPP

#include <octet/graph/pass/live.hpp>

#include <utility>

namespace octet::graph::pass {

namespace detail {

inline void scale_channels(op::conv2d& conv, const op::batch_norm& norm) {
  const auto depth = static_cast<std::size_t>(conv.geometry.depth());
  for (std::size_t c = 0; c < norm.scale.size(); ++c) {
    for (std::size_t i = 0; i < depth; ++i) conv.weights.data()[c * depth + i] *= norm.scale[c];
    conv.bias[c] = conv.bias[c] * norm.scale[c] + norm.shift[c];
  }
}

inline op::conv2d depthwise_of(const op::batch_norm& norm) {
  const std::size_t channels = norm.scale.size();
  op::conv2d conv;
  conv.geometry.ic = conv.geometry.oc = conv.geometry.groups = static_cast<int>(channels);
  conv.weights = tensor<float, 4>::from_shape({channels, 1, 1, 1});
  for (std::size_t c = 0; c < channels; ++c) conv.weights.data()[c] = norm.scale[c];
  conv.bias = norm.shift;
  return conv;
}

}  // namespace detail

/// Folds each batch_norm into the convolution before it, if nothing else reads that one and no activation stands between.
/// Any other batch_norm becomes a depthwise 1x1 convolution, so that no batch_norm is left.
inline void fold_batch_norm(network& net) {
  const auto uses = live_use_counts(net);
  for (auto& n : net.nodes) {
    const auto* norm = std::get_if<op::batch_norm>(&n.op);
    if (!norm) continue;
    const auto& before = net[n.inputs.front()];
    const auto* producer = std::get_if<op::conv2d>(&before.op);
    const bool foldable =
        producer && producer->act == nn::activation::none() && uses[static_cast<std::size_t>(n.inputs.front())] == 1;
    op::conv2d conv = foldable ? *producer : detail::depthwise_of(*norm);
    if (foldable) {
      detail::scale_channels(conv, *norm);
      n.name = before.name;
      n.inputs = std::vector<int>(before.inputs);
    }
    n.op = std::move(conv);
  }
}

}  // namespace octet::graph::pass

#endif
