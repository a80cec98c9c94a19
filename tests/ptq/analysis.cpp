#include <octet/ptq/analyse.hpp>

#include "tiny.hpp"

#include <doctest/doctest.h>

#include <octet/io/quantization_report.hpp>
#include <octet/ptq/calibrate.hpp>
#include <octet/ptq/lower.hpp>

#include <algorithm>

using namespace octet;

namespace {

template <class Recipe>
std::vector<graph::layer_error> errors_of(graph::model m) {
  const graph::float_program real(m.net);
  const auto seen = ptq::calibrate<Recipe>(
      real, 4, 1,
      [](int i, map_view<float> map) -> result<void> {
        fill_picture(i, map);
        return {};
      },
      [](int) {});
  REQUIRE(seen);
  const auto integer = ptq::lower<Recipe>(m, seen->quantizations());
  REQUIRE(integer);
  const graph::integer_program program(integer->net);
  ptq::analyser analyser(real, program, *integer);
  for (int i = 0; i < 3; ++i) {
    fill_picture(i, analyser.real_input());
    const auto from = analyser.real_input();
    const auto to = analyser.integer_input();
    const graph::quantization& q = integer->quantizations.front();
    for (int y = 0; y < from.h; ++y)
      for (int x = 0; x < from.w; ++x)
        for (int c = 0; c < from.c; ++c) to.pixel(y, x)[c] = graph::detail::quantize(from.pixel(y, x)[c], q, c);
    analyser.run();
  }
  return analyser.rows();
}

}  // namespace

TEST_CASE("the analysis tells errors of weights, of maps and of one map apart") {
  const auto rows = errors_of<quant::absorbed>(tiny_model());
  REQUIRE(rows.size() == 5);
  CHECK(rows[0].weight_noise == 0);
  CHECK(rows[0].rounding_noise == doctest::Approx(rows[0].noise));
  for (const auto& row : rows) {
    CAPTURE(row.name);
    CHECK(row.sqnr_db() > 20);
    CHECK(row.cosine() > 0.99);
    CHECK(row.values == 3 * 8 * 8 * row.channels());
    std::uint64_t counted = 0;
    for (const auto n : row.codes) counted += n;
    CHECK(static_cast<double>(counted) == row.values);
  }
  const auto& last = rows.back();
  CHECK(last.weight_noise > 0);
  CHECK(last.activation_noise > last.rounding_noise);
  CHECK(last.noise < 3 * (last.weight_noise + last.activation_noise));
}

TEST_CASE("the analysis finds dead and coarse channels, and the layer that hurts") {
  graph::model m = tiny_model();
  auto& first = std::get<graph::op::conv2d>(m.net[1].op);
  const std::size_t depth = static_cast<std::size_t>(first.geometry.depth());
  for (std::size_t i = 0; i < depth; ++i) first.weights.data()[i] = 0;
  for (std::size_t i = depth; i < 2 * depth; ++i) first.weights.data()[i] *= 1000;
  const auto shared = errors_of<quant::minmax>(m), own = errors_of<quant::absorbed>(m);
  CHECK(shared[1].dead_channels() == 1);
  CHECK(shared[1].coarse_channels() >= 5);
  CHECK(shared[1].scale_spread() == 1);
  CHECK(own[1].coarse_channels() <= 1);
  CHECK(own[1].scale_spread() > 10);
  CHECK(io::reason(shared[1]).find("fewer than 8 steps of the one scale that all share") != std::string::npos);
  const auto order = io::worst_layers(shared);
  CHECK(io::added_noise(shared, shared[order.front()]) >= io::added_noise(shared, shared[order.back()]));
  CHECK(io::verdict(shared)[1].find(shared[order.front()].name) != std::string::npos);
}
