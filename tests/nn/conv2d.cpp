#include <octet/nn/conv2d.hpp>

#include "fenced.hpp"
#include "stages.hpp"

#include <algorithm>

using namespace octet;
using namespace octet::nn;

namespace {

conv2d_geometry square(int ic, int oc, int kernel, int stride, int groups = 1) {
  const int pad = kernel / 2;
  return {ic, oc, kernel, kernel, stride, pad, pad, pad, pad, groups};
}

/// Runs the current architecture's kernel and the reference on the same random case and compares every byte, those outside
/// the computed rows included.
template <class Fill>
void compare(const conv2d_geometry& g, extent in_shape, int portions, Fill fill) {
  INFO("ic " << g.ic << ", oc " << g.oc << ", kernel " << g.kh << "x" << g.kw << ", stride " << g.stride << ", groups "
             << g.groups << ", map " << in_shape.h << "x" << in_shape.w);
  const fenced_map<std::int8_t> in(in_shape, in_shape.c + uniform(0, 1) * uniform(0, 40));
  const extent out_shape = g.output(in_shape);
  const fenced<std::int8_t> weights(g.weight_count()), pad(static_cast<std::size_t>(g.ic));
  for (auto* values : {&in.memory, &weights, &pad})
    for (auto& x : values->values()) x = static_cast<std::int8_t>(fill());
  const fenced<std::int8_t> low(static_cast<std::size_t>(g.ic)), high(static_cast<std::size_t>(g.ic));
  value_limits limits;
  if (uniform(0, 1)) {
    limits = {low.data(), high.data()};
    for (std::size_t c = 0; c < low.values().size(); ++c) {
      const int a = uniform(-128, 127), b = uniform(-128, 127);
      low[c] = static_cast<std::int8_t>(std::min(a, b)), high[c] = static_cast<std::int8_t>(std::max(a, b));
      pad[c] = std::clamp(pad[c], low[c], high[c]);
    }
    for (int y = 0; y < in_shape.h; ++y)
      for (int x = 0; x < in_shape.w; ++x)
        for (int c = 0; c < in_shape.c; ++c) {
          auto& q = in.view().pixel(y, x)[c];
          q = std::clamp(q, limits.low[c], limits.high[c]);
        }
  }
  const stage_constants constants(g.oc, 64.0 * 64 * std::sqrt(g.depth()));

  const auto run = [&]<class Kernel>(Kernel, const auto& epilogue, int parts) {
    fenced_map<std::int8_t> out(out_shape, out_shape.c + uniform(0, 1) * uniform(0, 40));
    aligned_bytes packed(Kernel::packed_size(g)), scratch(Kernel::scratch_size(g, in_shape));
    Kernel::pack(g, weights.data(), limits, packed.data());
    const int skipped = parts > 1 ? uniform(0, out_shape.h - 1) : 0;
    int begin = skipped;
    for (int i = 1; i <= parts; ++i) {
      const int end = i == parts ? out_shape.h : uniform(begin, out_shape.h);
      Kernel::run(g, packed.data(), map_view<const std::int8_t>(in.view()), pad.data(), epilogue, out.view(), begin, end,
                  scratch.data());
      begin = end;
    }
    REQUIRE(out.untouched_outside(skipped, out_shape.h));
    REQUIRE(scratch.untouched_after());
    REQUIRE(packed.untouched_after());
    std::vector<std::int8_t> values;
    for (int y = 0; y < out_shape.h; ++y)
      for (int x = 0; x < out_shape.w; ++x)
        values.insert(values.end(), out.view().pixel(y, x), out.view().pixel(y, x) + out_shape.c);
    return std::pair(skipped, values);
  };
  const auto check = [&](const auto& epilogue) {
    const auto expected = run(reference::conv2d<std::int8_t>{}, epilogue, 1).second;
    const auto [skipped, got] = run(conv2d<std::int8_t>{}, epilogue, portions);
    const auto row = static_cast<std::size_t>(out_shape.w * out_shape.c);
    for (std::size_t i = static_cast<std::size_t>(skipped) * row; i < got.size(); ++i)
      if (got[i] != expected[i]) FAIL("value " << i << ": " << int{got[i]} << " instead of " << int{expected[i]});
  };
  switch (uniform(0, 3)) {
    case 0:
      return check(then(constants.add_bias(), constants.requantize()));
    case 1:
      return check(then(constants.add_bias(), constants.hard_swish(uniform(8, 16))));
    case 2:
      return check(then(constants.add_bias(), constants.lookup()));
    default:
      return check(then(constants.add_bias(), halve{}, constants.requantize()));
  }
}

int any() { return uniform(-128, 127); }
int extreme() { return uniform(0, 1) ? 127 : -128; }
int lowest() { return -128; }

}  // namespace

TEST_CASE("pointwise convolutions equal the reference for every remainder of channels, pixels and depth") {
  for (int oc = 1; oc <= 33; ++oc)
    for (int round = 0; round < 3; ++round) {
      const int ic = uniform(1, 70);
      compare(square(ic, oc, 1, 1), {uniform(1, 4), uniform(1, 7), ic}, 1, any);
    }
  for (int pixels = 1; pixels <= 13; ++pixels)
    for (int ic = 1; ic <= 33; ++ic) compare(square(ic, uniform(1, 20), 1, 1), {1, pixels, ic}, 1, any);
}

TEST_CASE("a map of more pixels than one strip equals the reference") {
  compare(square(96, 24, 1, 1), {13, 17, 96}, 1, any);
  compare(square(20, 9, 3, 1), {13, 17, 20}, 2, any);
}

TEST_CASE("dense convolutions equal the reference for kernels 1, 3, 5, strides and borders") {
  for (int kernel : {1, 3, 5})
    for (int stride : {1, 2})
      for (int round = 0; round < 12; ++round) {
        const int ic = uniform(1, 19);
        compare(square(ic, uniform(1, 33), kernel, stride), {uniform(1, 9), uniform(1, 9), ic}, 1, any);
      }
}

TEST_CASE("uneven kernels and paddings equal the reference") {
  for (int round = 0; round < 60; ++round) {
    conv2d_geometry g{uniform(1, 20), uniform(1, 20), uniform(1, 5), uniform(1, 5), uniform(1, 3),
                      uniform(0, 3),  uniform(0, 3),  uniform(0, 3), uniform(0, 3)};
    if (round % 2) g.groups = g.oc = g.ic;
    compare(g, {uniform(5, 9), uniform(5, 9), g.ic}, 1, any);
  }
}

TEST_CASE("depthwise convolutions equal the reference for every remainder of channels and pixels") {
  for (int c = 2; c <= 33; ++c)
    for (int kernel : {3, 5})
      for (int stride : {1, 2}) compare(square(c, c, kernel, stride, c), {uniform(1, 9), uniform(1, 9), c}, 1, any);
  for (int w = 1; w <= 18; ++w) compare(square(16, 16, 3, uniform(1, 2), 16), {3, w, 16}, 1, any);
  compare(square(16, 16, 5, 1, 16), {4, 150, 16}, 1, any);
}

TEST_CASE("grouped convolutions equal the reference") {
  for (int groups : {2, 3}) compare(square(4 * groups, 5 * groups, 3, 1, groups), {5, 6, 4 * groups}, 1, any);
}

TEST_CASE("portions of rows give the rows of the whole and touch no other") {
  for (int round = 0; round < 30; ++round) {
    const int c = uniform(2, 20), kernel = 2 * uniform(0, 2) + 1, stride = uniform(1, 2);
    const extent shape{uniform(3, 12), uniform(1, 8), c};
    compare(square(c, uniform(1, 20), kernel, stride), shape, 3, any);
    compare(square(c, c, kernel, stride, c), shape, 3, any);
  }
}

TEST_CASE("extreme values equal the reference") {
  for (int round = 0; round < 10; ++round) {
    for (auto fill : {extreme, lowest}) {
      compare(square(64, 17, 1, 1), {2, 7, 64}, 1, fill);
      compare(square(7, 17, 3, 1), {4, 4, 7}, 1, fill);
      compare(square(19, 19, 5, 1, 19), {5, 5, 19}, 1, fill);
    }
  }
}

TEST_CASE("sums on both sides of what 16 bits hold are exact") {
  struct low_byte {
    std::int8_t operator()(std::int32_t x, int) const { return static_cast<std::int8_t>(static_cast<std::uint8_t>(x)); }
  };
  for (int weight = 30; weight <= 127; ++weight)
    for (const int range : {1, 127, 128, 200, 254, 255})
      for (const int sign : {-1, 1}) {
        const conv2d_geometry g = square(16, 16, 1, 1), d = square(16, 16, 3, 1, 16);
        const auto exact = [&](const conv2d_geometry& of, extent shape) {
          const auto depth = static_cast<std::size_t>(of.depth());
          std::vector<std::int8_t> weights(of.weight_count(), static_cast<std::int8_t>(sign * weight));
          weights[depth] = static_cast<std::int8_t>(-sign * weight);  // a channel of mixed signs
          weights[2 * depth] = static_cast<std::int8_t>(sign * weight - sign);
          const std::vector<std::int8_t> low(16, -128), high(16, static_cast<std::int8_t>(range - 128));
          const std::vector<std::int8_t> in(shape.size(), high[0]);
          const extent out_shape = of.output(shape);
          const auto run = [&]<class Kernel>(Kernel) {
            std::vector<std::int8_t> out(out_shape.size());
            aligned_bytes packed(Kernel::packed_size(of)), scratch(Kernel::scratch_size(of, shape));
            Kernel::pack(of, weights.data(), {low.data(), high.data()}, packed.data());
            Kernel::run(of, packed.data(), map_view<const std::int8_t>(in.data(), shape), low.data(), low_byte{},
                        map_view<std::int8_t>(out.data(), out_shape), 0, out_shape.h, scratch.data());
            return out;
          };
          REQUIRE(run(conv2d<std::int8_t>{}) == run(reference::conv2d<std::int8_t>{}));
        };
        exact(g, {1, 5, 16});
        exact(d, {3, 5, 16});
      }
}

TEST_CASE("the reference computes what a convolution is, by hand") {
  // 2x2 map of 2 channels, 3x3 kernel, padding 1, one output channel: acc = sum w * q with q = pad outside.
  const std::int8_t in[8] = {1, 10, 2, 20, 3, 30, 4, 40};
  std::int8_t weights[18] = {}, pad[2] = {5, -7}, out[4];
  weights[(1 * 3 + 1) * 2 + 0] = 1;  // centre, channel 0
  weights[(1 * 3 + 2) * 2 + 1] = 2;  // right of it, channel 1
  weights[(0 * 3 + 1) * 2 + 0] = 3;  // above, channel 0
  struct keep {
    std::int8_t operator()(std::int32_t x, int) const { return static_cast<std::int8_t>(x); }
  };
  const conv2d_geometry g = square(2, 1, 3, 1);
  const auto run = [&]<class Kernel>(Kernel) {
    aligned_bytes packed(Kernel::packed_size(g)), scratch(Kernel::scratch_size(g, {2, 2, 2}));
    Kernel::pack(g, weights, {}, packed.data());
    Kernel::run(g, packed.data(), map_view<const std::int8_t>(in, {2, 2, 2}), pad, keep{},
                map_view<std::int8_t>(out, {2, 2, 1}), 0, 2, scratch.data());
    CHECK(int{out[0]} == 1 + 2 * 20 + 3 * 5);
    CHECK(int{out[1]} == 2 + 2 * -7 + 3 * 5);
    CHECK(int{out[2]} == 3 + 2 * 40 + 3 * 1);
    CHECK(int{out[3]} == 4 + 2 * -7 + 3 * 2);
  };
  run(reference::conv2d<std::int8_t>{});
  run(conv2d<std::int8_t>{});
}

TEST_CASE("groups read their own channels only") {
  const std::int8_t in[4] = {1, 2, 3, 4}, weights[4] = {10, 1, 10, 1};
  std::int8_t out[2];
  struct keep {
    std::int8_t operator()(std::int32_t x, int) const { return static_cast<std::int8_t>(x); }
  };
  const conv2d_geometry g{.ic = 4, .oc = 2, .groups = 2};
  reference::conv2d<std::int8_t>::run(g, reinterpret_cast<const std::byte*>(weights),
                                      map_view<const std::int8_t>(in, {1, 1, 4}), nullptr, keep{},
                                      map_view<std::int8_t>(out, {1, 1, 2}), 0, 1, nullptr);
  CHECK(int{out[0]} == 12);
  CHECK(int{out[1]} == 34);
}
