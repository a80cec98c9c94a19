#include <octet/train/synchronised_batch.hpp>

#include <octet/graph/picodet.hpp>
#include <octet/train/differentiable.hpp>
#include <octet/train/normalised_convolutions.hpp>
#include <octet/train/sampler.hpp>

#include "../graph/naive.hpp"
#include "../graph/processes.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <optional>
#include <span>
#include <string>
#include <vector>

using namespace octet;

namespace {

constexpr int batch_size = 3;

/// A stem, two branches that meet, a gate of one pixel and an output: norms in a row, beside each other and none.
graph::model branches(nn::activation act) {
  graph::model m;
  train::random_source random{11};
  auto& net = m.net;
  const auto push = [&](graph::operation o, std::vector<int> inputs, extent e) {
    net.nodes.push_back({"n" + std::to_string(net.size()), std::move(o), std::move(inputs), e});
    return net.size() - 1;
  };
  const auto conv = [&](int in, int oc, int k, int stride, bool depthwise, nn::activation f) {
    const int ic = net[in].shape.c;
    graph::op::conv2d c;
    c.geometry = {ic, oc, k, k, stride, k / 2, k / 2, k / 2, k / 2, depthwise ? ic : 1};
    c.act = f;
    const auto side = static_cast<std::size_t>(k);
    c.weights = graph::tensor<float, 4>::from_shape(
        {static_cast<std::size_t>(oc), side, side, static_cast<std::size_t>(ic / c.geometry.groups)});
    for (float& w : c.weights) w = static_cast<float>(random.unit() - 0.5);
    for (int i = 0; i < oc; ++i) c.bias.push_back(static_cast<float>(random.unit() - 0.5));
    const extent shape = c.geometry.output(net[in].shape);
    return push(std::move(c), {in}, shape);
  };
  push(graph::op::input{}, {}, {9, 7, 3});
  const int stem = conv(0, 18, 3, 2, false, act);
  const int left = conv(stem, 18, 3, 1, true, act), right = conv(stem, 18, 1, 1, false, nn::activation::none());
  const int sum = push(graph::op::add{}, {left, right}, net[left].shape);
  const int mean = push(graph::op::global_average_pool{}, {sum}, {1, 1, 18});
  const int gate = conv(mean, 18, 1, 1, false, nn::activation::sigmoid());
  const int gated = push(graph::op::multiply{}, {sum, gate}, net[sum].shape);
  net.outputs = {conv(conv(gated, 7, 1, 1, false, act), 4, 1, 1, false, nn::activation::none())};
  return m;
}

std::vector<std::vector<double>> pictures(extent e, int count) {
  std::vector<std::vector<double>> all;
  for (int i = 0; i < count; ++i) {
    train::random_source random{static_cast<std::uint64_t>(i) + 1};
    std::vector<double>& x = all.emplace_back(e.size());
    for (double& v : x) v = static_cast<double>(static_cast<float>(random.unit() * 2 - 1 + 0.3 * i));
  }
  return all;
}

/// What the loss weighs value k of picture i's output with.
double weight(std::size_t i, std::size_t k) { return std::sin(1.0 + 7.0 * static_cast<double>(i) + static_cast<double>(k)); }

/// The loss by the definitions, in double: the nodes in turn, each for all pictures, norms with the batch's statistics.
template <class Network>
double naive_loss(const Network& net, std::span<const float> values, const std::vector<std::vector<double>>& in) {
  const graph::network& g = net.network();
  const train::parameters& p = net.parameters();
  std::vector<naive::maps> all(in.size());
  for (int id = 0; id < g.size(); ++id) {
    graph::network part;
    part.nodes.assign(g.nodes.begin(), g.nodes.begin() + id + 1);
    auto* f = std::get_if<graph::op::conv2d>(&part[id].op);
    const nn::activation act = f ? f->act : nn::activation::none();
    if (f) {
      std::size_t range = 0;
      while (p.ranges[range].name != g[id].name) ++range;
      std::ranges::copy(p.in(values, range), f->weights.data());
      if (net.normalised(id))
        f->act = nn::activation::none(), std::ranges::fill(f->bias, 0.0f);
      else
        std::ranges::copy(p.in(values, range + 1), f->bias.begin());
    }
    for (std::size_t i = 0; i < in.size(); ++i) all[i].push_back(id == 0 ? in[i] : naive::node(part, id, all[i]));
    if (!net.normalised(id)) continue;
    const auto factor = p.in(values, net.factor_range(id)), offset = p.in(values, net.offset_range(id));
    const std::size_t c = factor.size();
    for (std::size_t k = 0; k < c; ++k) {
      double n = 0, sum = 0, squares = 0;
      for (const auto& maps : all)
        for (std::size_t at = k; at < maps.back().size(); at += c) ++n, sum += maps.back()[at];
      for (const auto& maps : all)
        for (std::size_t at = k; at < maps.back().size(); at += c) squares += std::pow(maps.back()[at] - sum / n, 2);
      for (auto& maps : all)
        for (std::size_t at = k; at < maps.back().size(); at += c)
          maps.back()[at] =
              naive::activate(act, (maps.back()[at] - sum / n) / std::sqrt(squares / n + 1e-5) * factor[k] + offset[k]);
    }
  }
  double loss = 0;
  for (std::size_t i = 0; i < in.size(); ++i)
    for (std::size_t k = 0; k < all[i].back().size(); ++k) loss += weight(i, k) * all[i].back()[k];
  return loss;
}

/// One step of the same loss.
/// first: of this process' pictures.
template <class Network, class Communicator>
double step(train::synchronised_batch<Network, Communicator>& batch, const Network& net,
            const std::vector<std::vector<double>>& in, std::vector<float>& gradient, std::size_t first = 0) {
  gradient.resize(net.parameters().values.size());
  return batch([&](int i, map_view<float> to) { std::ranges::copy(in[first + static_cast<std::size_t>(i)], to.data); },
               [](int, const train::workspace&) { return 0.0; },
               [&](int i, train::workspace& w, double weights) {
                 CHECK(weights == 1);
                 double loss = 0;
                 const int out = net.network().outputs[0];
                 w.give(out, [&](map_view<float> to) {
                   for (std::size_t k = 0; k < to.shape().size(); ++k) {
                     const double by = weight(first + static_cast<std::size_t>(i), k);
                     to.data[k] = static_cast<float>(by), loss += by * static_cast<double>(w.value(out).data[k]);
                   }
                 });
                 return loss;
               },
               gradient);
}

}  // namespace

TEST_CASE("loss and gradients through the statistics of a batch are those of definitions and differences") {
  for (const auto act : {nn::activation::relu6(), nn::activation::hard_swish()}) {
    const graph::model m = branches(act);
    const auto chosen = train::normalised_convolutions(m.net);
    CHECK(std::ranges::count(chosen, 1) == 4);
    train::differentiable<> net(m.net, {}, chosen);
    std::vector<float> values = net.parameters().values;
    train::random_source random{3};
    for (float& v : values) v += static_cast<float>(0.2 * random.unit());
    net.load(values);
    const auto in = pictures(m.net.input_shape(), batch_size);
    train::synchronised_batch batch(net, batch_size, 2);
    std::vector<float> gradient;
    const double loss = step(batch, net, in, gradient);
    CHECK(loss == doctest::Approx(naive_loss(net, values, in)).epsilon(1e-4));

    double largest = 0;
    for (const float g : gradient) largest = std::max(largest, std::fabs(static_cast<double>(g)));
    for (const train::parameter_range& r : net.parameters().ranges)
      for (std::size_t i = r.first; i < r.first + r.count; i += r.count / 6 + 1) {
        if (r.role == train::role::statistic) {
          CHECK(gradient[i] == 0);
          continue;
        }
        const float at = values[i];
        values[i] = at + 0x1p-11f;
        const double up = naive_loss(net, values, in);
        values[i] = at - 0x1p-11f;
        const double slope = (up - naive_loss(net, values, in)) / 0x1p-10;
        values[i] = at;
        CAPTURE(r.name);
        CAPTURE(i - r.first);
        CHECK(std::fabs(gradient[i] - slope) <= 1e-3 * (0.1 * largest + std::fabs(slope)));
      }
  }
}

TEST_CASE("any number of threads gives the same bits") {
  const graph::model m = branches(nn::activation::relu6());
  const train::differentiable<> net(m.net, {}, train::normalised_convolutions(m.net));
  const auto in = pictures(m.net.input_shape(), 5);
  std::vector<std::vector<float>> gradients;
  std::vector<double> losses;
  for (const int threads : {1, 2, 3}) {
    train::synchronised_batch batch(net, 5, threads);
    losses.push_back(step(batch, net, in, gradients.emplace_back()));
    losses.back() += step(batch, net, in, gradients.back());
  }
  CHECK(gradients[0] == gradients[1]);
  CHECK(gradients[0] == gradients[2]);
  CHECK(losses[0] == losses[1]);
  CHECK(losses[0] == losses[2]);
}

TEST_CASE("processes with a share of the batch each get the bits of one that has all of it") {
  const graph::model m = branches(nn::activation::hard_swish());
  const train::differentiable<> net(m.net, {}, train::normalised_convolutions(m.net));
  const auto in = pictures(m.net.input_shape(), 6);
  train::synchronised_batch whole(net, 6, 2);
  std::vector<float> gradient;
  const double loss = step(whole, net, in, gradient);
  train::parameters followed = net.parameters();
  whole.follow(followed);
  for (const int count : {1, 2, 3})
    processes::run(count, [&](const processes& all) {
      const int own = 6 / count;
      train::synchronised_batch<train::differentiable<>, processes> part(net, own, 2, all);
      std::vector<float> g;
      CHECK(step(part, net, in, g, static_cast<std::size_t>(all.rank() * own)) == loss);
      CHECK(g == gradient);
      train::parameters p = net.parameters();
      part.follow(p);
      CHECK(p.values == followed.values);
    });
}

TEST_CASE("with the statistics of its batch a network computes frozen, and folded, what it did in that batch") {
  const graph::model m = branches(nn::activation::hard_swish());
  train::differentiable<> net(m.net, {}, train::normalised_convolutions(m.net));
  const auto in = pictures(m.net.input_shape(), batch_size);
  train::synchronised_batch batch(net, batch_size, 1);
  std::vector<float> gradient;
  const double loss = step(batch, net, in, gradient);
  train::parameters p = net.parameters();
  batch.follow(p, 0);
  net.load(p.values);
  const graph::network folded = net.trained();
  double frozen = 0, plain = 0;
  for (std::size_t i = 0; i < in.size(); ++i) {
    train::workspace w(net);
    std::ranges::copy(in[i], w.raw(0).data);
    net.forward(w);
    const auto y = w.value(folded.outputs[0]);
    const auto z = naive::run(folded, in[i]).back();
    for (std::size_t k = 0; k < z.size(); ++k) frozen += weight(i, k) * y.data[k], plain += weight(i, k) * z[k];
  }
  CHECK(frozen == doctest::Approx(loss).epsilon(1e-4));
  CHECK(plain == doctest::Approx(loss).epsilon(1e-4));
  const auto before = p.values;
  batch.follow(p, 0.5f);
  CHECK(p.values == before);
}

TEST_CASE("frozen norms learn factors and offsets, and gradients are those of differences") {
  const graph::model m = branches(nn::activation::hard_swish());
  train::differentiable<> net(m.net, {}, train::normalised_convolutions(m.net));
  const auto in = pictures(m.net.input_shape(), 4);
  const train::parameters p = train::restore_norms(
      net, 4, [&](int i, map_view<float> to) { std::ranges::copy(in[static_cast<std::size_t>(i)], to.data); });
  net.load(p.values);
  // A trained network computes the same when it has got its norms back.
  const graph::network restored = net.trained();
  const auto was = naive::run(m.net, in[0]).back(), now = naive::run(restored, in[0]).back();
  for (std::size_t k = 0; k < was.size(); ++k) CHECK(now[k] == doctest::Approx(was[k]).epsilon(1e-3).scale(0.1));

  train::workspace w(net);
  std::ranges::copy(in[0], w.raw(0).data);
  net.forward(w);
  w.clear();
  const int out = m.net.outputs[0];
  w.give(out, [&](map_view<float> to) {
    for (std::size_t k = 0; k < to.shape().size(); ++k) to.data[k] = static_cast<float>(weight(0, k));
  });
  std::vector<float> gradient(p.values.size());
  net.backward(w, gradient);
  const auto loss = [&](const std::vector<float>& values) {
    train::differentiable<> changed(m.net, {}, train::normalised_convolutions(m.net));
    changed.load(values);
    const auto y = naive::run(changed.trained(), in[0]).back();
    double sum = 0;
    for (std::size_t k = 0; k < y.size(); ++k) sum += weight(0, k) * y[k];
    return sum;
  };
  std::vector<float> values = p.values;
  int compared = 0;
  for (const train::parameter_range& r : p.ranges) {
    if (r.role == train::role::statistic) continue;
    for (std::size_t i = r.first; i < r.first + r.count; i += r.count / 4 + 1, ++compared) {
      const float at = values[i];
      values[i] = at + 0x1p-7f;
      const double up = loss(values);
      values[i] = at - 0x1p-7f;
      const double slope = (up - loss(values)) / 0x1p-6;
      values[i] = at;
      CAPTURE(r.name);
      CHECK(gradient[i] == doctest::Approx(slope).epsilon(0.02).scale(0.5));
    }
  }
  CHECK(compared > 40);
}
