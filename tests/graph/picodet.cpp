#include <octet/graph/picodet.hpp>

#include <octet/graph/float_backend.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <variant>

using namespace octet;

TEST_CASE("the default measures are those of PicoDet-S-NPU") {
  const graph::model m = graph::make_picodet();
  std::size_t parameters = 0, products = 0;
  for (const auto& n : m.net.nodes)
    if (const auto* f = std::get_if<graph::op::conv2d>(&n.op)) {
      parameters += f->weights.size() + f->bias.size();
      products += n.shape.size() * static_cast<std::size_t>(f->geometry.depth());
    }
  CHECK(parameters == 1144068);  // the published network's, batch norms folded
  CHECK(static_cast<double>(products) * 1e-6 == doctest::Approx(764.2).epsilon(1e-3));
  REQUIRE(m.heads.size() == 4);
  int stride = 8;
  for (const graph::head& h : m.heads) {
    CHECK(h.stride == stride);
    CHECK(m.net[h.scores].shape == extent{(415 + stride) / stride, (415 + stride) / stride, 80});
    CHECK(m.net[h.distances].shape.c == 32);
    CHECK(m.net[h.quality].shape.c == 1);
    stride *= 2;
  }
}

TEST_CASE("a small one runs; scores begin near 0.01, and the seed decides the weights") {
  const graph::picodet_measures how{
      .side = 64, .classes = 3, .backbone = {4, 8, 8, 8, 8, 8}, .blocks = 1, .neck = 8, .tower = 1};
  const graph::model m = graph::make_picodet(how, 5), same = graph::make_picodet(how, 5),
                     other = graph::make_picodet(how, 6);
  const auto weights = [](const graph::model& x) { return std::get<graph::op::conv2d>(x.net[1].op).weights; };
  CHECK(weights(m) == weights(same));
  CHECK(weights(m) != weights(other));
  const graph::float_program program(m.net);
  graph::float_program::arena arena(program);
  const auto input = program.map(arena, 0);
  for (std::size_t i = 0; i < input.shape().size(); ++i) input.data[i] = static_cast<float>(i % 17) / 17;
  program.run(arena);
  for (const graph::head& h : m.heads) {
    const auto scores = program.map(arena, h.scores);
    for (std::size_t i = 0; i < scores.shape().size(); ++i) {
      CHECK(scores.data[i] > 0.001f);
      CHECK(scores.data[i] < 0.1f);
    }
  }
}
