#include <octet/graph/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <random>

#include "naive.hpp"

using namespace octet;
using namespace octet::graph;

namespace {

/// A network under construction with random constants.
class builder {
 public:
  explicit builder(extent input, unsigned seed = 1) : rng_(seed) { net.nodes.push_back({"x", op::input{}, {}, input}); }

  int add(operation o, std::vector<int> inputs, extent shape) {
    net.nodes.push_back({"n" + std::to_string(net.size()), std::move(o), std::move(inputs), shape});
    return net.size() - 1;
  }
  int conv(int from, int channels, int kernel = 1, int groups = 1, nn::activation act = {}) {
    op::conv2d f;
    f.geometry = {shape(from).c, channels, kernel, kernel, 1, kernel / 2, kernel / 2, kernel / 2, kernel / 2, groups};
    const auto k = static_cast<std::size_t>(kernel);
    f.weights = tensor<float, 4>::from_shape(
        {static_cast<std::size_t>(channels), k, k, static_cast<std::size_t>(shape(from).c / groups)});
    for (float& w : f.weights) w = random();
    for (int c = 0; c < channels; ++c) f.bias.push_back(random());
    f.act = act;
    const extent out = f.geometry.output(shape(from));
    return add(std::move(f), {from}, out);
  }
  int norm(int from) {
    op::batch_norm f;
    for (int c = 0; c < shape(from).c; ++c) f.scale.push_back(random()), f.shift.push_back(random());
    return add(std::move(f), {from}, shape(from));
  }
  int activate(int from, nn::activation act) { return add(op::activate{act}, {from}, shape(from)); }
  int affine(int from, float factor, float offset) { return add(op::affine{factor, offset}, {from}, shape(from)); }
  int multiply(int a, int b) { return add(op::multiply{}, {a, b}, shape(a)); }
  int slice(int from, int first, int count) {
    return add(op::slice{first, count}, {from}, {shape(from).h, shape(from).w, count});
  }

  extent shape(int id) const { return net[id].shape; }
  float random() { return std::uniform_real_distribution<float>(-1, 1)(rng_); }

  network net;

 private:
  std::mt19937 rng_;
};

std::vector<double> picture(extent e) {
  std::mt19937 rng(3);
  std::vector<double> v(e.size());
  for (double& x : v) x = std::uniform_real_distribution<double>(-5, 5)(rng);
  return v;
}

std::vector<std::vector<double>> outputs(const network& net) {
  const auto all = naive::run(net, picture(net.input_shape()));
  std::vector<std::vector<double>> out;
  for (int o : net.outputs) out.push_back(all[static_cast<std::size_t>(o)]);
  return out;
}

/// Applies the pass, removes what is dead, and checks that the outputs are the same and the order is topological.
template <class Rewrite>
network rewritten(network net, Rewrite rewrite) {
  const auto before = outputs(net);
  rewrite(net);
  pass::remove_dead(net);
  for (int id = 0; id < net.size(); ++id)
    for (int i : net[id].inputs) CHECK(i < id);
  const auto after = outputs(net);
  REQUIRE(after.size() == before.size());
  for (std::size_t o = 0; o < after.size(); ++o) {
    REQUIRE(after[o].size() == before[o].size());
    double worst = 0;
    for (std::size_t i = 0; i < after[o].size(); ++i) worst = std::max(worst, std::abs(after[o][i] - before[o][i]));
    CHECK(worst < 1e-5);
  }
  return net;
}

template <class Op>
int count(const network& net) {
  int n = 0;
  for (const auto& node : net.nodes) n += std::holds_alternative<Op>(node.op);
  return n;
}

const auto swish = nn::activation::hard_swish();

}  // namespace

TEST_CASE("batch_norm folds into the convolution before it, which keeps its name") {
  builder b({5, 4, 6});
  for (int groups : {1, 2, 6}) {
    const int c = b.conv(0, 6, 3, groups);
    b.net.outputs.push_back(b.norm(c));
  }
  const auto net = rewritten(b.net, pass::fold_batch_norm);
  CHECK(net.size() == 4);
  CHECK(count<op::conv2d>(net) == 3);
  CHECK(net[1].name == "n1");
}

TEST_CASE("batch_norm that cannot fold becomes a depthwise convolution") {
  builder b({3, 4, 6});
  const int shared = b.conv(0, 6), active = b.conv(0, 6, 1, 1, nn::activation::relu());
  b.net.outputs = {b.norm(0), b.norm(shared), shared, b.norm(active)};
  const auto net = rewritten(b.net, pass::fold_batch_norm);
  CHECK(count<op::batch_norm>(net) == 0);
  CHECK(count<op::conv2d>(net) == 5);
}

TEST_CASE("hard-swish is recognised in each decomposition") {
  const float sixth = 1.0f / 6;
  const auto six = nn::activation::relu6(), one = nn::activation::clip(0, 1);
  builder b({3, 4, 2});
  const auto gate6 = [&] { return b.activate(b.affine(0, 1, 3), six); };
  const auto forms = [&] {
    return std::vector<int>{b.affine(b.multiply(0, gate6()), sixth, 0),
                            b.affine(b.multiply(gate6(), 0), sixth, 0),
                            b.multiply(0, b.affine(gate6(), sixth, 0)),
                            b.multiply(b.affine(0, sixth, 0), gate6()),
                            b.multiply(gate6(), b.affine(0, sixth, 0)),
                            b.multiply(0, b.activate(b.affine(0, sixth, 0.5f), one)),
                            b.multiply(b.activate(0, nn::activation::hard_sigmoid(0.16666670f, 0.5f)), 0)};
  }();
  b.net.outputs = forms;
  for (int id : forms) CHECK(pass::hard_swish_source(b.net, id) == 0);
  const auto net = rewritten(b.net, pass::fuse_hard_swish);
  CHECK(net.size() == 8);
  CHECK(count<op::activate>(net) == 7);
}

TEST_CASE("what only resembles hard-swish stays") {
  const float sixth = 1.0f / 6;
  const auto six = nn::activation::relu6();
  builder b({3, 4, 2});
  const int other = b.conv(0, 2);
  const std::vector<int> near = {
      b.affine(b.multiply(other, b.activate(b.affine(0, 1, 3), six)), sixth, 0),  // another factor
      b.affine(b.multiply(0, b.activate(b.affine(0, 1, 2), six)), sixth, 0),      // + 2
      b.affine(b.multiply(0, b.activate(b.affine(0, 1, 3), six)), 0.2f, 0),       // / 5
      b.multiply(0, b.activate(b.affine(0, 1, 3), six)),                          // no division
      b.affine(b.multiply(0, b.activate(b.affine(0, 1, 3), six)), sixth, 1),      // + 1
      b.multiply(0, b.activate(0, nn::activation::hard_sigmoid(0.2f, 0.5f))),     // ONNX's default
      b.affine(b.multiply(0, b.activate(b.affine(0, 1, 3), nn::activation::relu())), sixth, 0)};
  b.net.outputs = near;
  for (int id : near) CHECK(pass::hard_swish_source(b.net, id) == -1);
}

TEST_CASE("an intermediate of hard-swish that somebody else reads stays alive") {
  builder b({3, 4, 2});
  const int sum = b.affine(0, 1, 3);
  b.net.outputs = {b.affine(b.multiply(0, b.activate(sum, nn::activation::relu6())), 1.0f / 6, 0), sum};
  const auto net = rewritten(b.net, pass::fuse_hard_swish);
  CHECK(count<op::affine>(net) == 1);
}

TEST_CASE("an activation moves into a convolution that it alone reads") {
  builder b({3, 4, 4});
  const int own = b.conv(0, 4, 3), shared = b.conv(0, 4), active = b.conv(0, 4, 1, 1, nn::activation::relu());
  b.net.outputs = {b.activate(own, swish), b.activate(shared, swish), shared, b.activate(active, swish),
                   b.activate(0, swish)};
  const auto net = rewritten(b.net, pass::fuse_activation);
  CHECK(count<op::activate>(net) == 3);
  CHECK(net[net.outputs[0]].name == "n1");
  CHECK(std::get<op::conv2d>(net[net.outputs[0]].op).act == swish);
}

TEST_CASE("nodes that nobody needs do not keep a convolution from being fused") {
  builder b({3, 4, 4});
  const int c = b.conv(0, 4);
  b.net.outputs = {b.activate(c, swish)};
  b.affine(c, 2, 0);
  CHECK(rewritten(b.net, pass::fuse_activation).size() == 2);
}

TEST_CASE("a convolution that slices share out becomes one for each, in any order of slices") {
  builder b({4, 3, 4});
  const int c = b.conv(0, 7, 3);
  b.net.outputs = {b.slice(c, 5, 2), b.slice(c, 0, 3), b.slice(c, 3, 2)};
  const auto net = rewritten(b.net, pass::split_shared_head);
  CHECK(count<op::slice>(net) == 0);
  CHECK(count<op::conv2d>(net) == 3);
  CHECK(net[net.outputs[0]].name == "n1.2");
  CHECK(net[net.outputs[1]].name == "n1.0");
}

TEST_CASE("a convolution stays whole if its slices overlap, leave a gap, or are not its only readers") {
  using layout = std::vector<std::pair<int, int>>;
  for (const auto& parts : {layout{{0, 4}, {3, 4}}, layout{{0, 3}, {4, 3}}, layout{{0, 7}}, layout{{0, 3}, {3, 3}}}) {
    builder b({4, 3, 4});
    const int c = b.conv(0, 7);
    for (const auto& [first, count] : parts) b.net.outputs.push_back(b.slice(c, first, count));
    CHECK(count<op::conv2d>(rewritten(b.net, pass::split_shared_head)) == 1);
  }
  for (bool output : {false, true}) {
    builder b({4, 3, 4});
    const int c = b.conv(0, 4);
    b.net.outputs = {b.slice(c, 0, 2), b.slice(c, 2, 2), output ? c : b.affine(c, 2, 0)};
    CHECK(count<op::conv2d>(rewritten(b.net, pass::split_shared_head)) == 1);
  }
  builder active({4, 3, 4}), grouped({4, 3, 4});
  for (auto [b, c] : {std::pair{&active, active.conv(0, 4, 1, 1, swish)}, std::pair{&grouped, grouped.conv(0, 4, 1, 2)}}) {
    b->net.outputs = {b->slice(c, 0, 2), b->slice(c, 2, 2)};
    CHECK(count<op::conv2d>(rewritten(b->net, pass::split_shared_head)) == 1);
  }
}

TEST_CASE("removing dead nodes renumbers inputs, outputs and heads, and keeps the input") {
  builder b({4, 3, 4});
  const int dead = b.conv(0, 4), body = b.conv(0, 4);
  b.conv(dead, 4);
  const int reg = b.conv(body, 8);
  b.conv(reg, 2);
  const int cls = b.activate(b.conv(body, 3), nn::activation::sigmoid());
  graph::model m;
  m.net = b.net;
  m.net.outputs = {cls, reg};
  m.heads = {{8, cls, -1, reg}};
  const auto before = outputs(m.net);
  pass::remove_dead(m);
  CHECK(m.net.size() == 5);
  CHECK(m.heads[0].quality == -1);
  CHECK(m.net.outputs == std::vector<int>{m.heads[0].scores, m.heads[0].distances});
  CHECK(outputs(m.net) == before);
}

TEST_CASE("simplify keeps what random networks compute, and finds nothing more the second time") {
  const nn::activation acts[] = {swish, nn::activation::relu(), nn::activation::sigmoid(),
                                 nn::activation::hard_sigmoid(0.2f, 0.5f)};
  for (unsigned seed = 0; seed < 60; ++seed) {
    CAPTURE(seed);
    std::mt19937 rng(seed);
    const auto pick = [&](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
    builder b({4, 3, 4}, seed);
    for (int steps = 0; steps < 25; ++steps) {
      const int from = b.net.size() - 1 - pick(std::min(b.net.size(), 4)), c = b.shape(from).c;
      switch (pick(6)) {
        case 0:
          b.conv(from, 2 + 2 * pick(3), 1 + 2 * pick(2));
          break;
        case 1:
          b.norm(from);
          break;
        case 2:
          b.activate(from, acts[pick(4)]);
          break;
        case 3:
          b.affine(b.multiply(from, b.activate(b.affine(from, 1, 3), nn::activation::relu6())), 1.0f / 6, 0);
          break;
        case 4: {
          const int wide = b.conv(from, 6), first = b.slice(wide, 0, 4), second = b.slice(wide, 4, 2);
          b.conv(first, 2), b.activate(second, nn::activation::sigmoid());
          break;
        }
        default:
          b.slice(from, 0, (c + 1) / 2);
      }
    }
    for (int k = 0; k < 4; ++k) b.net.outputs.push_back(b.net.size() - 1 - 3 * k);
    graph::model m;
    const auto simplify = [&](network& net) {
      m.net = std::move(net);
      pass::simplify(m);
      net = m.net;
    };
    const auto once = rewritten(b.net, simplify);
    CHECK(count<op::batch_norm>(once) == 0);
    const auto twice = rewritten(once, simplify);
    CHECK(twice.size() == once.size());
  }
}
