#include <octet/core/fixed_point.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <random>

using octet::make_multiplier;
using octet::multiplier;
using octet::rescale;

namespace {

__extension__ typedef __int128 wide;

std::int32_t rescale_in_128_bits(std::int32_t x, multiplier m) {
  const wide unit = wide{1} << m.shift;
  const wide twice = 2 * (wide{x} * m.mantissa) + unit;
  wide q = twice / (2 * unit);
  if (twice % (2 * unit) < 0) q -= 1;
  return static_cast<std::int32_t>(q > INT32_MAX ? INT32_MAX : q < INT32_MIN ? INT32_MIN : q);
}

}  // namespace

TEST_CASE("make_multiplier normalises and stays within 2^-31 of the factor") {
  std::mt19937_64 random(3);
  std::uniform_real_distribution<double> exponent(-31.0, 28.9);
  for (int i = 0; i < 100000; ++i) {
    const double factor = std::exp2(exponent(random));
    const multiplier m = make_multiplier(factor);
    CAPTURE(factor);
    REQUIRE(m.mantissa >= (1 << 30));
    REQUIRE(m.shift >= 1);
    REQUIRE(m.shift <= 62);
    REQUIRE(std::abs(octet::to_double(m) / factor - 1.0) <= std::ldexp(1.0, -31));
  }
}

TEST_CASE("make_multiplier keeps powers of two exactly") {
  for (int e = -32; e < 29; ++e) {
    CAPTURE(e);
    CHECK(octet::to_double(make_multiplier(std::ldexp(1.0, e))) == std::ldexp(1.0, e));
  }
}

TEST_CASE("a factor that rounds up to the next power of two is renormalised") {
  const multiplier m = make_multiplier(std::nextafter(1.0, 0.0));
  CHECK(m == make_multiplier(1.0));
  CHECK(m.mantissa == (1 << 30));
}

TEST_CASE("zero and factors too small to matter become zero") {
  CHECK(make_multiplier(0.0) == multiplier{});
  CHECK(make_multiplier(1e-20) == multiplier{});
  CHECK(rescale(INT32_MAX, make_multiplier(1e-20)) == 0);
}

TEST_CASE("rescale equals the same expression in 128 bits") {
  std::mt19937_64 random(4);
  for (int i = 0; i < 200000; ++i) {
    multiplier m{static_cast<std::int32_t>((std::int64_t{1} << 30) + static_cast<std::int64_t>(random() >> 34)),
                 1 + static_cast<int>(random() % 62)};
    auto x = static_cast<std::int32_t>(random() >> (random() % 31));
    if (i % 100 == 0) x = INT32_MIN;
    if (i % 100 == 1) x = INT32_MAX;
    if (i % 7 == 0) m.mantissa = 1 << 30;  // ties occur
    CAPTURE(x);
    CAPTURE(m.mantissa);
    CAPTURE(m.shift);
    REQUIRE(rescale(x, m) == rescale_in_128_bits(x, m));
  }
}

TEST_CASE("rescale rounds ties towards plus infinity and saturates") {
  const multiplier half = make_multiplier(0.5);
  CHECK(rescale(3, half) == 2);
  CHECK(rescale(-3, half) == -1);
  CHECK(rescale(INT32_MAX, make_multiplier(4.0)) == INT32_MAX);
  CHECK(rescale(INT32_MIN, make_multiplier(4.0)) == INT32_MIN);
  CHECK(rescale(INT32_MIN, make_multiplier(1.0)) == INT32_MIN);
}

TEST_CASE("rescale by a rounded factor is within one step of the real product") {
  std::mt19937_64 random(5);
  std::uniform_real_distribution<double> exponent(-20.0, 0.0);
  for (int i = 0; i < 100000; ++i) {
    const double factor = std::exp2(exponent(random));
    const auto x = static_cast<std::int32_t>(random() >> 40) - (1 << 23);
    REQUIRE(std::abs(rescale(x, make_multiplier(factor)) - x * factor) <= 0.5 + 1e-2);
  }
}

static_assert(rescale(1000, make_multiplier(0.25)) == 250);
static_assert(octet::clamp(7, 0, 5) == 5 && octet::clamp(-7, 0, 5) == 0 && octet::clamp(3, 0, 5) == 3);
