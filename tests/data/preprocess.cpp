#include <octet/data/preprocess.hpp>

#include <octet/data/image_file.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "scratch.hpp"

using namespace octet;
using data::image;

TEST_CASE("resizing equals OpenCV's in every pixel") {
  const char* root = std::getenv("OCTET_DATA");
  if (!root) {
    MESSAGE("skipped: OCTET_DATA is not set, so there are no golden pictures");
    return;
  }
  const std::string folder = std::string(root) + "/golden/resize/";
  for (const char* id : {"139", "785", "1584"}) {
    const auto source = data::read_image(folder + id + "_source.png");
    REQUIRE(source);
    for (const char* name : {"cubic_416", "cubic_320", "linear_416"}) {
      const auto golden = data::read_image(folder + id + '_' + name + ".png");
      REQUIRE(golden);
      const auto filter = name[0] == 'c' ? preprocessing::filter::cubic : preprocessing::filter::linear;
      const image ours = data::resize(*source, golden->width, golden->height, filter);
      std::size_t different = 0;
      for (std::size_t i = 0; i < ours.pixels.size(); ++i) different += ours.pixels[i] != golden->pixels[i];
      CAPTURE(id);
      CAPTURE(name);
      CHECK(different == 0);
    }
  }
}

TEST_CASE_TEMPLATE("resizing keeps flat pictures and pictures of the same size, at any size", Filter, data::cubic,
                   data::linear) {
  for (int w : {1, 2, 3, 5, 17}) {
    for (int h : {1, 2, 4, 9}) {
      image flat(w, h);
      for (std::size_t i = 0; i < flat.pixels.size(); ++i)
        flat.pixels[i] = static_cast<std::uint8_t>(i % 3 == 0 ? 255 : i % 3 == 1 ? 0 : 117);
      for (int size : {1, 2, 7, 40}) {
        const image out = data::resize<Filter>(flat, size, size + 1);
        REQUIRE(out.pixels.size() == static_cast<std::size_t>(3 * size * (size + 1)));
        for (std::size_t i = 0; i < out.pixels.size(); ++i) REQUIRE(std::abs(out.pixels[i] - flat.pixels[i % 3]) <= 1);
      }
      const image p = sample_picture(w, h);
      CHECK(data::resize<Filter>(p, w, h) == p);
    }
  }
}

TEST_CASE("cubic resizing is within a level of the kernel in double precision") {
  const image p = sample_picture(37, 29);
  const int w = 50, h = 19;
  const image ours = data::resize<data::cubic>(p, w, h);
  const auto kernel = [](double x) {
    constexpr double a = -0.75;
    x = std::abs(x);
    return x <= 1 ? ((a + 2) * x - (a + 3)) * x * x + 1 : x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0.0;
  };
  for (int y = 0; y < h; ++y) {
    for (int x = 0; x < w; ++x) {
      const double sx = (x + 0.5) * p.width / w - 0.5, sy = (y + 0.5) * p.height / h - 0.5;
      for (int c = 0; c < 3; ++c) {
        double sum = 0;
        for (int j = static_cast<int>(std::floor(sy)) - 1; j < std::floor(sy) + 3; ++j)
          for (int i = static_cast<int>(std::floor(sx)) - 1; i < std::floor(sx) + 3; ++i)
            sum +=
                kernel(sx - i) * kernel(sy - j) * p.pixel(std::clamp(j, 0, p.height - 1), std::clamp(i, 0, p.width - 1))[c];
        REQUIRE(std::abs(ours.pixel(y, x)[c] - std::clamp(sum, 0.0, 255.0)) <= 1.0);
      }
    }
  }
}

TEST_CASE("maps hold normalised values; int8 maps the same ones, rounded") {
  preprocessing how = preprocessing::imagenet(20, 12);
  const image p = sample_picture(33, 27), small = data::resize<data::cubic>(p, 20, 12);
  // A map whose pixels are not adjacent.
  std::vector<float> real(20 * 12 * 5, -99.0f);
  std::vector<std::int8_t> integer(20 * 12 * 5, 77);
  const map_view<float> real_map(real.data(), {12, 20, 3}, 5);
  const map_view<std::int8_t> integer_map(integer.data(), {12, 20, 3}, 5);
  const data::preprocessor<float> to_real(how);
  to_real(p, real_map);

  for (const std::vector<qparams>& q : {std::vector<qparams>{{0.02f, -3}}, {{0.02f, -3}, {0.015f, 10}, {0.001f, -128}}}) {
    const data::preprocessor<std::int8_t> to_integer(how, q);
    to_integer(p, integer_map);
    for (int y = 0; y < 12; ++y) {
      for (int x = 0; x < 20; ++x) {
        for (std::size_t c = 0; c < 3; ++c) {
          const double want =
              (small.pixel(y, x)[c] / 255.0 - static_cast<double>(how.mean[c])) / static_cast<double>(how.stddev[c]);
          REQUIRE(std::abs(real_map.pixel(y, x)[c] - want) < 1e-6);
          const qparams& of = q[q.size() == 3 ? c : 0];
          const double step = std::clamp(want / static_cast<double>(of.scale) + of.zero_point, -128.0, 127.0);
          REQUIRE(std::abs(integer_map.pixel(y, x)[c] - step) <= 0.5001);
        }
        REQUIRE(real_map.pixel(y, x)[3] == -99.0f);
        REQUIRE(integer_map.pixel(y, x)[4] == 77);
      }
    }
  }
}

TEST_CASE("int8 tables round ties to even and saturate") {
  // 255 becomes 0.5, 1.5 and 2.5.
  const preprocessing halves{1, 1, {0.5f, -0.5f, -1.5f}, {1, 1, 1}};
  const qparams one{1.0f, 0}, coarse{1.0f, 126}, fine{1.0f / 512.0f, 0};
  const auto ties = data::make_tables(halves, {&one, 1});
  CHECK(ties[0][255] == 0);
  CHECK(ties[1][255] == 2);
  CHECK(ties[2][255] == 2);
  CHECK(data::make_tables(halves, {&coarse, 1})[2][255] == 127);
  CHECK(data::make_tables(halves, {&fine, 1})[0][0] == -128);
}
