#include <octet/quant/observer/abs_max.hpp>
#include <octet/quant/observer/min_max.hpp>
#include <octet/quant/observer/moving_average_abs_max.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace octet::quant;

namespace {
constexpr float infinity = std::numeric_limits<float>::infinity();
constexpr float not_a_number = std::numeric_limits<float>::quiet_NaN();
}  // namespace

TEST_CASE("extremes agree with the standard library, whatever the length") {
  for (std::size_t n = 1; n < 70; ++n) {
    std::vector<float> v = samples::normal(n, static_cast<unsigned>(n));
    if (n % 3 == 0)
      for (float& x : v) x = std::fabs(x) + 1;  // zero is not among the values, nor between them
    CAPTURE(n);
    min_max m;
    abs_max a;
    m.observe(v), a.observe(v);
    const auto [lo, hi] = std::minmax_element(v.begin(), v.end());
    CHECK(m.bounds() == octet::interval{*lo, *hi});
    const float t = std::max(std::fabs(*lo), std::fabs(*hi));
    CHECK(a.bounds() == octet::interval{-t, t});
  }
}

TEST_CASE("values that are not finite are left out and counted, wherever they stand") {
  for (std::size_t at : {0u, 7u, 16u, 31u, 35u}) {
    std::vector<float> v(36, 2.0f);
    v[3] = -5, v[20] = 4;
    const std::size_t other = (at + 1) % v.size();
    v[at] = infinity, v[other] = not_a_number;
    CAPTURE(at);
    min_max m;
    m.observe(v);
    CHECK(m.bounds() == octet::interval{-5, 4});
    CHECK(m.rejected() == 2);
    v[at] = -infinity;
    abs_max a;
    a.observe(v);
    CHECK(a.bounds() == octet::interval{-5, 5});
    CHECK(a.rejected() == 2);
  }
}

TEST_CASE("nothing seen gives the empty interval") {
  const float bad[] = {not_a_number, infinity};
  min_max m;
  abs_max a;
  moving_average_abs_max<> v;
  for (int i = 0; i < 2; ++i) {
    CHECK(m.bounds() == octet::interval{});
    CHECK(a.bounds() == octet::interval{});
    CHECK(v.bounds() == octet::interval{});
    m.observe(bad), a.observe(bad), v.observe(bad);
    m.observe({}), a.observe({}), v.observe({});
  }
  m.observe(std::vector<float>{3, 4});
  CHECK(m.bounds() == octet::interval{3, 4});
}

TEST_CASE("the moving average follows Paddle's recurrence") {
  moving_average_abs_max<> o;
  double state = 0, accum = 0;
  for (unsigned batch = 0; batch < 50; ++batch) {
    const std::vector<float> v = samples::normal(100, batch, 1 + static_cast<float>(batch % 7));
    o.observe(v);
    float largest = 0;
    for (float x : v) largest = std::max(largest, std::fabs(x));
    state = 0.9 * state + 1, accum = 0.9 * accum + largest;
    CHECK(o.bounds().hi == doctest::Approx(accum / state).epsilon(1e-6));
    CHECK(o.bounds().lo == -o.bounds().hi);
  }
}

TEST_CASE("rate 0 is the last batch, rate 1 the plain mean") {
  moving_average_abs_max<std::ratio<0>> last;
  moving_average_abs_max<std::ratio<1>> mean;
  for (float x : {1.0f, -2.0f, 6.0f}) {
    last.observe({&x, 1});
    mean.observe({&x, 1});
  }
  CHECK(last.bounds().hi == 6);
  CHECK(mean.bounds().hi == 3);
}
