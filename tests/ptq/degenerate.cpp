#include <octet/ptq/calibrate.hpp>
#include <octet/ptq/lower.hpp>

#include "tiny.hpp"

#include <doctest/doctest.h>

#include <octet/graph/integer_backend.hpp>

#include <cmath>
#include <cstdlib>
#include <functional>

using namespace octet;

namespace {

/// Calibrates on pictures that `fill` makes, lowers, and gives the largest difference of any map from the float one, in
/// steps of its own, over those pictures; every scale and gain must be positive and finite, no bias saturated.
template <class Recipe>
double largest_error(const graph::model& m, const std::function<void(int, map_view<float>)>& fill) {
  const graph::float_program real(m.net);
  const auto seen = ptq::calibrate<Recipe>(
      real, 3, 1,
      [&](int i, map_view<float> map) -> result<void> {
        fill(i, map);
        return {};
      },
      [](int) {});
  REQUIRE(seen);
  const auto integer = ptq::lower<Recipe>(m, seen->quantizations());
  REQUIRE_MESSAGE(integer, (integer ? "" : integer.failure().what()));
  for (const graph::quantization& q : integer->quantizations) {
    REQUIRE((q.step > 0 && std::isfinite(q.step)));
    for (const float g : q.gain) REQUIRE((g > 0 && std::isfinite(g)));
  }
  for (const auto& n : integer->net.nodes)
    if (const auto* f = std::get_if<graph::integer::conv2d>(&n.op)) {
      for (const float s : f->weight_scale) REQUIRE((s > 0 && std::isfinite(s)));
      for (const std::int32_t b : f->bias) REQUIRE(std::abs(std::int64_t{b}) <= std::int64_t{1} << 30);
    }

  const graph::integer_program program(integer->net);
  graph::float_program::arena a(real);
  graph::integer_program::arena b(program);
  double largest = 0;
  for (int i = 0; i < 3; ++i) {
    fill(i, real.map(a, 0));
    const auto in = program.map(b, 0);
    for (int p = 0; p < in.h * in.w; ++p)
      for (int c = 0; c < in.c; ++c)
        in.pixel(0, p)[c] =
            graph::detail::quantize(static_cast<double>(real.map(a, 0).pixel(0, p)[c]), integer->quantizations[0], c);
    real.run(a);
    program.run(b);
    for (const int o : integer->net.outputs) {
      const auto x = real.map(a, m.net.outputs.front());
      const auto y = program.map(b, o);
      const graph::quantization& q = integer->quantizations[static_cast<std::size_t>(o)];
      for (int p = 0; p < y.h * y.w; ++p)
        for (int c = 0; c < y.c; ++c) {
          const double value = q.scale(c) * (y.pixel(0, p)[c] - q.zero_point[static_cast<std::size_t>(c)]);
          largest = std::max(largest, std::abs(value - static_cast<double>(x.pixel(0, p)[c])) / q.scale(c));
        }
    }
  }
  return largest;
}

/// One depthwise convolution whose channel 1 has the weights `weight` and the bias `bias`.
graph::model depthwise(float weight, float bias, nn::activation act) {
  graph::model m = tiny_model();
  auto f = std::get<graph::op::conv2d>(m.net[2].op);
  const auto taps = static_cast<std::size_t>(f.geometry.depth());
  for (std::size_t i = taps; i < 2 * taps; ++i) f.weights.data()[i] = weight;
  f.bias[1] = bias;
  f.act = act;
  m.net.nodes.resize(3);
  m.net.nodes[2].op = f;
  m.net.outputs = {2};
  return m;
}

}  // namespace

TEST_CASE_TEMPLATE("a channel without weight is its bias within one step", Recipe, quant::absorbed,
                   quant::absorbed_symmetric, quant::npu, quant::minmax) {
  for (const auto act : {nn::activation::none(), nn::activation::relu(), nn::activation::hard_swish()})
    for (const float weight : {0.0f, 1e-20f, 1e-41f, -1e-30f})
      for (const float bias : {-4.5f, 0.0f, 0.5f, 1.25f, 300.0f}) {
        graph::model m = depthwise(weight, bias, act);
        // The channel alone is looked at: the others have the error of their weights.
        auto& f = std::get<graph::op::conv2d>(m.net[2].op);
        const auto taps = static_cast<std::size_t>(f.geometry.depth());
        for (std::size_t c = 0; c < f.bias.size(); ++c)
          for (std::size_t i = 0; i < taps; ++i) f.weights.data()[c * taps + i] = f.weights.data()[taps + i];
        CAPTURE(weight);
        CAPTURE(bias);
        CHECK(largest_error<Recipe>(m, fill_picture) <= 1.0);
      }
}

TEST_CASE_TEMPLATE("calibration on pictures of one colour gives finite scales", Recipe, quant::absorbed,
                   quant::absorbed_symmetric, quant::npu, quant::minmax) {
  for (const float colour : {0.0f, -2.1179f, 2.64f, 1e-30f}) {
    const auto fill = [&](int, map_view<float> map) {
      for (int i = 0; i < map.h * map.w; ++i)
        for (int c = 0; c < map.c; ++c) map.pixel(0, i)[c] = colour;
    };
    CAPTURE(colour);
    CHECK(largest_error<Recipe>(tiny_model(), fill) < 8);
  }
}

TEST_CASE("a network that is zero everywhere stays zero") {
  graph::model m = tiny_model();
  for (auto& n : m.net.nodes)
    if (auto* f = std::get_if<graph::op::conv2d>(&n.op)) {
      std::fill_n(f->weights.data(), f->weights.size(), 0.0f);
      std::fill(f->bias.begin(), f->bias.end(), 0.0f);
    }
  CHECK(largest_error<quant::absorbed>(m, fill_picture) == 0);
  CHECK(largest_error<quant::npu>(m, fill_picture) == 0);
}
