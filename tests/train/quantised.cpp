#include <octet/train/batch.hpp>
#include <octet/train/differentiable.hpp>

#include <octet/graph/integer_backend.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io/onnx/float_write.hpp>
#include <octet/io/onnx/import.hpp>
#include <octet/ptq/calibrate.hpp>
#include <octet/ptq/lower.hpp>
#include <octet/train/optimiser.hpp>
#include <octet/train/sampler.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <span>
#include <string>
#include <vector>

using namespace octet;

namespace {

float normal(train::random_source& r) { return static_cast<float>(r.unit() + r.unit() + r.unit() + r.unit() - 2) * 1.7f; }

/// Stem, depthwise block with a gate, concat, and a head of probabilities beside one of logits. norms: convolutions end in a
/// batch norm before their activation, as training leaves them, and one stands alone.
graph::model small_model(bool norms = false) {
  graph::model m;
  train::random_source random{11};
  auto& net = m.net;
  const auto push = [&](graph::operation o, std::vector<int> inputs, extent e) {
    net.nodes.push_back({"n" + std::to_string(net.size()), std::move(o), std::move(inputs), e});
    return net.size() - 1;
  };
  const auto norm = [&](int in) {
    graph::op::batch_norm f;
    for (int c = 0; c < net[in].shape.c; ++c)
      f.scale.push_back(0.7f + 0.6f * static_cast<float>(random.unit())), f.shift.push_back(normal(random) * 0.2f);
    return push(std::move(f), {in}, net[in].shape);
  };
  const auto conv = [&](int in, int oc, int k, int stride, bool depthwise, nn::activation act) {
    const int ic = net[in].shape.c;
    graph::op::conv2d f;
    f.geometry = {.ic = ic,
                  .oc = oc,
                  .kh = k,
                  .kw = k,
                  .stride = stride,
                  .pad_top = k / 2,
                  .pad_left = k / 2,
                  .pad_bottom = k / 2,
                  .pad_right = k / 2,
                  .groups = depthwise ? ic : 1};
    if (!norms) f.act = act;
    f.weights =
        graph::tensor<float, 4>::from_shape({static_cast<std::size_t>(oc), static_cast<std::size_t>(k),
                                             static_cast<std::size_t>(k), static_cast<std::size_t>(ic / f.geometry.groups)});
    for (float& w : f.weights) w = normal(random) / std::sqrt(static_cast<float>(f.geometry.depth()));
    for (int c = 0; c < oc; ++c) f.bias.push_back(normal(random) * 0.3f);
    const extent shape = f.geometry.output(net[in].shape);
    const int sum = push(std::move(f), {in}, shape);
    return norms ? push(graph::op::activate{act}, {norm(sum)}, shape) : sum;
  };
  const auto swish = nn::activation::hard_swish();
  push(graph::op::input{}, {}, {24, 24, 3});
  const int stem = conv(0, 16, 3, 2, false, swish);
  const int deep = conv(conv(stem, 16, 5, 1, true, swish), 16, 1, 1, false, nn::activation::relu6());
  const int mean = push(graph::op::global_average_pool{}, {deep}, {1, 1, 16});
  const int gate = conv(mean, 16, 1, 1, false, nn::activation::hard_sigmoid(1.0f / 6, 0.5f));
  const int gated = push(graph::op::multiply{}, {deep, gate}, {12, 12, 16});
  const int sum = push(graph::op::add{}, {gated, stem}, {12, 12, 16});
  int joined = push(graph::op::concat{}, {sum, deep}, {12, 12, 32});
  if (norms) joined = norm(joined);
  const int scores = conv(joined, 10, 1, 1, false, nn::activation::sigmoid());
  const int distances = conv(joined, 8, 1, 1, false, nn::activation::none());
  net.outputs = {scores, distances};
  return m;
}

void fill(map_view<float> to, unsigned seed) {
  train::random_source random{seed};
  for (std::size_t i = 0; i < to.shape().size(); ++i) to.data[i] = normal(random);
}

template <class Recipe>
auto calibrate(const graph::model& m) {
  const graph::float_program program(m.net);
  const auto seen = ptq::calibrate<Recipe>(
      program, 8, 1, [](int i, map_view<float> to) { return fill(to, static_cast<unsigned>(i)), result<void>(); },
      [](int) {});
  return seen->quantizations();
}

/// How many of the head values are more than one step away from the lowered network's.
template <class Recipe, class Network>
double share_apart(const graph::model& m, const Network& net) {
  graph::model trained = m;
  trained.net = net.trained();
  const auto lowered = ptq::lower<Recipe>(trained, net.quantization().quantizations());
  REQUIRE_MESSAGE(lowered, lowered.failure().what());
  const graph::integer_program program(lowered->net);
  graph::integer_program::arena arena(program);
  train::workspace w(net);
  double apart = 0, all = 0;
  for (unsigned seed = 100; seed < 104; ++seed) {
    fill(w.raw(0), seed);
    const auto& q = lowered->quantizations[0];
    const auto to = program.map(arena, 0);
    for (std::size_t i = 0; i < to.shape().size(); ++i)
      to.data[i] = static_cast<std::int8_t>(std::clamp(
          std::nearbyint(w.raw(0).data[i] / q.scale(static_cast<int>(i % 3))) + q.zero_point[i % 3], -128.0, 127.0));
    net.forward(w);
    program.run(arena);
    for (std::size_t o = 0; o < m.net.outputs.size(); ++o) {
      const int id = lowered->net.outputs[o];
      const auto& of = lowered->quantizations[static_cast<std::size_t>(id)];
      const auto integer = program.map(arena, id);
      const auto real = w.value(m.net.outputs[o]);
      for (int y = 0; y < real.h; ++y)
        for (int x = 0; x < real.w; ++x)
          for (int c = 0; c < real.c; ++c, ++all) {
            const double steps = real.pixel(y, x)[c] / of.scale(c) + of.zero_point[static_cast<std::size_t>(c)];
            apart += std::fabs(steps - integer.pixel(y, x)[c]) > 1.01;
          }
    }
  }
  return apart / all;
}

template <class Recipe, class Estimator>
void check(const graph::model& m = small_model()) {
  using quantization = train::fake_quantization<Recipe, Estimator>;
  train::differentiable<quantization> net(m.net, quantization(calibrate<Recipe>(m)));
  CHECK(share_apart<Recipe>(m, net) <= 0.001);

  // From disturbed weights, some steps of training towards the float network's heads, with any number of threads.
  const graph::float_program teacher(m.net);
  std::vector<std::vector<float>> ends;
  train::parameters start = net.parameters();
  train::random_source random{5};
  for (const train::parameter_range& range : start.ranges)
    if (range.role == train::role::weight)
      for (std::size_t i = range.first; i < range.first + range.count; ++i) start.values[i] *= 1 + 0.3f * normal(random);
  for (const int threads : {1, 3}) {
    train::parameters p = start;
    train::groups groups = train::decay_weights;
    groups[static_cast<std::size_t>(train::role::zero_point)].rate = 100;
    train::optimiser<train::adam_w> optimise(p, {}, groups);
    train::batch<train::differentiable<quantization>> batch(net, threads);
    std::vector<float> gradient(p.values.size());
    std::vector<double> losses;
    for (int step = 0; step < 30; ++step) {
      net.load(p.values, threads);
      const auto work = [&](int i, train::workspace& w, std::span<float> to) {
        graph::float_program::arena arena(teacher);
        fill(w.raw(0), static_cast<unsigned>(i));
        fill(teacher.map(arena, 0), static_cast<unsigned>(i));
        teacher.run(arena);
        net.forward(w);
        w.clear();
        double loss = 0;
        for (const int id : m.net.outputs)
          w.give(id, [&](map_view<float> d) {
            const auto t = teacher.map(arena, id);
            for (int y = 0; y < d.h; ++y)
              for (int x = 0; x < d.w; ++x)
                for (int c = 0; c < d.c; ++c) {
                  const float e = w.value(id).pixel(y, x)[c] - t.pixel(y, x)[c];
                  loss += e * e, d.pixel(y, x)[c] = 2 * e;
                }
          });
        net.backward(w, to);
        return loss;
      };
      losses.push_back(batch(4, work, gradient));
      optimise(p, gradient, 2e-3f);
    }
    CHECK(losses.back() < 0.7 * losses.front());
    CHECK(batch.not_finite() == nullptr);
    ends.push_back(p.values);
  }
  CHECK(ends[0] == ends[1]);
  CHECK(ends[0] != start.values);
  net.load(ends[0]);
  CHECK(share_apart<Recipe>(m, net) <= 0.001);
}

}  // namespace

TEST_CASE("a trained network lowers to integers within a step, whatever is trained, by any number of threads") {
  check<quant::absorbed, train::lsq_plus>();
  check<quant::npu, train::pact>();
}

TEST_CASE("so does a network that still has its batch norms when it is read") {
  graph::model written = small_model(true);
  written.pre = preprocessing::unit(24, 24);
  const std::string file = io::to_onnx(written);
  auto m = io::import_onnx(std::as_bytes(std::span(file)));
  REQUIRE_MESSAGE(m, m.failure().what());
  const auto norms = [&] {
    return std::ranges::count_if(m->net.nodes,
                                 [](const graph::node& n) { return std::holds_alternative<graph::op::batch_norm>(n.op); });
  };
  REQUIRE(norms() > 0);
  graph::pass::simplify(*m);
  REQUIRE(norms() == 0);
  check<quant::absorbed, train::lsq>(*m);
  check<quant::npu, train::lsq>(*m);
}

TEST_CASE("a layer that overflows is named") {
  graph::model m = small_model();
  std::get<graph::op::conv2d>(m.net[2].op).bias[3] = HUGE_VALF;
  const train::differentiable<> net(m.net);
  train::workspace w(net);
  fill(w.raw(0), 1);
  net.forward(w);
  REQUIRE(net.not_finite(w));
  CHECK(std::string(net.not_finite(w)) == "n2");
}
