#include <octet/core/elementary.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <random>

TEST_CASE("exponential agrees with the standard library's") {
  long double worst = 0;
  const auto compare = [&](double x) {
    worst = std::max(worst, std::abs(octet::exponential(x) / std::exp(static_cast<long double>(x)) - 1));
  };
  for (double x = -700; x <= 700; x += 0.0137) compare(x);
  for (double x = -1; x <= 1; x += 1e-5) compare(x);
  CHECK(worst < 1e-15L);
  CHECK(octet::exponential(0.0) == 1.0);
  CHECK(octet::exponential(-1e300) == octet::exponential(-700.0));
  CHECK(octet::exponential(std::numeric_limits<double>::infinity()) == octet::exponential(700.0));
  CHECK(octet::exponential(std::numeric_limits<double>::quiet_NaN()) == octet::exponential(-700.0));
}

TEST_CASE("square_root is correctly rounded") {
  std::mt19937 random(7);
  int wrong = 0;
  for (int i = 0; i < 200000; ++i) {
    const float x =
        std::ldexp(1.0f + static_cast<float>(random() % (1u << 23)) * 0x1p-23f, static_cast<int>(random() % 252) - 126);
    wrong += octet::square_root(x) != std::sqrt(x);
  }
  CHECK(wrong == 0);
  for (float x : {0.0f, -0.0f, -1.0f, std::numeric_limits<float>::quiet_NaN()}) CHECK(octet::square_root(x) == 0.0f);
  CHECK(octet::square_root(std::numeric_limits<float>::infinity()) == std::numeric_limits<float>::infinity());
}
