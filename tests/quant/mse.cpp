#include <octet/quant/observer/mse.hpp>

#include <octet/quant/observer/min_max.hpp>
#include <octet/quant/quantize.hpp>
#include <octet/quant/scheme/symmetric.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>

using namespace octet::quant;

namespace {

template <class Scheme>
double squared_error(const std::vector<float>& v, octet::interval range) {
  const octet::qparams p = Scheme{}.fit(range);
  double sum = 0;
  for (float x : v) {
    const double d = double{x} - dequantize(quantize<Scheme>(x, p), p);
    sum += d * d;
  }
  return sum;
}

// The least error among limits on a fine grid for both ends.
template <class Scheme>
double brute_force(const std::vector<float>& v, int steps) {
  const auto [lo, hi] = std::minmax_element(v.begin(), v.end());
  double least = std::numeric_limits<double>::max();
  for (int i = 1; i <= steps; ++i)
    for (int j = 1; j <= steps; ++j)
      least = std::min(least, squared_error<Scheme>(v, {*lo * static_cast<float>(i) / static_cast<float>(steps),
                                                        *hi * static_cast<float>(j) / static_cast<float>(steps)}));
  return least;
}

template <class Scheme>
void check_near_optimum(const std::vector<float>& v) {
  mse<> o;
  min_max extremes;
  o.observe(v), extremes.observe(v);
  const double found = squared_error<Scheme>(v, o.template bounds_for<Scheme>());
  CHECK(found <= squared_error<Scheme>(v, extremes.bounds()) * 1.01);
  CHECK(found <= brute_force<Scheme>(v, 24) * 1.02);
}

}  // namespace

TEST_CASE_TEMPLATE("the range found is near the best of an exhaustive search", Scheme, affine<std::int8_t>,
                   symmetric<std::int8_t>, affine<std::uint8_t, 4>, symmetric<std::int8_t, codes::narrow, 3>) {
  check_near_optimum<Scheme>(samples::normal(10000, 1));
  check_near_optimum<Scheme>(samples::heavy_tailed(10000, 2));
  check_near_optimum<Scheme>(samples::hard_swish(10000, 3));
}

TEST_CASE("on heavy tails the error falls far below that of the extremes") {
  using four_bits = affine<std::int8_t, 4>;
  const auto v = samples::heavy_tailed(200000, 4);
  mse<> o;
  min_max extremes;
  o.observe(v), extremes.observe(v);
  CHECK(squared_error<four_bits>(v, o.bounds_for<four_bits>()) < 0.5 * squared_error<four_bits>(v, extremes.bounds()));
}

TEST_CASE("the expected error is the error made") {
  for (const auto& v : {samples::normal(50000, 5), samples::heavy_tailed(50000, 6), samples::hard_swish(50000, 7)}) {
    histogram<> h;
    h.observe(v);
    const expected_error error(h);
    for (float limit : {0.5f, 3.0f, 40.0f, 300.0f}) {
      CAPTURE(limit);
      const octet::interval range{-limit / 3, limit};
      const double expected = error(affine<>::fit(range), affine<>::qmin, affine<>::qmax);
      CHECK(expected == doctest::Approx(squared_error<affine<>>(v, range)).epsilon(0.02));
    }
  }
}

TEST_CASE("one outlier is cut where what it loses equals what the others gain") {
  std::vector<float> v = samples::normal(1000000, 8);
  v[17] = 200;
  mse<> o;
  o.observe(v);
  // Least (200 - T)^2 + n / 12 * ((T + 5) / 255)^2, with the lower end at the normal values' own.
  const double noise = 1e6 / 12 / (255.0 * 255.0);
  CHECK(o.bounds().hi == doctest::Approx((200 - 5 * noise) / (1 + noise)).epsilon(0.05));
}

TEST_CASE("the range never exceeds what was seen, and constants are kept") {
  const auto v = samples::hard_swish(3000, 9);
  mse<> o;
  o.observe(v);
  const auto [lo, hi] = std::minmax_element(v.begin(), v.end());
  CHECK(o.bounds().lo >= *lo);
  CHECK(o.bounds().hi <= *hi);
  for (float x : {0.0f, 6.0f, -2.5f, 1e-42f, 3e38f}) {
    CAPTURE(x);
    mse<> c;
    c.observe(std::vector<float>(10, x));
    const octet::qparams p = affine<>::fit(c.bounds());
    CHECK(dequantize(quantize<affine<>>(x, p), p) == doctest::Approx(x).epsilon(0.004));
  }
  CHECK(mse<>{}.bounds() == octet::interval{});
}
