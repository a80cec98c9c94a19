#include <octet/quant/recipe.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <type_traits>

namespace quant = octet::quant;

namespace {

// A user's own observer: the mean, over the batches, of the mean of the k largest magnitudes of a batch.
struct trimmed_max {
  double sum = 0;
  int batches = 0;

  void observe(std::span<const float> values) {
    std::vector<float> m;
    for (float x : values) m.push_back(std::fabs(x));
    const auto k = static_cast<std::ptrdiff_t>(std::min<std::size_t>(8, m.size()));
    if (k == 0) return;
    std::partial_sort(m.begin(), m.begin() + k, m.end(), std::greater<>());
    double top = 0;
    for (std::ptrdiff_t i = 0; i < k; ++i) top += double{m[static_cast<std::size_t>(i)]};
    sum += top / static_cast<double>(k), ++batches;
  }
  octet::interval bounds() const {
    const auto t = static_cast<float>(batches > 0 ? sum / batches : 0.0);
    return {-t, t};
  }
  void merge(const trimmed_max& other) { sum += other.sum, batches += other.batches; }
};

struct own_npu : octet::quant::recipe {
  using activations =
      octet::quant::fake_quant<octet::quant::moving_average_abs_max<>, octet::quant::symmetric<std::int8_t>>;
};

struct trimmed : quant::absorbed {
  using activations = quant::fake_quant<trimmed_max, quant::affine<std::int8_t>, quant::per_channel<>>;
};

struct without_weights {
  using activations = quant::recipe::activations;
  using absorption = quant::no_absorption;
};

static_assert(quant::recipe_type<quant::recipe> && quant::recipe_type<quant::absorbed>);
static_assert(quant::recipe_type<quant::absorbed_symmetric> && quant::recipe_type<quant::npu>);
static_assert(quant::recipe_type<quant::minmax> && quant::recipe_type<own_npu> && quant::recipe_type<trimmed>);
static_assert(!quant::recipe_type<without_weights> && !quant::recipe_type<int>);
static_assert(std::is_same_v<own_npu::weights, quant::recipe::weights>);

template <class Recipe>
std::vector<octet::qparams> calibrate(int channels) {
  typename Recipe::activations q(channels);
  for (unsigned i = 0; i < 5; ++i) {
    auto map = samples::heavy_tailed(static_cast<std::size_t>(channels) * 64, i);
    for (std::size_t k = 0; k < map.size(); ++k)
      map[k] *= std::exp2(-2 * static_cast<float>(k % static_cast<std::size_t>(channels)));
    q.observe(map);
  }
  return q.parameters(typename Recipe::absorption{});
}

}  // namespace

TEST_CASE("a user's own observer works alone, in a fake_quant and in a recipe") {
  trimmed_max o;
  const std::vector<float> v{1, -9, 2, 3, 4, 5, 6, 7, 8, 0, 0};
  o.observe(v);
  CHECK(o.bounds().hi == doctest::Approx((9 + 8 + 7 + 6 + 5 + 4 + 3 + 2) / 8.0));
  const auto p = calibrate<trimmed>(4);
  REQUIRE(p.size() == 4);
  for (std::size_t c = 1; c < 4; ++c) CHECK(p[c].scale < p[c - 1].scale);
}

TEST_CASE("recipes of one scale per map have one, and symmetric ones have no zero points") {
  for (const auto& p : {calibrate<quant::npu>(4), calibrate<quant::minmax>(4), calibrate<own_npu>(4)})
    for (const octet::qparams& q : p) CHECK(q == p.front());
  for (const auto& p : {calibrate<quant::npu>(4), calibrate<quant::absorbed_symmetric>(4)})
    for (const octet::qparams& q : p) CHECK(q.zero_point == 0);
  CHECK(calibrate<quant::recipe>(4)[0].scale != calibrate<quant::recipe>(4)[3].scale);
}

TEST_CASE("probabilities have a zero point where the recipe has one") {
  CHECK(quant::unit_parameters<quant::absorbed> == octet::qparams{1.0f / 255.0f, -128});
  CHECK(quant::unit_parameters<quant::minmax> == octet::qparams{1.0f / 255.0f, -128});
  CHECK(quant::unit_parameters<quant::npu> == octet::qparams{1.0f / 127.0f, 0});
  CHECK(quant::unit_parameters<quant::absorbed_symmetric> == octet::qparams{1.0f / 127.0f, 0});
}
