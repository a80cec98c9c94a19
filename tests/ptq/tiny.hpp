#ifndef OCTET_TESTS_PTQ_TINY_HPP
#define OCTET_TESTS_PTQ_TINY_HPP

#include <octet/graph/model.hpp>

#include <random>

/// A network small enough to run in no time: convolution with hard-swish, depthwise convolution, concat of both.
inline octet::graph::model tiny_model() {
  using namespace octet;
  std::mt19937 random(7);
  std::uniform_real_distribution<float> uniform(-1, 1);
  graph::model m;
  m.name = "tiny";
  m.net.nodes.push_back({"picture", graph::op::input{}, {}, {8, 8, 3}});
  const auto conv = [&](const char* name, nn::conv2d_geometry g, nn::activation act, int from) {
    graph::op::conv2d f{g, {}, {}, act};
    f.weights =
        graph::tensor<float, 4>::from_shape({static_cast<std::size_t>(g.oc), static_cast<std::size_t>(g.kh),
                                             static_cast<std::size_t>(g.kw), static_cast<std::size_t>(g.ic / g.groups)});
    for (std::size_t i = 0; i < g.weight_count(); ++i) f.weights.data()[i] = uniform(random);
    for (int c = 0; c < g.oc; ++c) f.bias.push_back(uniform(random));
    m.net.nodes.push_back({name, f, {from}, g.output(m.net[from].shape)});
    return m.net.size() - 1;
  };
  const int first = conv("first", {3, 8, 3, 3, 1, 1, 1, 1, 1, 1}, nn::activation::hard_swish(), 0);
  const int second = conv("second", {8, 8, 3, 3, 1, 1, 1, 1, 1, 8}, nn::activation::relu(), first);
  m.net.nodes.push_back({"joined", graph::op::concat{}, {first, second}, {8, 8, 16}});
  m.net.outputs = {conv("last", {16, 4, 1, 1, 1, 0, 0, 0, 0, 1}, nn::activation::none(), m.net.size() - 1)};
  return m;
}

/// Picture `number`: the same values whoever asks.
inline void fill_picture(int number, octet::map_view<float> map) {
  std::mt19937 random(static_cast<unsigned>(number));
  std::normal_distribution<float> normal(0, 1 + 0.1f * static_cast<float>(number));
  for (int y = 0; y < map.h; ++y)
    for (int x = 0; x < map.w; ++x)
      for (int c = 0; c < map.c; ++c) map.pixel(y, x)[c] = normal(random);
}

#endif
