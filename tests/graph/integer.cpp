#include <octet/graph/integer_backend.hpp>

#include <octet/graph/derive_constants.hpp>
#include <octet/graph/fork_join.hpp>
#include <octet/graph/value_range.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

using namespace octet;
using namespace octet::graph;

namespace {

std::mt19937 rng(11);
float uniform(float lo, float hi) { return lo + (hi - lo) * static_cast<float>(rng() % 100000) / 100000.0f; }

quantization random_quantization(int channels, bool per_channel) {
  quantization q;
  q.step = per_channel ? 0.0625f : uniform(0.01f, 0.1f);
  const auto zero = static_cast<std::int8_t>(static_cast<int>(rng() % 200) - 100);
  for (int c = 0; c < channels; ++c) {
    q.gain.push_back(per_channel ? std::exp2(uniform(-3, 3)) : 1.0f);
    q.zero_point.push_back(per_channel ? static_cast<std::int8_t>(static_cast<int>(rng() % 256) - 128) : zero);
  }
  return q;
}

double real_of(const quantization& q, std::int8_t v, int c) {
  return q.scale(c) * (v - q.zero_point[static_cast<std::size_t>(c)]);
}

/// Counts how often an integer result is not the rounded real one; never by more than one step.
struct agreement {
  int total = 0, different = 0;
  void check(std::int8_t got, double real, const quantization& q, int c) {
    const double x = std::nearbyint(real / q.scale(c)) + q.zero_point[static_cast<std::size_t>(c)];
    const int want = static_cast<int>(std::min(127.0, std::max(-128.0, x)));
    REQUIRE(std::abs(got - want) <= 1);
    different += got != want;
    ++total;
  }
  void require_almost_exact() const {
    CHECK_MESSAGE(different * 500 <= total, different << " of " << total << " differ by a step");
  }
};

/// Runs a network on random input bytes, checks that no value leaves its channel's range and that three threads give the
/// same values, and hands out the maps.
void run(integer_model& m, const std::function<void(int, map_view<const std::int8_t>)>& after) {
  derive_constants(m);
  const integer_program p(m.net);
  integer_program::arena a(p);
  const auto in = p.map(a, 0);
  for (int y = 0; y < in.h; ++y)
    for (int x = 0; x < in.w; ++x)
      for (int c = 0; c < in.c; ++c) in.pixel(y, x)[c] = static_cast<std::int8_t>(rng() % 256);
  integer_program::arena shared(p, 3);
  const auto copy = p.map(shared, 0);
  std::copy(in.data, in.data + in.shape().size(), copy.data);
  fork_join threads(3);
  std::vector<std::vector<std::int8_t>> by_threads;
  p.run(shared, threads, [&](int, map_view<const std::int8_t> map) {
    auto& values = by_threads.emplace_back();
    for (int y = 0; y < map.h; ++y)
      for (int x = 0; x < map.w; ++x) values.insert(values.end(), map.pixel(y, x), map.pixel(y, x) + map.c);
  });

  const std::vector<value_range> ranges = ranges_of(p.network());
  p.run(a, [&](int id, map_view<const std::int8_t> map) {
    const value_range& range = ranges[static_cast<std::size_t>(id)];
    auto same = by_threads[static_cast<std::size_t>(id)].begin();
    REQUIRE(range.low.size() == static_cast<std::size_t>(map.c));
    for (int y = 0; y < map.h; ++y)
      for (int x = 0; x < map.w; ++x)
        for (std::size_t c = 0; c < range.low.size(); ++c) {
          REQUIRE(map.pixel(y, x)[c] >= range.low[c]);
          REQUIRE(map.pixel(y, x)[c] <= range.high[c]);
          REQUIRE(map.pixel(y, x)[c] == *same++);
        }
    after(id, map);
  });
}

integer_model start(extent shape, bool per_channel) {
  integer_model m;
  m.net.nodes.push_back({"input", op::input{}, {}, shape});
  m.quantizations.push_back(random_quantization(shape.c, per_channel));
  return m;
}

void push(integer_model& m, integer_operation o, std::vector<int> inputs, extent shape, quantization q) {
  m.net.nodes.push_back({"", std::move(o), std::move(inputs), shape});
  m.quantizations.push_back(std::move(q));
  m.net.outputs = {0, m.net.size() - 1};  // keep the input for the comparison
}

double apply(nn::activation a, double x) {
  switch (a.function) {
    case nn::activation::kind::none:
      return x;
    case nn::activation::kind::clip:
      return std::min<double>(std::max<double>(x, a.a), a.b);
    case nn::activation::kind::hard_swish:
      return x * std::min(std::max(x + 3.0, 0.0), 6.0) / 6.0;
    case nn::activation::kind::hard_sigmoid:
      return std::min(std::max(a.a * x + a.b, 0.0), 1.0);
    case nn::activation::kind::sigmoid:
      return 1.0 / (1.0 + std::exp(-x));
  }
  return 0;
}

using map = map_view<const std::int8_t>;

}  // namespace

TEST_CASE("an integer convolution is the rounded real one, with every activation, scale form and border") {
  const nn::conv2d_geometry geometries[] = {
      {.ic = 5, .oc = 7},
      {.ic = 6,
       .oc = 6,
       .kh = 3,
       .kw = 3,
       .stride = 2,
       .pad_top = 1,
       .pad_left = 1,
       .pad_bottom = 1,
       .pad_right = 1,
       .groups = 6},
      {.ic = 4, .oc = 6, .kh = 3, .kw = 3, .pad_top = 1, .pad_left = 1, .pad_bottom = 1, .pad_right = 1, .groups = 2},
      {.ic = 3, .oc = 8, .kh = 5, .kw = 5, .stride = 2, .pad_top = 2, .pad_left = 2, .pad_bottom = 2, .pad_right = 2}};
  const nn::activation activations[] = {nn::activation::none(),
                                        nn::activation::relu(),
                                        nn::activation::relu6(),
                                        nn::activation::hard_swish(),
                                        nn::activation::hard_sigmoid(1.0f / 6, 0.5f),
                                        nn::activation::sigmoid()};
  for (const auto& act : activations) {
    agreement found;
    for (const auto& g : geometries)
      for (bool per_channel : {false, true}) {
        integer_model m = start({26, 11, g.ic}, per_channel);
        integer::conv2d f;
        f.geometry = g, f.act = act;
        f.weights =
            tensor<std::int8_t, 4>::from_shape({static_cast<std::size_t>(g.oc), static_cast<std::size_t>(g.kh),
                                                static_cast<std::size_t>(g.kw), static_cast<std::size_t>(g.ic / g.groups)});
        for (auto& w : f.weights) w = static_cast<std::int8_t>(static_cast<int>(rng() % 255) - 127);
        for (int c = 0; c < g.oc; ++c) {
          f.weight_scale.push_back(uniform(0.0005f, 0.005f));
          f.bias.push_back(static_cast<int>(rng() % 20001) - 10000);
        }
        const bool unit =
            act.function == nn::activation::kind::sigmoid || act.function == nn::activation::kind::hard_sigmoid;
        const auto n = static_cast<std::size_t>(g.oc);
        const quantization q = unit
                                   ? quantization{1.0f / 255, std::vector<float>(n, 1.0f), std::vector<std::int8_t>(n, -128)}
                                   : random_quantization(g.oc, per_channel);
        push(m, f, {0}, g.output({26, 11, g.ic}), q);
        const quantization qi = m.quantizations[0];
        std::vector<std::int8_t> in;
        run(m, [&](int id, map out) {
          if (id == 0) {
            in.assign(out.data, out.data + out.shape().size());
            return;
          }
          const map x(in.data(), {26, 11, g.ic});
          const int gi = g.ic / g.groups, go = g.oc / g.groups;
          for (int oy = 0; oy < out.h; ++oy)
            for (int ox = 0; ox < out.w; ++ox)
              for (int oc = 0; oc < g.oc; ++oc) {
                double acc = f.bias[static_cast<std::size_t>(oc)] * double{qi.step};
                for (int ky = 0; ky < g.kh; ++ky)
                  for (int kx = 0; kx < g.kw; ++kx)
                    for (int i = 0; i < gi; ++i) {
                      const int iy = oy * g.stride - g.pad_top + ky, ix = ox * g.stride - g.pad_left + kx,
                                c = oc / go * gi + i;
                      if (iy < 0 || iy >= x.h || ix < 0 || ix >= x.w)
                        continue;  // outside is real zero, whatever the zero point
                      acc += double{qi.step} * (x.pixel(iy, ix)[c] - qi.zero_point[static_cast<std::size_t>(c)]) *
                             f.weights.data()[((oc * g.kh + ky) * g.kw + kx) * gi + i];
                    }
                found.check(out.pixel(oy, ox)[oc], apply(act, acc * f.weight_scale[static_cast<std::size_t>(oc)]), q, oc);
              }
        });
      }
    // The sigmoid's table has 256 entries per unit of its argument, so a value close to a tie may take the other side.
    if (act.function == nn::activation::kind::sigmoid)
      CHECK(found.different * 20 <= found.total);
    else
      found.require_almost_exact();
  }
}

TEST_CASE("integer add, gate, pool and rescale are the rounded real ones") {
  agreement found;
  for (int round = 0; round < 40; ++round) {
    const bool per_channel = round % 2;
    const extent s{6, 5, 9};
    integer_model m = start(s, per_channel);
    push(m, integer::rescale{}, {0}, s, random_quantization(9, per_channel));
    push(m, integer::add{}, {0, 1}, s, random_quantization(9, per_channel));
    push(m, integer::global_average_pool{}, {2}, {1, 1, 9}, random_quantization(9, per_channel));
    push(m, integer::multiply{}, {2, 3}, s, random_quantization(9, per_channel));
    m.net.outputs = {0, 1, 2, 3, 4};
    std::vector<std::vector<std::int8_t>> v(5);
    run(m, [&](int id, map out) { v[static_cast<std::size_t>(id)].assign(out.data, out.data + out.shape().size()); });
    const auto real = [&](int id, std::size_t i) {
      return real_of(m.quantizations[static_cast<std::size_t>(id)], v[static_cast<std::size_t>(id)][i],
                     static_cast<int>(i % 9));
    };
    std::vector<double> sum(9);
    for (std::size_t i = 0; i < s.size(); ++i) {
      const int c = static_cast<int>(i % 9);
      found.check(v[1][i], real(0, i), m.quantizations[1], c);
      found.check(v[2][i], real(0, i) + real(1, i), m.quantizations[2], c);
      found.check(v[4][i], real(2, i) * real(3, i % 9), m.quantizations[4], c);
      sum[i % 9] += real(2, i);
    }
    for (int c = 0; c < 9; ++c)
      found.check(v[3][static_cast<std::size_t>(c)], sum[static_cast<std::size_t>(c)] / 30.0, m.quantizations[3], c);
  }
  // Ratios of equal steps make exact ties common in the per-tensor rounds; both tie rules are within a step.
  CHECK(found.different * 100 <= found.total);
}
