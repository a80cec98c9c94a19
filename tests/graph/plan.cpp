#include <octet/graph/plan.hpp>

#include <octet/graph/run_concat.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace octet;
using namespace octet::graph;

namespace {

node make(operation o, std::vector<int> inputs, extent shape) { return {"", std::move(o), std::move(inputs), shape}; }

/// Random networks that are rich in slices, shuffles and concats, with a few values that stay until the end.
network random_network(std::mt19937& rng) {
  const auto pick = [&](int n) { return static_cast<int>(rng() % static_cast<unsigned>(n)); };
  network g;
  g.nodes.push_back(make(op::input{}, {}, {4, 4, 6}));
  const int count = 10 + pick(30);
  for (int id = 1; id < count; ++id) {
    const int a = id - 1 - pick(std::min(id, 4));
    const extent s = g[a].shape;
    switch (pick(4)) {
      case 0:
        if (s.c >= 2) {
          const int n = 1 + pick(s.c - 1);
          g.nodes.push_back(make(op::slice{pick(s.c - n + 1), n}, {a}, {s.h, s.w, n}));
          break;
        }
        [[fallthrough]];
      case 1: {
        std::vector<int> inputs{a};
        int c = s.c;
        for (int k = pick(3); k >= 0; --k) {
          const int b = pick(id);
          if (c + g[b].shape.c < 60) inputs.push_back(b), c += g[b].shape.c;
        }
        g.nodes.push_back(make(op::concat{}, inputs, {s.h, s.w, c}));
        break;
      }
      default:
        g.nodes.push_back(make(op::activate{}, {a}, s));
        break;
    }
  }
  g.outputs = {count - 1, pick(count)};
  return g;
}

}  // namespace

TEST_CASE("maps that are alive at the same time never share memory") {
  std::mt19937 rng(7);
  for (int round = 0; round < 300; ++round) {
    const network g = random_network(rng);
    const plan p = make_plan(g, sizeof(int));
    REQUIRE(p.arena_bytes >= p.lower_bound);
    REQUIRE(p.arena_bytes <= p.sum_bytes);

    // Every computed value is a unique number; whatever a node reads must still be what was written.
    std::vector<int> arena(p.arena_bytes / sizeof(int));
    std::vector<std::vector<int>> expected(g.nodes.size());  // [H*W*C] per node
    const auto view = [&](int id) {
      const auto& w = p.where[static_cast<std::size_t>(id)];
      return map_view<int>(arena.data() + w.offset / sizeof(int), g[id].shape, w.stride);
    };
    const auto check = [&](int id) {
      const auto m = view(id);
      std::size_t k = 0;
      for (int y = 0; y < m.h; ++y)
        for (int x = 0; x < m.w; ++x)
          for (int c = 0; c < m.c; ++c) REQUIRE(m.pixel(y, x)[c] == expected[static_cast<std::size_t>(id)][k++]);
    };
    int unique = 1;
    for (int id = 0; id < g.size(); ++id) {
      const auto& n = g[id];
      const auto out = view(id);
      for (int i : n.inputs) check(i);
      if (std::holds_alternative<op::concat>(n.op)) {
        std::vector<map_view<const int>> in;
        for (int i : n.inputs) in.push_back(view(i));
        run_concat(std::span<const map_view<const int>>(in), out, 0, out.h);
      }
      auto& values = expected[static_cast<std::size_t>(id)];
      for (int y = 0; y < out.h; ++y)
        for (int x = 0; x < out.w; ++x) {
          if (std::holds_alternative<op::concat>(n.op)) {
            for (int i : n.inputs)
              for (int c = 0; c < g[i].shape.c; ++c)
                values.push_back(
                    expected[static_cast<std::size_t>(i)][static_cast<std::size_t>((y * out.w + x) * g[i].shape.c + c)]);
          } else if (const auto* s = std::get_if<op::slice>(&n.op)) {
            const int from = n.inputs.front();
            for (int c = 0; c < s->count; ++c)
              values.push_back(expected[static_cast<std::size_t>(from)]
                                       [static_cast<std::size_t>((y * out.w + x) * g[from].shape.c + s->first + c)]);
          } else {
            for (int c = 0; c < out.c; ++c) values.push_back(out.pixel(y, x)[c] = unique++);
          }
        }
      check(id);
    }
    for (int o : g.outputs) check(o);
  }
}

TEST_CASE("a chain needs two maps, whatever its length") {
  network g;
  g.nodes.push_back(make(op::input{}, {}, {8, 8, 16}));
  for (int i = 0; i < 10; ++i) g.nodes.push_back(make(op::activate{}, {i}, {8, 8, 16}));
  g.outputs = {10};
  const plan p = make_plan(g, 4);
  CHECK(p.arena_bytes == 2 * 8 * 8 * 16 * 4);
  CHECK(p.lower_bound == p.arena_bytes);
  CHECK(p.sum_bytes == 11 * 8 * 8 * 16 * 4);
}

TEST_CASE("concat and slice take no memory of their own") {
  network g;
  g.nodes.push_back(make(op::input{}, {}, {8, 8, 16}));
  g.nodes.push_back(make(op::activate{}, {0}, {8, 8, 16}));
  g.nodes.push_back(make(op::activate{}, {0}, {8, 8, 16}));
  g.nodes.push_back(make(op::concat{}, {1, 2}, {8, 8, 32}));
  g.nodes.push_back(make(op::slice{8, 16}, {3}, {8, 8, 16}));
  g.outputs = {4};
  const plan p = make_plan(g, 1);
  CHECK(p.arena_bytes == 8 * 8 * (16 + 32));
  CHECK(p.where[1].offset == p.where[3].offset);
  CHECK(p.where[2].offset == p.where[3].offset + 16);
  CHECK(p.where[4].offset == p.where[3].offset + 8);
  CHECK(p.where[2].stride == 32);
}
