#include <octet/core/rounding.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>

using namespace octet::rounding;

namespace {

__extension__ typedef __int128 wide;

struct row {
  double x, up, away, even;
};

// floor(x / 2^bits) and the remainder, in 128 bits so that nothing can overflow.
template <class Tie>
std::int64_t divide(std::int64_t x, int bits, Tie tie) {
  const wide unit = wide{1} << bits;
  wide q = x / unit, r = x % unit;
  if (r < 0) q -= 1, r += unit;
  if (2 * r > unit || (2 * r == unit && tie(q))) q += 1;
  return static_cast<std::int64_t>(q);
}

}  // namespace

TEST_CASE("the three rules differ only at ties") {
  constexpr row rows[] = {{0.5, 1, 1, 0},    {1.5, 2, 2, 2},   {2.5, 3, 3, 2},      {-0.5, 0, -1, 0}, {-1.5, -1, -2, -2},
                          {-2.5, -2, -3, -2}, {0.49, 0, 0, 0}, {-0.51, -1, -1, -1}, {7, 7, 7, 7},     {-7, -7, -7, -7}};
  for (const row& r : rows) {
    CAPTURE(r.x);
    CHECK(half_up{}(r.x) == r.up);
    CHECK(half_away{}(r.x) == r.away);
    CHECK(half_even{}(r.x) == r.even);
  }
}

TEST_CASE("rounding a double agrees with the C library") {
  std::mt19937_64 random(1);
  std::uniform_real_distribution<double> uniform(-1e6, 1e6);
  for (int i = 0; i < 100000; ++i) {
    const double x = i % 2 ? uniform(random) : std::floor(uniform(random)) + 0.5;
    CAPTURE(x);
    REQUIRE(half_away{}(x) == std::round(x));
    REQUIRE(half_even{}(x) == std::nearbyint(x));
    REQUIRE(half_up{}(x) == std::floor(x + 0.5));
  }
}

TEST_CASE("the double just below one half rounds to zero") {
  const double x = std::nextafter(0.5, 0.0);
  CHECK(half_up{}(x) == 0.0);
  CHECK(half_away{}(x) == 0.0);
  CHECK(half_away{}(-x) == 0.0);
  CHECK(half_even{}(x) == 0.0);
}

TEST_CASE("doubles beyond int64 and infinities stay as they are") {
  const double infinity = std::numeric_limits<double>::infinity();
  for (double x : {1e300, -1e300, 9007199254740993.0, infinity, -infinity}) {
    CAPTURE(x);
    CHECK(half_up{}(x) == x);
    CHECK(half_away{}(x) == x);
    CHECK(half_even{}(x) == x);
  }
}

TEST_CASE("shift_right equals division in 128 bits") {
  std::mt19937_64 random(2);
  for (int i = 0; i < 200000; ++i) {
    const int bits = 1 + static_cast<int>(random() % 62);
    // Products of int32 and a mantissa: magnitude up to 2^62; every fourth is an exact tie.
    auto x = static_cast<std::int64_t>(random()) >> (1 + random() % 40);
    if (i % 4 == 0) x = (x >> bits << bits) + (std::int64_t{1} << (bits - 1));
    if (x > (std::int64_t{1} << 62) || x < -(std::int64_t{1} << 62)) continue;
    CAPTURE(x);
    CAPTURE(bits);
    REQUIRE(half_up::shift_right(x, bits) == divide(x, bits, [](wide) { return true; }));
    REQUIRE(half_away::shift_right(x, bits) == divide(x, bits, [](wide q) { return q >= 0; }));
    REQUIRE(half_even::shift_right(x, bits) == divide(x, bits, [](wide q) { return q % 2 != 0; }));
  }
}

static_assert(half_even{}(2.5) == 2.0 && half_up::shift_right(-3, 1) == -1 && half_away::shift_right(-3, 1) == -2);
