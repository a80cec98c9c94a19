#include <octet/ptq/calibrate.hpp>

#include "../graph/processes.hpp"
#include "tiny.hpp"

#include <doctest/doctest.h>

#include <octet/quant/observer/moving_average_abs_max.hpp>
#include <octet/quant/observer/mse.hpp>
#include <octet/quant/observer/percentile.hpp>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

using namespace octet;

namespace {

struct by_percentile : quant::recipe {
  using activations = quant::fake_quant<quant::percentile<>, quant::affine<std::int8_t>, quant::per_channel<>>;
};

struct by_error : quant::recipe {
  using activations = quant::fake_quant<quant::mse<>, quant::affine<std::int8_t>, quant::per_channel<>>;
};
struct by_average : quant::recipe {
  using activations = quant::fake_quant<quant::moving_average_abs_max<>, quant::symmetric<std::int8_t>>;
};

using quantizations = std::vector<std::optional<graph::quantization>>;

template <class Recipe>
ptq::calibration<Recipe> watch(const graph::float_program& program, const std::vector<int>& pictures, int threads) {
  auto seen = ptq::calibrate<Recipe>(
      program, static_cast<int>(pictures.size()), threads,
      [&](int i, map_view<float> map) -> result<void> {
        fill_picture(pictures[static_cast<std::size_t>(i)], map);
        return {};
      },
      [](int) {});
  REQUIRE(seen);
  return std::move(*seen);
}

}  // namespace

TEST_CASE_TEMPLATE("order, threads and splits of the calibration pictures change no bit", Recipe, quant::absorbed,
                   quant::absorbed_symmetric, quant::minmax, by_percentile) {
  const graph::float_program program(tiny_model().net);
  std::vector<int> pictures(11);
  std::iota(pictures.begin(), pictures.end(), 1);
  const quantizations whole = watch<Recipe>(program, pictures, 1).quantizations();
  std::mt19937 random(3);
  for (int trial = 0; trial < 4; ++trial) {
    std::shuffle(pictures.begin(), pictures.end(), random);
    for (const int threads : {1, 2, 3, 16}) CHECK(watch<Recipe>(program, pictures, threads).quantizations() == whole);
    for (const std::ptrdiff_t cut : {1, 5, 10}) {
      auto one = watch<Recipe>(program, {pictures.begin(), pictures.begin() + cut}, 1);
      one.merge(watch<Recipe>(program, {pictures.begin() + cut, pictures.end()}, 2));
      CHECK(one.quantizations() == whole);
    }
  }
  pictures.pop_back();
  CHECK(watch<Recipe>(program, pictures, 1).quantizations() != whole);
}

TEST_CASE_TEMPLATE("any number of processes calibrates to the bits of one", Recipe, quant::absorbed,
                   quant::absorbed_symmetric, quant::minmax, by_percentile, by_error, by_average) {
  const graph::float_program program(tiny_model().net);
  const std::vector<int> pictures{3, 1, 4, 5, 9};
  const quantizations whole = watch<Recipe>(program, pictures, 2).quantizations();
  for (const int count : {1, 2, 3, 7})  // more processes than pictures, too
    processes::run(count, [&](const processes& all) {
      for (const int broken : {-1, 3}) {
        const auto seen = ptq::calibrate<Recipe>(
            all, program, 5, 1,
            [&](int i, map_view<float> map) -> result<void> {
              if (i == broken) return error(errc::syntax, "picture " + std::to_string(i));
              fill_picture(pictures[static_cast<std::size_t>(i)], map);
              return {};
            },
            [](int) {});
        if (broken < 0) {
          REQUIRE(seen);
          CHECK(seen->quantizations() == whole);
        } else {
          REQUIRE_FALSE(seen);
          CHECK(std::string(seen.failure().what()) == "picture 3");
        }
      }
    });
}

TEST_CASE("the first picture that fails is the one that is named, for any number of threads") {
  const graph::float_program program(tiny_model().net);
  for (const int threads : {1, 2, 3, 4, 12}) {
    const auto seen = ptq::calibrate<quant::absorbed>(
        program, 12, threads,
        [](int i, map_view<float> map) -> result<void> {
          if (i == 4 || i == 7 || i == 11) return error(errc::syntax, "picture " + std::to_string(i));
          fill_picture(i + 1, map);
          return {};
        },
        [](int) {});
    REQUIRE_FALSE(seen);
    CHECK(std::string(seen.failure().what()) == "picture 4");
  }
}
