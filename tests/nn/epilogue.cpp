#include <octet/nn/epilogue.hpp>

#include <octet/nn/finish.hpp>

#include "fenced.hpp"
#include "stages.hpp"

using namespace octet;
using namespace octet::nn;

namespace {

__extension__ typedef __int128 wide;

wide floor_divide(wide x, int bits) { return x >= 0 ? x >> bits : -((-x + (wide{1} << bits) - 1) >> bits); }
wide limit(wide x, wide lo, wide hi) { return x < lo ? lo : x > hi ? hi : x; }
wide exact_rescale(wide x, multiplier m) {
  return limit(floor_divide(x * m.mantissa + (wide{1} << (m.shift - 1)), m.shift), INT32_MIN, INT32_MAX);
}

std::int32_t any_sum() {
  switch (uniform(0, 5)) {
    case 0:
      return INT32_MIN + uniform(0, 3);
    case 1:
      return INT32_MAX - uniform(0, 3);
    case 2:
      return uniform(-5, 5);
    case 3:
      return uniform(-300000, 300000);
    default:
      return static_cast<std::int32_t>(random_bits()());
  }
}

/// Multipliers over the whole range that make_multiplier gives, 0 included.
void fill_any(const fenced<std::int32_t>& mantissa, const fenced<std::int32_t>& shift) {
  for (std::size_t c = 0; c < mantissa.values().size(); ++c) {
    const multiplier m = make_multiplier(uniform(0, 20) ? std::exp2(uniform(-3300, 2890) / 100.0) : 0.0);
    mantissa[c] = m.mantissa, shift[c] = m.shift;
  }
}

/// Powers of two, with which many sums lie on ties.
void fill_ties(const fenced<std::int32_t>& mantissa, const fenced<std::int32_t>& shift) {
  for (std::size_t c = 0; c < mantissa.values().size(); ++c) {
    const multiplier m = make_multiplier(std::exp2(-uniform(4, 14)));
    mantissa[c] = m.mantissa, shift[c] = m.shift;
  }
}

template <class Stage>
void check_finish(const Stage& stage, int channels) {
  const int rows = uniform(1, 5), first = uniform(0, channels - 1), count = channels - first;
  std::vector<std::int32_t> sums(static_cast<std::size_t>(rows * (count + 3)));
  for (auto& x : sums) x = any_sum();
  fenced_map<std::int8_t> out({1, rows, count}, count + uniform(0, 5));
  finish<arch::current>(stage, sums.data(), count + 3, rows, first, count, out.memory.data(), out.stride);
  for (int r = 0; r < rows; ++r)
    for (int k = 0; k < count; ++k) {
      const std::int32_t sum = sums[static_cast<std::size_t>(r * (count + 3) + k)];
      const int got = out.view().pixel(0, r)[k], want = stage(sum, first + k);
      if (got != want) FAIL("channel " << first + k << ", sum " << sum << ": " << got << " instead of " << want);
    }
  REQUIRE(out.untouched_outside(0, 1));
}

}  // namespace

TEST_CASE("vector epilogues equal the scalar ones, with fences behind every array of constants") {
  for (int round = 0; round < 3000; ++round) {
    const int channels = uniform(1, 40);
    const stage_constants s(channels, 100000);
    if (round % 3 == 1) fill_any(s.mantissa, s.shift), fill_any(s.wide_mantissa, s.wide_shift);
    if (round % 3 == 2) fill_ties(s.mantissa, s.shift), fill_ties(s.wide_mantissa, s.wide_shift);
    check_finish(s.requantize(), channels);
    check_finish(s.requantize_full(), channels);
    check_finish(s.hard_swish(uniform(8, 20)), channels);
    check_finish(s.lookup(), channels);
    check_finish(then(halve{}, s.lookup()), channels);
    check_finish(then(halve{}, halve{}, s.requantize()), channels);
  }
}

TEST_CASE("then runs stages in order") {
  const std::int32_t bias[2] = {100, 200};
  CHECK(then(halve{}, add_bias{bias})(11, 1) == 5 + 1 + 200);
  CHECK(then(add_bias{bias}, halve{})(11, 1) == 105 + 1);
}

TEST_CASE("requantize is its formula in 128 bits") {
  const stage_constants s(64, 100000);
  for (int round = 0; round < 2000; ++round) {
    fill_any(s.mantissa, s.shift);
    const std::int32_t x = any_sum();
    for (int c = 0; c < 64; ++c) {
      const auto i = static_cast<std::size_t>(c);
      const auto want = limit(exact_rescale(x, s.scale()[c]) + s.zero[i], s.lo[i], s.hi[i]);
      REQUIRE(int{s.requantize()(x, c)} == static_cast<int>(want));
    }
  }
}

TEST_CASE("hard-swish is its formula in 128 bits") {
  const stage_constants s(64, 100000);
  for (int round = 0; round < 2000; ++round) {
    if (round % 2) fill_any(s.wide_mantissa, s.wide_shift);
    const int fraction = uniform(8, 20);
    const std::int32_t x = any_sum();
    for (int c = 0; c < 64; ++c) {
      const auto i = static_cast<std::size_t>(c);
      const wide t = limit(exact_rescale(x, s.wide_scale()[c]), -(1 << 28), 1 << 28);
      const wide u = limit(t + (wide{3} << fraction), 0, wide{6} << fraction);
      const wide p = floor_divide(t * u + (wide{1} << (fraction - 1)), fraction);
      const auto want = limit(exact_rescale(p, s.scale()[c]) + s.zero[i], s.lo[i], s.hi[i]);
      REQUIRE(int{s.hard_swish(fraction)(x, c)} == static_cast<int>(want));
    }
  }
}

TEST_CASE("hard-swish stays within a step of the real function and nearly always hits it") {
  int total = 0, different = 0;
  for (int round = 0; round < 300; ++round) {
    const double unit = std::exp2(-uniform(800, 1400) / 100.0), step = std::exp2(-uniform(200, 600) / 100.0);
    const multiplier to_fixed = make_multiplier(unit * 65536), to_output = make_multiplier(1.0 / (6.0 * 65536.0 * step));
    const std::int8_t zero = static_cast<std::int8_t>(uniform(-128, 0)), lo = -128, hi = 127;
    const hard_swish_requantize stage{
        {&to_fixed.mantissa, &to_fixed.shift}, 16, {&to_output.mantissa, &to_output.shift}, &zero, &lo, &hi};
    for (int i = 0; i < 1000; ++i) {
      const std::int32_t sum = uniform(-20000, 20000);
      const double x = sum * unit, y = x * std::min(std::max(x + 3, 0.0), 6.0) / 6;
      const int want = static_cast<int>(std::min(127.0, std::max(-128.0, std::nearbyint(y / step) + zero)));
      REQUIRE(std::abs(stage(sum, 0) - want) <= 1);
      different += stage(sum, 0) != want;
      ++total;
    }
  }
  CHECK_MESSAGE(different * 1000 < total, different << " of " << total << " differ");
}

TEST_CASE("lookup clamps its index to the table") {
  const std::int8_t table[4] = {1, 2, 3, 4};
  const multiplier one = make_multiplier(1.0);
  const lookup stage{{&one.mantissa, &one.shift}, table, 4};
  CHECK(int{stage(INT32_MIN, 0)} == 1);
  CHECK(int{stage(-2, 0)} == 1);
  CHECK(int{stage(-1, 0)} == 2);
  CHECK(int{stage(0, 0)} == 3);
  CHECK(int{stage(1, 0)} == 4);
  CHECK(int{stage(INT32_MAX, 0)} == 4);
}
