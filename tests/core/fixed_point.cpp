#include <octet/coco/json.hpp>
#include <octet/core/fixed_point.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

using octet::make_multiplier;
using octet::multiplier;
using octet::rescale;
using octet::rescale_twice;

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

TEST_CASE("rounding twice is another result near ties") {
  // 0.4999... and -0.4999... are ties after the first rounding.
  const multiplier m{1904281759, 38};
  CHECK(rescale(-72, m) == 0);
  CHECK(rescale_twice(-72, m) == -1);
  CHECK(rescale_twice(72, m) == 1);
  std::mt19937 random(8);
  int differ = 0;
  for (int i = 0; i < 100000; ++i) {
    const multiplier factor{static_cast<std::int32_t>(random() >> 2 | 1u << 30), 32 + static_cast<int>(random() % 12)};
    const auto x = static_cast<std::int32_t>(random()) >> 12;
    const int d = rescale_twice(x, factor) - rescale(x, factor);
    REQUIRE(std::abs(d) <= 1);
    differ += d != 0;
  }
  CHECK(differ > 100);
}

TEST_CASE("the extremes of accumulator, mantissa and shift saturate and never overflow") {
  for (const std::int32_t x : {INT32_MIN, INT32_MIN + 1, -1, 0, 1, INT32_MAX})
    for (const std::int32_t mantissa : {1 << 30, INT32_MAX})
      for (const int shift : {1, 2, 30, 31, 32, 61, 62}) {
        const multiplier m{mantissa, shift};
        REQUIRE(rescale(x, m) == rescale_in_128_bits(x, m));
        REQUIRE(std::abs(std::int64_t{rescale_twice(x, m)} - rescale(x, m)) <= 1);
      }
}

TEST_CASE("vectors of a public report: one rounding is rescale, two are rescale_twice") {
  const char* cases = std::getenv("OCTET_CASES");
  if (!cases || !*cases) {
    MESSAGE("skipped: OCTET_CASES, the folder with the public cases, is not set");
    return;
  }
  const std::string path = std::string(cases) + "/F/F04_rounding_vectors.json";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  octet::coco::json_reader in(text, path);
  int vectors = 0;
  const bool read = in.array([&] {
    std::int64_t acc = 0, mantissa = 0, shift = 0, once = 0, twice = 0;
    const bool good = in.object([&](std::string_view key) {
      if (key == "acc") return in.integer(acc);
      if (key == "multiplier") return in.integer(mantissa);
      if (key == "shift") return in.integer(shift);
      if (key == "single_rounding") return in.integer(once);
      if (key == "double_rounding") return in.integer(twice);
      return in.skip();
    });
    const multiplier m{static_cast<std::int32_t>(mantissa), static_cast<std::int32_t>(31 - shift)};
    CHECK(rescale(static_cast<std::int32_t>(acc), m) == once);
    CHECK(rescale_twice(static_cast<std::int32_t>(acc), m) == twice);
    ++vectors;
    return good;
  });
  REQUIRE_MESSAGE(read, (read ? "" : in.failure().what()));
  CHECK(vectors >= 40);
}
