#include <octet/nn/exponential.hpp>
#include <octet/nn/sigmoid_table.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

using namespace octet::nn;

TEST_CASE("every entry of the sigmoid table is the rounded real value") {
  for (int i = 0; i < 4096; ++i) {
    const long double real = 255.0L / (1.0L + std::exp(-(i - 2048) / 256.0L));
    REQUIRE(int{sigmoid_table[static_cast<std::size_t>(i)]} == static_cast<int>(std::lround(real)) - 128);
  }
  CHECK(int{sigmoid_table.front()} == -128);
  CHECK(int{sigmoid_table.back()} == 127);
}

TEST_CASE("tables of other sizes and steps are exact too") {
  constexpr auto coarse = make_sigmoid_table<512>(32, 255, -128);
  for (int i = 0; i < 512; ++i)
    REQUIRE(int{coarse[static_cast<std::size_t>(i)]} ==
            static_cast<int>(std::lround(255.0L / (1.0L + std::exp(-(i - 256) / 32.0L)))) - 128);
}

TEST_CASE("tables without a zero point, and of steps that the top does not fit, saturate") {
  for (const double levels : {127.0, 128.0, 1000.0, 0.3}) {
    const auto table = make_sigmoid_table<4096>(256, levels, 0);
    for (int i = 0; i < 4096; ++i) {
      const long double real = levels / (1.0L + std::exp(-(i - 2048) / 256.0L));
      REQUIRE(int{table[static_cast<std::size_t>(i)]} == std::min(127, static_cast<int>(std::lround(real))));
    }
  }
}

TEST_CASE("exponential in float is exact to 2 units in the last place") {
  for (int i = -8700000; i <= 8800000; i += 7) {
    const float x = static_cast<float>(i) * 1e-5f;
    const double real = std::exp(static_cast<double>(x));
    const float near = static_cast<float>(real);
    const double unit = static_cast<double>(std::nextafter(near, INFINITY)) - static_cast<double>(near);
    REQUIRE(std::abs(exponential(x) - real) <= 2 * unit);
  }
  CHECK(exponential(-1000.0f) == exponential(-87.0f));
  CHECK(exponential(1000.0f) == exponential(88.0f));
}
