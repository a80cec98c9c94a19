#include <octet/train/differentiable.hpp>

#include "../graph/naive.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

using namespace octet;
using graph::network;
using graph::node;

namespace {

class source {
 public:
  explicit source(unsigned seed) : engine_(seed) {}
  float operator()() { return static_cast<float>(static_cast<int>(engine_() % 2001) - 1000) / 500.0f; }

 private:
  std::mt19937 engine_;
};

struct builder {
  network net;
  source value{7};

  explicit builder(extent in) { net.nodes.push_back({"input", graph::op::input{}, {}, in}); }
  int push(graph::operation o, std::vector<int> inputs, extent shape) {
    net.nodes.push_back({"n" + std::to_string(net.size()), std::move(o), std::move(inputs), shape});
    return net.size() - 1;
  }
  int conv(int in, nn::conv2d_geometry g, nn::activation act = {}) {
    g.ic = net[in].shape.c;
    graph::op::conv2d f;
    f.geometry = g, f.act = act;
    f.weights =
        graph::tensor<float, 4>::from_shape({static_cast<std::size_t>(g.oc), static_cast<std::size_t>(g.kh),
                                             static_cast<std::size_t>(g.kw), static_cast<std::size_t>(g.ic / g.groups)});
    for (float& w : f.weights) w = value() * 0.5f;
    for (int c = 0; c < g.oc; ++c) f.bias.push_back(value());
    const extent shape = g.output(net[in].shape);
    return push(std::move(f), {in}, shape);
  }
  int pointwise(int in, int oc, nn::activation act = {}) {
    nn::conv2d_geometry g;
    g.oc = oc;
    return conv(in, g, act);
  }
};

nn::conv2d_geometry square(int oc, int k, int stride, int pad, int groups = 1) {
  return {.oc = oc,
          .kh = k,
          .kw = k,
          .stride = stride,
          .pad_top = pad,
          .pad_left = pad,
          .pad_bottom = pad,
          .pad_right = pad,
          .groups = groups};
}

/// The loss is a weighted sum of the last node's values. Its gradients by all parameters, and by the input of the second
/// node through these, must be what central differences of the naive network in double say.
void check(builder b) {
  network& net = b.net;
  net.outputs = {net.size() - 1};
  std::vector<double> input(net.input_shape().size());
  for (double& x : input) x = b.value();
  std::vector<double> weight(net.nodes.back().shape.size());
  for (double& x : weight) x = b.value();

  train::differentiable<> d(net);
  train::workspace w(d);
  std::copy(input.begin(), input.end(), w.raw(0).data);
  d.forward(w);
  w.clear();
  w.give(net.outputs[0], [&](map_view<float> to) { std::copy(weight.begin(), weight.end(), to.data); });
  std::vector<float> gradient(d.parameters().values.size());
  d.backward(w, gradient);

  const auto expected = naive::run(net, input).back();
  for (std::size_t i = 0; i < expected.size(); ++i)
    CHECK(w.value(net.outputs[0]).data[i] == doctest::Approx(expected[i]).epsilon(1e-4));

  const auto loss = [&](const std::vector<float>& values) {
    train::differentiable<> changed(net);
    changed.load(values);
    const auto y = naive::run(changed.trained(), input).back();
    double sum = 0;
    for (std::size_t i = 0; i < y.size(); ++i) sum += y[i] * weight[i];
    return sum;
  };
  std::vector<float> values = d.parameters().values;
  REQUIRE(!values.empty());
  double largest = 0;
  for (float g : gradient) largest = std::max(largest, std::fabs(double{g}));
  CHECK(largest > 0);
  const std::size_t step = values.size() / 60 + 1;
  for (std::size_t i = 0; i < values.size(); i += step) {
    const float before = values[i];
    constexpr float eps = 0x1p-12f;
    values[i] = before + eps;
    const double up = loss(values), above = values[i];
    values[i] = before - eps;
    const double down = loss(values), slope = (up - down) / (above - double{values[i]});
    values[i] = before;
    CAPTURE(i);
    CHECK(std::fabs(gradient[i] - slope) <= 2e-4 * (largest + std::fabs(slope)));
  }
}

}  // namespace

TEST_CASE("gradients of convolutions of all kinds agree with central differences") {
  const std::vector<nn::conv2d_geometry> all{square(19, 1, 1, 0),     square(24, 3, 1, 1),     square(7, 3, 2, 1),
                                             square(16, 5, 2, 2),     square(24, 3, 1, 1, 24), square(24, 3, 2, 1, 24),
                                             square(24, 5, 1, 2, 24), square(24, 5, 2, 2, 24), square(24, 7, 1, 3, 24),
                                             square(12, 3, 1, 1, 4),  square(8, 3, 2, 0, 2),   square(20, 1, 2, 0)};
  for (const auto& g : all)
    for (const extent e : {extent{7, 6, 24}, extent{8, 9, 24}}) {
      CAPTURE(g.kh);
      CAPTURE(g.stride);
      CAPTURE(g.groups);
      builder b({e.h, e.w, 3});
      const int first = b.pointwise(0, e.c);  // its gradients check that of the convolution's input
      b.conv(first, g);
      check(std::move(b));
    }
}

TEST_CASE("gradients of activations agree with central differences, fused and alone") {
  for (const auto act :
       {nn::activation::relu(), nn::activation::relu6(), nn::activation::clip(-1.0f, 1.5f), nn::activation::hard_swish(),
        nn::activation::hard_sigmoid(1.0f / 6, 0.5f), nn::activation::sigmoid()})
    for (const bool fused : {true, false}) {
      builder b({3, 4, 5});
      const int first = b.pointwise(0, 21, fused ? act : nn::activation::none());
      if (!fused) b.push(graph::op::activate{act}, {first}, b.net[first].shape);
      check(std::move(b));
    }
}

TEST_CASE("gradients of all other operations agree with central differences") {
  const auto with = [](auto last) {
    builder b({6, 6, 3});
    const int first = b.pointwise(0, 12);
    last(b, first);
    check(std::move(b));
  };
  static constexpr extent same{6, 6, 12};
  with([](builder& b, int x) {
    b.push(graph::op::batch_norm{std::vector<float>(12, 1.5f), std::vector<float>(12, -0.25f)}, {x}, same);
  });
  with([](builder& b, int x) { b.push(graph::op::affine{0.75f, 2.0f}, {x}, same); });
  with([](builder& b, int x) { b.push(graph::op::add{}, {x, b.pointwise(x, 12)}, same); });
  with([](builder& b, int x) { b.push(graph::op::add{}, {x, x}, same); });
  with([](builder& b, int x) { b.push(graph::op::multiply{}, {x, b.pointwise(x, 12)}, same); });
  with([](builder& b, int x) {
    const int pooled = b.push(graph::op::global_average_pool{}, {x}, {1, 1, 12});
    b.push(graph::op::multiply{}, {x, b.pointwise(pooled, 12, nn::activation::sigmoid())}, same);
  });
  with([](builder& b, int x) { b.push(graph::op::concat{}, {x, b.pointwise(x, 5), x}, {6, 6, 29}); });
  with([](builder& b, int x) { b.push(graph::op::slice{3, 7}, {x}, {6, 6, 7}); });
  with([](builder& b, int x) { b.push(graph::op::shuffle{2}, {x}, same); });
  with([](builder& b, int x) { b.push(graph::op::shuffle{3}, {x}, same); });
  with([](builder& b, int x) { b.push(graph::op::resize_nearest{2}, {x}, {12, 12, 12}); });
  with([](builder& b, int x) { b.push(graph::op::max_pool{{3, 2, 1}}, {x}, {3, 3, 12}); });
  with([](builder& b, int x) { b.push(graph::op::max_pool{{2, 2, 0}}, {x}, {3, 3, 12}); });
}

TEST_CASE("gradients of a small detector agree with central differences") {
  const auto swish = nn::activation::hard_swish();
  builder b({16, 16, 3});
  const int stem = b.conv(0, square(8, 3, 2, 1), swish);
  const int half = b.push(graph::op::slice{0, 4}, {stem}, {8, 8, 4});
  const int deep = b.pointwise(b.conv(half, square(4, 3, 1, 1, 4), swish), 4, swish);
  const int joined = b.push(graph::op::concat{}, {b.push(graph::op::slice{4, 4}, {stem}, {8, 8, 4}), deep}, {8, 8, 8});
  const int mixed = b.push(graph::op::shuffle{2}, {joined}, {8, 8, 8});
  const int mean = b.push(graph::op::global_average_pool{}, {mixed}, {1, 1, 8});
  const int gate =
      b.pointwise(b.pointwise(mean, 2, nn::activation::relu()), 8, nn::activation::hard_sigmoid(1.0f / 6, 0.5f));
  const int squeezed = b.push(graph::op::multiply{}, {mixed, gate}, {8, 8, 8});
  const int low = b.pointwise(b.conv(squeezed, square(8, 5, 2, 2, 8), swish), 8, swish);
  const int up = b.push(graph::op::resize_nearest{2}, {low}, {8, 8, 8});
  const int sum = b.push(graph::op::add{}, {up, squeezed}, {8, 8, 8});
  b.pointwise(sum, 6, nn::activation::sigmoid());
  check(std::move(b));
}
