#include <octet/quant/scale.hpp>

#include <octet/quant/observer/abs_max.hpp>
#include <octet/quant/observer/mse.hpp>
#include <octet/quant/recipe.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace octet::quant;

TEST_CASE("abs-max scales give each output channel its own 127") {
  const std::size_t oc = 6, depth = 18;
  std::vector<float> w = samples::normal(oc * depth, 1);
  for (std::size_t i = 0; i < w.size(); ++i) w[i] *= std::exp2(-static_cast<float>(i / depth) * 2);
  const auto scales = weight_scales<recipe::weights>(w, oc);
  const auto q = quantize_weights<recipe::weights>(w, scales);
  static_assert(std::is_same_v<decltype(q), const std::vector<std::int8_t>>);
  for (std::size_t c = 0; c < oc; ++c) {
    int largest = 0;
    for (std::size_t i = c * depth; i < (c + 1) * depth; ++i) {
      largest = std::max(largest, std::abs(int{q[i]}));
      CHECK(std::fabs(w[i] - scales[c] * static_cast<float>(q[i])) <= scales[c] * 0.5001f);
    }
    CHECK(largest == 127);
  }
}

TEST_CASE("one scale for all channels where the granularity says so") {
  const std::vector<float> w{1, 2, -12.7f, 4, 0.1f, 0.2f};
  const auto scales = weight_scales<fake_quant<abs_max, symmetric<>, per_tensor>>(w, 3);
  CHECK(scales.size() == 3);
  for (float s : scales) CHECK(s == doctest::Approx(0.1));
}

TEST_CASE("a dead channel becomes zeros with a scale that leaves room for its bias") {
  std::vector<float> w(20, 1e-9f);
  std::fill(w.begin() + 10, w.end(), -3e-7f);
  w[3] = -9e-9f;
  const auto scales = weight_scales<recipe::weights>(w, 2);
  CHECK(scales[0] == dead_scale);
  CHECK(scales[1] == doctest::Approx(3e-7 / 127));
  const auto q = quantize_weights<recipe::weights>(w, scales);
  CHECK(std::count(q.begin(), q.begin() + 10, std::int8_t{0}) == 10);
  CHECK(std::count(q.begin() + 10, q.end(), std::int8_t{-127}) == 10);
}

TEST_CASE("mse scales never lose against abs-max in squared error") {
  using by_mse = fake_quant<mse<>, symmetric<std::int8_t, codes::narrow, 4>, per_channel<0>>;
  using by_max = fake_quant<abs_max, symmetric<std::int8_t, codes::narrow, 4>, per_channel<0>>;
  const std::size_t oc = 8, depth = 500;
  const std::vector<float> w = samples::normal(oc * depth, 3);
  const auto a = weight_scales<by_mse>(w, oc), b = weight_scales<by_max>(w, oc);
  const auto qa = quantize_weights<by_mse>(w, a), qb = quantize_weights<by_max>(w, b);
  for (std::size_t c = 0; c < oc; ++c) {
    double ea = 0, eb = 0;
    for (std::size_t i = c * depth; i < (c + 1) * depth; ++i) {
      ea += std::pow(w[i] - a[c] * static_cast<float>(qa[i]), 2);
      eb += std::pow(w[i] - b[c] * static_cast<float>(qb[i]), 2);
    }
    CHECK(ea < eb);
  }
}
