#include <octet/train/supervision.hpp>

#include <octet/graph/picodet.hpp>
#include <octet/train/differentiable.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <span>
#include <utility>
#include <vector>

using namespace octet;
using namespace octet::train;

namespace {

/// Two objects, the cells of which do not depend on what is predicted, so that the loss is differentiable.
struct as_told {
  std::vector<assignment> operator()(const predictions& p, std::span<const labelled_box>) const {
    std::vector<assignment> all(p.cells.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      if (i % 5 < 2) all[i] = {static_cast<int>(i % 5), 0.3f + 0.1f * static_cast<float>(i % 7)};
    return all;
  }
};

const std::vector<labelled_box> objects{{{4, 6, 30, 40}, 1}, {{20, 10, 63, 50}, 0}};

graph::model tiny() {
  return graph::make_picodet(
      {.side = 64, .classes = 2, .backbone = {4, 8, 8, 8, 8, 8}, .blocks = 1, .neck = 8, .tower = 1}, 3);
}

}  // namespace

TEST_CASE("the gradients that labels give to scores, distances and qualities are those of differences") {
  const graph::model m = tiny();
  const differentiable<> net(m.net);
  workspace w(net);
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < w.raw(0).shape().size(); ++i)
    w.raw(0).data[i] = static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-24f;
  net.forward(w);
  const supervision<as_told> teach;
  // Away from the scores that training begins with, where every gradient is small.
  for (const graph::head& h : m.heads) {
    const auto spread = [&](int id, float lo, float range) {
      const auto map = w.value(id);
      for (std::size_t i = 0; i < map.shape().size(); ++i)
        map.data[i] = lo + range * static_cast<float>((state = state * 1664525u + 1013904223u) >> 8) * 0x1p-24f;
    };
    spread(h.scores, 0.2f, 0.6f), spread(h.quality, 0.2f, 0.6f), spread(h.distances, -1, 2);
  }
  w.clear();
  teach(m, w, objects);
  int compared = 0;
  for (const graph::head& h : m.heads)
    for (const int id : {h.scores, h.quality, h.distances}) {
      const auto map = w.value(id);
      std::vector<float> gradient(w.gradient(id).data, w.gradient(id).data + map.shape().size());
      for (std::size_t i = 0; i < gradient.size(); i += 1 + gradient.size() / 40, ++compared) {
        const float at = map.data[i], step = 1e-3f;
        const auto loss = [&](float x) {
          map.data[i] = x;
          w.clear();
          return teach(m, w, objects);
        };
        const double slope = (loss(at + step) - loss(at - step)) / (2.0 * step);
        map.data[i] = at;
        CHECK(gradient[i] == doctest::Approx(slope).epsilon(2e-2).scale(0.01));
      }
    }
  CHECK(compared > 100);
}

TEST_CASE("a picture without objects teaches scores only, and one of many objects every cell that lies in one") {
  const graph::model m = tiny();
  const differentiable<> net(m.net);
  workspace w(net);
  std::fill_n(w.raw(0).data, w.raw(0).shape().size(), 0.5f);
  net.forward(w);
  const auto taught = [&](std::span<const labelled_box> given) {
    w.clear();
    CHECK(std::isfinite(supervision<>()(m, w, given)));
    std::array<double, 2> sums{};
    for (const graph::head& h : m.heads)
      for (const auto& [id, kind] : {std::pair{h.scores, 0u}, {h.distances, 1u}})
        for (std::size_t i = 0; i < w.gradient(id).shape().size(); ++i) sums[kind] += std::fabs(w.gradient(id).data[i]);
    return sums;
  };
  const auto none = taught({});
  CHECK(none[0] > 0);
  CHECK(none[1] == 0);
  std::vector<labelled_box> many;
  for (int k = 0; k < 500; ++k) {
    const float x = static_cast<float>(k % 20) * 3, y = static_cast<float>(k / 20) * 2;
    many.push_back({{x, y, x + 7, y + 9}, k % 2});
  }
  const auto all = taught(many);
  CHECK(std::isfinite(all[0]));
  CHECK(all[1] > 0);
}
