#include <octet/quant/scheme/affine.hpp>
#include <octet/quant/scheme/symmetric.hpp>

#include <octet/quant/concepts.hpp>
#include <octet/quant/quantize.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

using namespace octet::quant;

static_assert(scheme<affine<>> && scheme<symmetric<>> && rounding_rule<octet::rounding::half_away>);
static_assert(symmetric<>::qmin == -128 && symmetric<>::qmax == 127);
static_assert(symmetric<std::int8_t, codes::narrow>::qmin == -127);
static_assert(symmetric<std::int8_t, codes::narrow, 2>::qmin == -1 && symmetric<std::int8_t, codes::narrow, 2>::qmax == 1);
static_assert(affine<std::uint8_t>::qmin == 0 && affine<std::uint8_t>::qmax == 255);
static_assert(affine<std::int8_t, 4>::qmin == -8 && affine<std::int8_t, 4>::qmax == 7);

namespace {

octet::interval random_range(std::mt19937& random) {
  std::uniform_real_distribution<float> u(-1, 1), exponent(-20, 20);
  float a = u(random) * std::exp2(exponent(random)), b = u(random) * std::exp2(exponent(random));
  return a < b ? octet::interval{a, b} : octet::interval{b, a};
}

}  // namespace

TEST_CASE_TEMPLATE("inside the range the round trip errs by half a step", Scheme, affine<>, affine<std::uint8_t>,
                   affine<std::int8_t, 2>, affine<std::uint8_t, 5>, affine<std::int16_t>, symmetric<>,
                   symmetric<std::int8_t, codes::narrow>, symmetric<std::int8_t, codes::narrow, 3>,
                   symmetric<std::int16_t, codes::full, 12>) {
  std::mt19937 random(1);
  for (int i = 0; i < 2000; ++i) {
    const octet::interval r = random_range(random);
    const octet::qparams p = Scheme{}.fit(r);
    CAPTURE(r.lo);
    CAPTURE(r.hi);
    REQUIRE(p.scale > 0);
    REQUIRE(p.zero_point >= Scheme::qmin);
    REQUIRE(p.zero_point <= Scheme::qmax);
    REQUIRE(dequantize(quantize<Scheme>(0.0f, p), p) == 0.0f);
    const double width = std::fmax(r.hi, 0.0) - std::fmin(r.lo, 0.0);
    for (float t : {0.0f, 0.1f, 0.37f, 0.5f, 0.9f, 1.0f}) {
      const float x = r.lo + t * (r.hi - r.lo);
      const double error = std::fabs(double{x} - dequantize(quantize<Scheme>(x, p), p));
      REQUIRE(error <= p.scale * 0.50001 + width * 1e-7);  // the scale is a float
    }
  }
}

TEST_CASE("the steps are no coarser than the range needs") {
  std::mt19937 random(2);
  for (int i = 0; i < 1000; ++i) {
    const octet::interval r = random_range(random);
    const double width = std::fmax(r.hi, 0.0) - std::fmin(r.lo, 0.0);
    const double magnitude = std::fmax(std::fabs(r.lo), std::fabs(r.hi));
    CHECK(affine<>::fit(r).scale == doctest::Approx(std::fmax(width / 255, smallest_scale)));
    CHECK(symmetric<>::fit(r).scale == doctest::Approx(std::fmax(magnitude / 127, smallest_scale)));
    CHECK(symmetric<>::fit(r).zero_point == 0);
  }
}

TEST_CASE("known parameters") {
  CHECK(affine<>::fit({0, 255}) == octet::qparams{1, -128});
  CHECK(affine<>::fit({-255, 0}) == octet::qparams{1, 127});
  CHECK(affine<std::uint8_t>::fit({-1, 1.55f}).zero_point == 100);
  CHECK(affine<>::fit({3, 5.1f}) == affine<>::fit({0, 5.1f}));
  CHECK(symmetric<>::fit({-254, 10}) == octet::qparams{2, 0});
}

TEST_CASE("ranges without width, with denormal and with the largest width have usable scales") {
  constexpr float largest = std::numeric_limits<float>::max(), smallest = std::numeric_limits<float>::denorm_min();
  for (octet::interval r : {octet::interval{}, octet::interval{0, smallest}, octet::interval{-smallest, smallest}}) {
    CHECK(affine<>::fit(r).scale == smallest_scale);
    CHECK(symmetric<>::fit(r).scale == smallest_scale);
  }
  for (octet::interval r : {octet::interval{-largest, largest}, octet::interval{0, largest}}) {
    CHECK(std::isfinite(affine<>::fit(r).scale));
    CHECK(std::isfinite(affine<std::int8_t, 2>::fit(r).scale));
    CHECK(std::isfinite(symmetric<std::int8_t, codes::narrow, 2>::fit(r).scale));
  }
}

TEST_CASE("values outside saturate") {
  const octet::qparams p = affine<>::fit({-1, 3});
  constexpr float infinity = std::numeric_limits<float>::infinity();
  for (float x : {3.1f, 1e30f, infinity}) {
    CHECK(quantize<affine<>>(x, p) == 127);
    CHECK(quantize<affine<>>(-x, p) == -128);
    CHECK(quantize<symmetric<std::int8_t, codes::narrow>>(-x, {0.01f, 0}) == -127);
  }
}

TEST_CASE("ties follow the rounding rule") {
  const octet::qparams p{0.5f, 3};
  CHECK(quantize(1.25f, p, -128, 127) == 2 + 3);
  CHECK(quantize(1.25f, p, -128, 127, octet::rounding::half_up{}) == 3 + 3);
  CHECK(quantize(-1.25f, p, -128, 127, octet::rounding::half_up{}) == -2 + 3);
  CHECK(quantize(-1.25f, p, -128, 127, octet::rounding::half_away{}) == -3 + 3);
  CHECK(quantize(std::nextafter(1.25f, 2.0f), p, -128, 127) == 3 + 3);
}
