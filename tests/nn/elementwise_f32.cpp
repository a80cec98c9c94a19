#include <octet/nn/elementwise_f32.hpp>

#include "fenced.hpp"

#include <cmath>

using namespace octet;
using namespace octet::nn;

namespace {

struct random_map : fenced_map<float> {
  explicit random_map(extent e) : fenced_map<float>(e, e.c + uniform(0, 1) * uniform(0, 9)) {
    for (auto& x : memory.values()) x = static_cast<float>(uniform(-9000, 9000)) / 1000;
  }
};

template <class F>
void check(const fenced_map<float>& out, double tolerance, F expected) {
  for (int y = 0; y < out.shape.h; ++y)
    for (int x = 0; x < out.shape.w; ++x)
      for (int c = 0; c < out.shape.c; ++c) {
        const double got = out.view().pixel(y, x)[c], want = expected(y, x, c);
        if (!(std::abs(got - want) <= tolerance)) FAIL(got << " instead of " << want);
      }
  REQUIRE(out.untouched_outside(0, out.shape.h));
}

}  // namespace

TEST_CASE("activations are the real functions") {
  const extent e{3, 5, 37};
  const random_map in(e);
  const auto run = [&](const activation& act, auto real) {
    const fenced_map<float> out(e, e.c + 3);
    activate(in.view(), act, out.view());
    check(out, 1e-6, [&](int y, int x, int c) { return real(in.view().pixel(y, x)[c]); });
  };
  run(activation::none(), [](double x) { return x; });
  run(activation::relu(), [](double x) { return x > 0 ? x : 0; });
  run(activation::relu6(), [](double x) { return x > 6 ? 6 : x > 0 ? x : 0; });
  run(activation::hard_swish(), [](double x) { return x <= -3 ? 0 : x >= 3 ? x : x * (x + 3) / 6; });
  run(activation::hard_sigmoid(0.25f, 0.5f), [](double x) { return std::fmin(1, std::fmax(0, 0.25 * x + 0.5)); });
  run(activation::sigmoid(), [](double x) { return 1 / (1 + std::exp(-x)); });
}

TEST_CASE("sums, products and affine maps are exact to a rounding") {
  for (int round = 0; round < 20; ++round) {
    const extent e{uniform(1, 4), uniform(1, 4), uniform(1, 40)};
    const random_map a(e), b(e), gate({1, 1, e.c}), shift({1, 1, e.c});
    const auto at = [](const random_map& m, int y, int x, int c) { return static_cast<double>(m.view().pixel(y, x)[c]); };
    const fenced_map<float> out(e, e.c);
    add(a.view(), b.view(), out.view());
    check(out, 1e-5, [&](int y, int x, int c) { return at(a, y, x, c) + at(b, y, x, c); });
    multiply(a.view(), b.view(), out.view());
    check(out, 1e-5, [&](int y, int x, int c) { return at(a, y, x, c) * at(b, y, x, c); });
    multiply(a.view(), gate.view(), out.view());
    check(out, 1e-5, [&](int y, int x, int c) { return at(a, y, x, c) * at(gate, 0, 0, c); });
    affine(a.view(), 0.25f, -3.0f, out.view());
    check(out, 1e-5, [&](int y, int x, int c) { return at(a, y, x, c) * 0.25 - 3; });
    batch_norm(a.view(), gate.memory.data(), shift.memory.data(), out.view());
    check(out, 1e-5, [&](int y, int x, int c) { return at(a, y, x, c) * at(gate, 0, 0, c) + at(shift, 0, 0, c); });
  }
}

TEST_CASE("the average pool stays exact over large maps") {
  const random_map in({60, 60, 70});
  const fenced_map<float> out({1, 1, 70}, 70);
  global_average_pool(in.view(), out.view());
  check(out, 1e-6, [&](int, int, int c) {
    double sum = 0;
    for (int i = 0; i < 3600; ++i) sum += in.view().pixel(i / 60, i % 60)[c];
    return sum / 3600;
  });
}
