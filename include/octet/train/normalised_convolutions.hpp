#ifndef OCTET_TRAIN_NORMALISED_CONVOLUTIONS_HPP
#define OCTET_TRAIN_NORMALISED_CONVOLUTIONS_HPP

#include <octet/graph/network.hpp>
#include <octet/train/batch_norm.hpp>
#include <octet/train/parameters.hpp>
#include <octet/train/workspace.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <variant>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// Which convolutions of a folded network have a batch norm while it is trained, per node: those of maps of more than a
/// pixel that are no outputs. In PicoDet's networks these are the ones that had one, but for the quality's last layer,
/// whose one weight and bias do what a norm's factor and offset would.
inline std::vector<char> normalised_convolutions(const graph::network& net) {
  std::vector<char> chosen(net.nodes.size());
  for (int id = 0; id < net.size(); ++id)
    chosen[static_cast<std::size_t>(id)] = std::holds_alternative<graph::op::conv2d>(net[id].op) &&
                                           net[id].shape.pixels() > 1 && !std::ranges::count(net.outputs, id);
  return chosen;
}

/// Puts norms into a trained network, whose own were folded: their statistics become those of the convolutions' sums over
/// some pictures, their factors and offsets what leaves the network's results as they were.
/// `net` has its first parameters loaded; fill(i, map) writes picture i. Gives the parameters. Cost: the network once per
/// picture.
template <class Network, class Fill>
parameters restore_norms(const Network& net, int pictures, Fill&& fill) {
  OCTET_EXPECTS(pictures > 0);
  const int nodes = net.network().size();
  workspace w(net);
  std::vector<channel_sums> sums(static_cast<std::size_t>(nodes));
  for (int i = 0; i < pictures; ++i) {
    fill(i, w.raw(0));
    net.forward(w);
    for (int id = 0; id < nodes; ++id) {
      if (!net.normalised(id)) continue;
      channel_sums& s = sums[static_cast<std::size_t>(id)];
      if (i == 0) s.clear(net.network()[id].shape.c);
      add_moments(w.raw(id), net.norm_of(id).centre.data(), s);
    }
  }
  parameters p = net.parameters();
  std::vector<float> mean, variance;
  for (int id = 0; id < nodes; ++id) {
    if (!net.normalised(id)) continue;
    const double count = static_cast<double>(pictures) * static_cast<double>(net.network()[id].shape.pixels());
    from_moments(sums[static_cast<std::size_t>(id)], net.norm_of(id).centre, count, mean, variance);
    const auto all = std::span(p.values);
    const auto factor = p.in(all, net.factor_range(id)), offset = p.in(all, net.offset_range(id));
    for (std::size_t c = 0; c < factor.size(); ++c) {
      offset[c] += mean[c] * factor[c];
      factor[c] *= static_cast<float>(std::sqrt(static_cast<double>(variance[c]) + norm_epsilon));
    }
    std::ranges::copy(mean, p.in(all, net.mean_range(id)).begin());
    std::ranges::copy(variance, p.in(all, net.variance_range(id)).begin());
  }
  return p;
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
