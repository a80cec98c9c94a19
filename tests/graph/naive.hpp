#ifndef OCTET_TESTS_GRAPH_NAIVE_HPP
#define OCTET_TESTS_GRAPH_NAIVE_HPP

#include <octet/graph/network.hpp>

#include <algorithm>
#include <cmath>
#include <type_traits>
#include <vector>

/// Networks of real numbers evaluated by the definition of each operation, in double, one vector [H,W,C] per node.
namespace naive {

using namespace octet;
using maps = std::vector<std::vector<double>>;

inline double activate(nn::activation f, double x) {
  using kind = nn::activation::kind;
  switch (f.function) {
    case kind::none:
      break;
    case kind::clip:
      return std::min(std::max(x, double{f.a}), double{f.b});
    case kind::hard_swish:
      return x * std::min(std::max(x + 3, 0.0), 6.0) / 6;
    case kind::hard_sigmoid:
      return std::min(std::max(f.a * x + f.b, 0.0), 1.0);
    case kind::sigmoid:
      return 1 / (1 + std::exp(-x));
  }
  return x;
}

inline std::vector<double> convolve(const graph::op::conv2d& f, const std::vector<double>& x, extent in, extent out) {
  const auto& g = f.geometry;
  const int ic = g.ic / g.groups, oc = g.oc / g.groups;
  std::vector<double> y(out.size());
  for (int row = 0, at = 0; row < out.h; ++row)
    for (int col = 0; col < out.w; ++col)
      for (int o = 0; o < g.oc; ++o, ++at) {
        double sum = f.bias[static_cast<std::size_t>(o)];
        for (int i = 0; i < g.kh; ++i)
          for (int j = 0; j < g.kw; ++j) {
            const int p = row * g.stride + i - g.pad_top, q = col * g.stride + j - g.pad_left;
            if (p < 0 || p >= in.h || q < 0 || q >= in.w) continue;
            const double* pixel = &x[static_cast<std::size_t>((p * in.w + q) * in.c + o / oc * ic)];
            const float* w = f.weights.data() + ((o * g.kh + i) * g.kw + j) * ic;
            for (int c = 0; c < ic; ++c) sum += w[c] * pixel[c];
          }
        y[static_cast<std::size_t>(at)] = activate(f.act, sum);
      }
  return y;
}

/// The value of node `n` at row i, column j, channel c, for all operations but convolutions.
inline double value(const graph::network& net, const graph::node& n, const maps& all, int i, int j, int c) {
  const auto at = [&](std::size_t input, int row, int col, int channel) {
    const int id = n.inputs[input];
    const extent e = net[id].shape;
    return all[static_cast<std::size_t>(id)][static_cast<std::size_t>((row * e.w + col) * e.c + channel)];
  };
  const auto shape = [&](std::size_t input) { return net[n.inputs[input]].shape; };
  return std::visit(
      [&]<class F>(const F& f) -> double {
        using namespace graph::op;
        const auto k = static_cast<std::size_t>(c);
        if constexpr (std::is_same_v<F, batch_norm>) return at(0, i, j, c) * f.scale[k] + f.shift[k];
        if constexpr (std::is_same_v<F, graph::op::activate>) return naive::activate(f.act, at(0, i, j, c));
        if constexpr (std::is_same_v<F, affine>) return at(0, i, j, c) * f.factor + f.offset;
        if constexpr (std::is_same_v<F, add>) return at(0, i, j, c) + at(1, i, j, c);
        if constexpr (std::is_same_v<F, multiply>)
          return at(0, i, j, c) * (shape(1) == n.shape ? at(1, i, j, c) : at(1, 0, 0, c));
        if constexpr (std::is_same_v<F, slice>) return at(0, i, j, f.first + c);
        if constexpr (std::is_same_v<F, shuffle>) return at(0, i, j, c % f.groups * (n.shape.c / f.groups) + c / f.groups);
        if constexpr (std::is_same_v<F, resize_nearest>) return at(0, i / f.factor, j / f.factor, c);
        if constexpr (std::is_same_v<F, concat>) {
          std::size_t input = 0;
          for (; c >= shape(input).c; ++input) c -= shape(input).c;
          return at(input, i, j, c);
        }
        if constexpr (std::is_same_v<F, max_pool>) {
          const auto& g = f.geometry;
          double most = -HUGE_VAL;
          for (int p = std::max(i * g.stride - g.pad, 0); p < std::min(i * g.stride - g.pad + g.kernel, shape(0).h); ++p)
            for (int q = std::max(j * g.stride - g.pad, 0); q < std::min(j * g.stride - g.pad + g.kernel, shape(0).w); ++q)
              most = std::max(most, at(0, p, q, c));
          return most;
        }
        if constexpr (std::is_same_v<F, global_average_pool>) {
          double sum = 0;
          for (int p = 0; p < shape(0).h; ++p)
            for (int q = 0; q < shape(0).w; ++q) sum += at(0, p, q, c);
          return sum / static_cast<double>(shape(0).pixels());
        }
        return 0;
      },
      n.op);
}

/// The map of node `id` after those before it.
inline std::vector<double> node(const graph::network& net, int id, const maps& all) {
  const auto& n = net[id];
  if (const auto* f = std::get_if<graph::op::conv2d>(&n.op))
    return convolve(*f, all[static_cast<std::size_t>(n.inputs[0])], net[n.inputs[0]].shape, n.shape);
  std::vector<double> y;
  y.reserve(n.shape.size());
  for (int i = 0; i < n.shape.h; ++i)
    for (int j = 0; j < n.shape.w; ++j)
      for (int c = 0; c < n.shape.c; ++c) y.push_back(value(net, n, all, i, j, c));
  return y;
}

/// All maps of the network for one input [H,W,C].
inline maps run(const graph::network& net, std::vector<double> input) {
  maps all{std::move(input)};
  for (int id = 1; id < net.size(); ++id) all.push_back(node(net, id, all));
  return all;
}

}  // namespace naive

#endif
