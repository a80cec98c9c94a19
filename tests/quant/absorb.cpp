#include <octet/quant/absorb.hpp>

#include <octet/quant/quantize.hpp>
#include <octet/quant/scheme/affine.hpp>
#include <octet/quant/scheme/symmetric.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <random>

using namespace octet::quant;

static_assert(absorption<power_absorption<>> && absorption<full_absorption> && absorption<no_absorption>);

namespace {

std::vector<octet::interval> random_bounds(unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> u(0, 1), exponent(-12, 6);
  std::vector<octet::interval> b(32);
  for (auto& r : b) r = {-u(random) * std::exp2(exponent(random)), u(random) * std::exp2(exponent(random))};
  b[5] = {0, 0};
  b[6] = {1, 2};
  return b;
}

}  // namespace

TEST_CASE_TEMPLATE("every range is covered, and scales stay between need and the largest", Scheme, affine<>, symmetric<>) {
  for (unsigned seed = 0; seed < 50; ++seed) {
    const auto bounds = random_bounds(seed);
    const auto p = absorb<Scheme>(bounds, power_absorption<>{});
    REQUIRE(p.size() == bounds.size());
    float largest = 0, smallest = 1e30f;
    for (const auto& q : p) largest = std::max(largest, q.scale), smallest = std::min(smallest, q.scale);
    CHECK(smallest >= largest / 1024 * 0.9999f);
    for (std::size_t c = 0; c < p.size(); ++c) {
      CAPTURE(c);
      CHECK(p[c].scale >= Scheme{}.fit(bounds[c]).scale);
      for (float x : {bounds[c].lo, bounds[c].hi})
        CHECK(std::fabs(x - dequantize(quantize<Scheme>(x, p[c]), p[c])) <= p[c].scale * 0.5001f);
    }
  }
}

TEST_CASE("scales follow the power of the range") {
  const std::vector<octet::interval> bounds{{-127, 127}, {0, 12.7f}, {-1.27f, 1}};
  const auto p = absorb<symmetric<>>(bounds, power_absorption<std::ratio<3, 4>>{});
  CHECK(p[0].scale == doctest::Approx(1));
  CHECK(p[1].scale == doctest::Approx(std::pow(0.1, 0.75)));
  CHECK(p[2].scale == doctest::Approx(std::pow(0.01, 0.75)));
}

TEST_CASE("alpha 1 is full absorption, alpha 0 is none, the cap holds") {
  const auto bounds = random_bounds(99);
  const auto full = absorb<affine<>>(bounds, full_absorption{}), none = absorb<affine<>>(bounds, no_absorption{});
  const auto one = absorb<affine<>>(bounds, power_absorption<std::ratio<1>, 1 << 30>{});
  const auto zero = absorb<affine<>>(bounds, power_absorption<std::ratio<0>>{});
  const auto capped = absorb<affine<>>(bounds, power_absorption<std::ratio<1>, 8>{});
  for (std::size_t c = 0; c < bounds.size(); ++c) {
    CHECK(full[c] == affine<>::fit(bounds[c]));
    CHECK(one[c].scale == doctest::Approx(full[c].scale));
    CHECK(zero[c].scale == none[c].scale);
    CHECK(none[c].scale == none[0].scale);
    CHECK(capped[c].scale == doctest::Approx(std::max(full[c].scale, none[c].scale / 8)));
  }
}

TEST_CASE("a map of dead channels has usable scales") {
  const std::vector<octet::interval> dead(4);
  for (const auto& q : absorb<affine<>>(dead, power_absorption<>{})) CHECK(q.scale == smallest_scale);
}
