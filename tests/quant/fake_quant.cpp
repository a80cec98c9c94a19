#include <octet/quant/fake_quant.hpp>

#include <octet/quant/observer/min_max.hpp>
#include <octet/quant/observer/mse.hpp>
#include <octet/quant/scheme/affine.hpp>
#include <octet/quant/scheme/symmetric.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace octet;
using namespace octet::quant;

namespace {

// Keeps every call, to see who is called with what.
struct recorder {
  std::vector<std::vector<float>> calls;
  void observe(std::span<const float> v) { calls.emplace_back(v.begin(), v.end()); }
  interval bounds() const { return {-1.0f, static_cast<float>(calls.size())}; }
  void merge(const recorder& other) { calls.insert(calls.end(), other.calls.begin(), other.calls.end()); }
};

// Pairs of channels share a scale: a granularity of the user's own.
struct per_pair {
  static constexpr int axis = -1;
  static constexpr int width(int) { return 2; }
};

std::vector<float> channel(const std::vector<float>& map, std::size_t pixels, std::size_t stride, std::size_t first,
                           std::size_t count) {
  std::vector<float> v;
  for (std::size_t p = 0; p < pixels; ++p)
    for (std::size_t c = first; c < first + count; ++c) v.push_back(map[p * stride + c]);
  std::sort(v.begin(), v.end());
  return v;
}

template <class Granularity>
void check_grouping(int c, std::size_t stride) {
  const std::size_t pixels = 13 * 11, channels = static_cast<std::size_t>(c);
  const std::vector<float> map = samples::normal(pixels * stride, 1);
  std::vector<std::vector<float>> seen;
  group_values(map_view<const float>(map.data(), {13, 11, c}, static_cast<std::ptrdiff_t>(stride)), Granularity::width(c),
               [&](int g, std::span<const float> v) {
                 REQUIRE(static_cast<std::size_t>(g) == seen.size());
                 seen.emplace_back(v.begin(), v.end());
               });
  const auto width = static_cast<std::size_t>(Granularity::width(c));
  REQUIRE(seen.size() == (channels + width - 1) / width);
  for (std::size_t g = 0; g < seen.size(); ++g) {
    std::sort(seen[g].begin(), seen[g].end());
    REQUIRE(seen[g] == channel(map, pixels, stride, g * width, std::min(width, channels - g * width)));
  }
}

}  // namespace

TEST_CASE("each group's values arrive together, whatever the width, the count and the stride") {
  for (int c : {1, 2, 3, 15, 16, 17, 40})
    for (std::size_t gap : {0u, 5u}) {
      CAPTURE(c);
      check_grouping<per_tensor>(c, static_cast<std::size_t>(c) + gap);
      check_grouping<per_channel<>>(c, static_cast<std::size_t>(c) + gap);
      check_grouping<per_pair>(c, static_cast<std::size_t>(c) + gap);
    }
}

TEST_CASE("one map is one batch for every observer") {
  fake_quant<recorder, affine<>, per_channel<>> q(3);
  const std::vector<float> map = samples::normal(4 * 5 * 3, 2);
  q.observe(map_view<const float>(map.data(), {4, 5, 3}));
  q.observe(map);
  REQUIRE(q.groups() == 3);
  for (const interval& b : q.bounds()) CHECK(b.hi == 2);
}

TEST_CASE("per-channel parameters are those of each channel alone") {
  const std::size_t pixels = 100;
  std::vector<float> map = samples::normal(pixels * 4, 3);
  for (std::size_t i = 0; i < map.size(); ++i) map[i] *= std::exp2(static_cast<float>(i % 4) * 3);
  fake_quant<min_max, affine<>, per_channel<>> q(4);
  q.observe(map);
  const auto p = q.parameters();
  REQUIRE(p.size() == 4);
  for (std::size_t c = 0; c < 4; ++c) {
    const auto v = channel(map, pixels, 4, c, 1);
    CHECK(p[c] == affine<>::fit({v.front(), v.back()}));
  }
  fake_quant<min_max, affine<>> whole(4);
  whole.observe(map);
  const auto shared = whole.parameters();
  REQUIRE(shared.size() == 4);
  const auto [lo, hi] = std::minmax_element(map.begin(), map.end());
  for (const qparams& s : shared) CHECK(s == affine<>::fit({*lo, *hi}));
}

TEST_CASE("axis 0 takes blocks") {
  std::vector<float> w(12);
  for (std::size_t i = 0; i < 12; ++i) w[i] = static_cast<float>(i + 1);
  fake_quant<min_max, symmetric<>, per_channel<0>> q(3);
  q.observe(w);
  const auto b = q.bounds();
  CHECK(b == std::vector<interval>{{1, 4}, {5, 8}, {9, 12}});
  std::vector<float> r = w;
  q.apply(r);
  for (std::size_t i = 0; i < 12; ++i) CHECK(std::fabs(r[i] - w[i]) <= b[i / 4].hi / 127 / 2 * 1.0001f);
}

TEST_CASE("the round trip is idempotent and leaves the gaps of a slice alone") {
  const std::vector<float> original = samples::normal(6 * 6 * 5, 4);
  std::vector<float> map = original;
  const map_view<float> slice = map_view<float>(map.data(), {6, 6, 5}).slice(1, 3);
  fake_quant<min_max, affine<>, per_channel<>> q(3);
  q.observe(slice);
  const auto p = q.parameters();
  q.apply(slice, p);
  for (std::size_t i = 0; i < map.size(); ++i) {
    const std::size_t c = i % 5;
    if (c == 0 || c == 4) CHECK(map[i] == original[i]);
    else CHECK(std::fabs(map[i] - original[i]) <= p[c - 1].scale * 0.5001f);
  }
  const std::vector<float> once = map;
  q.apply(slice, p);
  CHECK(map == once);
}

TEST_CASE("merging equals watching everything") {
  fake_quant<mse<>, affine<>, per_channel<>> whole(6), first(6), second(6);
  for (unsigned i = 0; i < 6; ++i) {
    const auto map = samples::heavy_tailed(6 * 50, i);
    whole.observe(map);
    (i < 2 ? first : second).observe(map);
  }
  first.merge(second);
  CHECK(first.parameters() == whole.parameters());
  CHECK(first.rejected() == 0);
}

TEST_CASE("the observer answers for the scheme in use") {
  const auto v = samples::heavy_tailed(5000, 5);
  mse<> o;
  o.observe(v);
  fake_quant<mse<>, symmetric<std::int8_t, codes::full, 4>> q;
  q.observe(v);
  CHECK(q.bounds().front() == o.bounds_for<symmetric<std::int8_t, codes::full, 4>>());
  CHECK(q.bounds().front() != o.bounds());
}
