#ifndef OCTET_TRAIN_STANDARDISE_HPP
#define OCTET_TRAIN_STANDARDISE_HPP

#include <octet/train/differentiable.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <variant>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// Prepares random weights for training without batch norms: layer by layer, in the network's order, every convolution
/// behind which values are clipped gets weights and biases that make each channel's mean 0 and deviation 1 over some
/// pictures, which is what batch norms would do in the first step (after Mishkin & Matas 2016). Maps of one pixel stay.
/// fill(i, map) writes picture i. Cost: the network on all pictures, once per layer.
template <class Fill>
graph::network standardise(graph::network net, int pictures, Fill&& fill) {
  OCTET_EXPECTS(pictures > 0);
  for (int id = 0; id < net.size(); ++id) {
    auto* f = std::get_if<graph::op::conv2d>(&net[id].op);
    if (!f || f->act.function != nn::activation::kind::clip || net[id].shape.pixels() < 2) continue;
    const differentiable<> d(net);
    workspace w(d);
    const auto channels = static_cast<std::size_t>(net[id].shape.c);
    std::vector<double> sum(channels), squares(channels);
    for (int i = 0; i < pictures; ++i) {
      fill(i, w.raw(0));
      d.forward(w);
      const auto map = w.raw(id);
      for (std::size_t k = 0; k < map.shape().size(); ++k) {
        const double x = static_cast<double>(map.data[k]);
        sum[k % channels] += x, squares[k % channels] += x * x;
      }
    }
    const double n = static_cast<double>(pictures) * static_cast<double>(net[id].shape.pixels());
    const std::size_t depth = static_cast<std::size_t>(f->geometry.depth());
    for (std::size_t c = 0; c < channels; ++c) {
      const double mean = sum[c] / n, deviation = std::sqrt((std::max)(squares[c] / n - mean * mean, 1e-6));
      for (std::size_t k = 0; k < depth; ++k) {
        float& x = f->weights.data()[c * depth + k];
        x = static_cast<float>(static_cast<double>(x) / deviation);
      }
      f->bias[c] = static_cast<float>((static_cast<double>(f->bias[c]) - mean) / deviation);
    }
  }
  return net;
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
