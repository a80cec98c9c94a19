#include <octet/quant/observer/histogram.hpp>
#include <octet/quant/observer/percentile.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <limits>

using namespace octet::quant;

namespace {

struct bin {
  float a, b;
  std::uint64_t count;
  friend bool operator==(const bin&, const bin&) = default;
};

template <int Bins>
std::vector<bin> bins_of(const histogram<Bins>& h) {
  std::vector<bin> r;
  h.for_each_bin([&](float a, float b, std::uint64_t n) { r.push_back({a, b, n}); });
  return r;
}

std::vector<bin> bins_of(const std::vector<float>& v) {
  histogram<> h;
  h.observe(v);
  return bins_of(h);
}

}  // namespace

TEST_CASE("every value is counted in the bin that holds it") {
  for (const auto& v : {samples::normal(5000, 1), samples::heavy_tailed(5000, 2), samples::hard_swish(5000, 3)}) {
    const auto bins = bins_of(v);
    std::uint64_t total = 0;
    for (std::size_t i = 0; i < bins.size(); ++i) {
      const bin& b = bins[i];
      CAPTURE(b.a);
      if (i > 0) REQUIRE(bins[i - 1].b <= b.a);
      // A bin's edge towards zero belongs to it, the other one to its neighbour, unless that is an extreme.
      const bool first = i == 0, last = i + 1 == bins.size();
      const auto in = std::count_if(v.begin(), v.end(), [&](float x) {
        return x < 0 ? (x > b.a || (x == b.a && first)) && x <= b.b : x >= b.a && (x < b.b || (x == b.b && last));
      });
      REQUIRE(static_cast<std::uint64_t>(in) == b.count);
      total += b.count;
    }
    CHECK(total == v.size());
    CHECK(bins.front().a == *std::min_element(v.begin(), v.end()));
    CHECK(bins.back().b == *std::max_element(v.begin(), v.end()));
  }
}

TEST_CASE("bins are narrow, relative to their value and to the largest") {
  for (const bin& b : bins_of(samples::heavy_tailed(20000, 4))) {
    const float outer = std::max(std::fabs(b.a), std::fabs(b.b));
    CAPTURE(outer);
    CHECK(b.b - b.a <= std::max(outer / 32, 300 * 0x1p-15f));
  }
}

TEST_CASE("the range grows without a trace of the order") {
  std::vector<float> v = samples::normal(2000, 5);
  for (std::size_t i = 0; i < v.size(); ++i) v[i] *= std::exp2(static_cast<float>(i % 61) - 30);
  const auto at_once = bins_of(v);
  const auto one_by_one = [](const std::vector<float>& values) {
    histogram<> h;
    for (float x : values) h.observe({&x, 1});
    return bins_of(h);
  };
  std::sort(v.begin(), v.end(), [](float a, float b) { return std::fabs(a) < std::fabs(b); });
  CHECK(one_by_one(v) == at_once);
  std::reverse(v.begin(), v.end());
  CHECK(one_by_one(v) == at_once);
}

TEST_CASE("the whole range of float is accepted") {
  constexpr float largest = std::numeric_limits<float>::max(), smallest = std::numeric_limits<float>::denorm_min();
  const auto bins = bins_of(std::vector<float>{largest, -largest, smallest, -smallest, 0.0f, -0.0f, 1.0f});
  std::uint64_t total = 0;
  for (const bin& b : bins) total += b.count;
  CHECK(total == 7);
  CHECK(bins.front().a == -largest);
  CHECK(bins.back().b == largest);
  const auto tiny = bins_of(std::vector<float>{0, smallest, 2 * smallest});
  CHECK(tiny.back().b == 2 * smallest);
}

TEST_CASE("constant data make one bin without width, also when it becomes varied later") {
  histogram<> h;
  CHECK(bins_of(h).empty());
  h.observe(std::vector<float>(100, -3.0f));
  CHECK(bins_of(h) == std::vector<bin>{{-3, -3, 100}});
  h.observe(std::vector<float>(50, 2.0f));
  const auto bins = bins_of(h);
  REQUIRE(bins.size() == 2);
  CHECK(bins[0].a == -3);
  CHECK(bins[0].count == 100);
  CHECK(bins[1].b == 2);
  CHECK(bins[1].count == 50);
}

TEST_CASE("percentiles lie at the order statistic or outside it by one bin at most") {
  for (const auto& values : {samples::normal(4321, 6), samples::heavy_tailed(4321, 7), samples::hard_swish(4321, 8)}) {
    std::vector<float> v = values;
    percentile<std::ratio<99, 100>> o;
    o.observe(v);
    std::sort(v.begin(), v.end());
    const float lo = v[43], hi = v[v.size() - 1 - 43];
    const octet::interval r = o.bounds();
    CHECK(r.lo <= lo);
    CHECK(r.hi >= hi);
    CHECK(lo - r.lo <= std::fabs(r.lo) / 32);
    CHECK(r.hi - hi <= r.hi / 32);
  }
}

TEST_CASE("percentiles of few values, of no values, and ratio 1 are the extremes") {
  percentile<> few;
  CHECK(few.bounds() == octet::interval{});
  few.observe(std::vector<float>{1, -4, 2});
  CHECK(few.bounds() == octet::interval{-4, 2});
  percentile<std::ratio<1>> all;
  const auto v = samples::heavy_tailed(30000, 9);
  all.observe(v);
  CHECK(all.bounds().hi == 300);
  CHECK(all.bounds().lo == *std::min_element(v.begin(), v.end()));
}
