#include <octet/quant/observer/abs_max.hpp>
#include <octet/quant/observer/min_max.hpp>
#include <octet/quant/observer/moving_average_abs_max.hpp>
#include <octet/quant/observer/mse.hpp>
#include <octet/quant/observer/percentile.hpp>

#include "samples.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>

using namespace octet::quant;

namespace {

// Batches of very different magnitude, some constant, some with values that are no numbers.
std::vector<std::vector<float>> batches() {
  std::vector<std::vector<float>> b;
  for (unsigned i = 0; i < 24; ++i) {
    if (i % 3 == 0) b.push_back(samples::heavy_tailed(300, i));
    if (i % 3 == 1) b.push_back(samples::hard_swish(300, i));
    if (i % 3 == 2) b.push_back(samples::normal(300, i, 1e-4f));
    if (i % 5 == 1) b.back().assign(40, 0.25f);
    if (i % 5 == 2) b.back().assign(40, 0.0f);
    if (i % 7 == 3) b.back()[5] = std::numeric_limits<float>::infinity();
  }
  return b;
}

template <class Observer>
Observer watch(const std::vector<std::vector<float>>& b, std::size_t first, std::size_t last) {
  Observer o;
  for (std::size_t i = first; i < last; ++i) o.observe(b[i]);
  return o;
}

}  // namespace

TEST_CASE_TEMPLATE("any split of the batches merges to the bits of the whole", Observer, min_max, abs_max,
                   moving_average_abs_max<>, percentile<std::ratio<99, 100>>, mse<>, mse<64>) {
  const auto b = batches();
  const Observer whole = watch<Observer>(b, 0, b.size());
  std::mt19937 random(7);
  for (int trial = 0; trial < 40; ++trial) {
    Observer merged;
    for (std::size_t first = 0; first < b.size();) {
      const std::size_t last = std::min(b.size(), first + random() % 9);  // also empty shares
      merged.merge(watch<Observer>(b, first, last));
      first = last;
    }
    REQUIRE(merged.bounds() == whole.bounds());
    REQUIRE(merged.rejected() == whole.rejected());
  }
}

TEST_CASE_TEMPLATE("the order of the batches leaves no trace", Observer, min_max, abs_max,
                   percentile<std::ratio<99, 100>>, mse<>) {
  auto b = batches();
  const Observer whole = watch<Observer>(b, 0, b.size());
  std::mt19937 random(8);
  for (int trial = 0; trial < 10; ++trial) {
    std::shuffle(b.begin(), b.end(), random);
    REQUIRE(watch<Observer>(b, 0, b.size()).bounds() == whole.bounds());
    // The second half first: halves that stand in a tree of merges may arrive in any order.
    Observer merged = watch<Observer>(b, 9, b.size());
    merged.merge(watch<Observer>(b, 0, 9));
    REQUIRE(merged.bounds() == whole.bounds());
  }
}

TEST_CASE_TEMPLATE("an observer may merge with itself and with an empty one", Observer, min_max, abs_max,
                   moving_average_abs_max<std::ratio<1>>, percentile<>, mse<>) {
  const auto b = batches();
  Observer o = watch<Observer>(b, 0, b.size());
  const octet::interval before = o.bounds();
  o.merge(Observer{});
  CHECK(o.bounds() == before);
  o.merge(o);
  CHECK(o.bounds().lo == doctest::Approx(before.lo));
  CHECK(o.bounds().hi == doctest::Approx(before.hi));
  Observer empty;
  empty.merge(o);
  CHECK(empty.bounds() == o.bounds());
}
