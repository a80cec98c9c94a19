#include <octet/data/draw.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <set>
#include <vector>

#include "scratch.hpp"

using namespace octet;
using data::image;

namespace {
const auto thing = [](std::int32_t) { return std::string_view("some very long class name ~{}"); };
}  // namespace

TEST_CASE("drawing stays inside pictures of any size, wherever the boxes are") {
  std::mt19937 random(4);
  const float huge = std::numeric_limits<float>::max(), infinity = std::numeric_limits<float>::infinity();
  const float odd[] = {-1e9f, -50, -0.4f, 0, 3, 7.5f, 11, 200, 1e9f, huge, -infinity, infinity, std::nanf("")};
  for (int round = 0; round < 300; ++round) {
    image p(static_cast<int>(random() % 60), static_cast<int>(random() % 40));
    std::vector<detection> d(random() % 6);
    const auto any = [&] { return odd[random() % std::size(odd)]; };
    for (detection& x : d) x = {{any(), any(), any(), any()}, any(), static_cast<std::int32_t>(random() % 90) - 5};
    const std::size_t size = p.pixels.size();
    data::draw_detections(p, d, thing);
    REQUIRE(p.pixels.size() == size);
  }
}

TEST_CASE("a box is drawn in the colour of its class along its edges, and not inside") {
  image p(400, 300);
  const detection d{{100, 120, 300, 250}, 0.87f, 16};
  data::draw_detections(p, {&d, 1}, [](std::int32_t) { return "dog"; });
  const data::colour c = data::class_colour(16);
  const auto at = [&](int y, int x) { return data::colour{p.pixel(y, x)[0], p.pixel(y, x)[1], p.pixel(y, x)[2]}; };
  CHECK(at(200, 100) == c);
  CHECK(at(200, 299) == c);
  CHECK(at(120, 250) == c);
  CHECK(at(249, 200) == c);
  CHECK(at(200, 200) == data::colour{0, 0, 0});
  CHECK(at(200, 99) == data::colour{0, 0, 0});
  CHECK(at(250, 200) == data::colour{0, 0, 0});
  CHECK(at(118, 101) == c);  // the label above
}

TEST_CASE("labels of boxes in one place do not cover each other") {
  using data::detail::rectangle;
  const image p(400, 300);
  std::vector<rectangle> taken;
  for (int i = 0; i < 4; ++i) {
    const rectangle r = data::detail::place({50, 60, 250, 250}, 80, 14, p, taken);
    CHECK((r.x1 >= 0 && r.y1 >= 0 && r.x2 <= p.width && r.y2 <= p.height));
    for (const rectangle& t : taken) CHECK_FALSE(t.meets(r));
    taken.push_back(r);
  }
}

TEST_CASE("letters differ from each other, lie within their width, and contrast with their ground") {
  std::set<std::vector<std::uint8_t>> seen;
  for (char c = ' '; c <= '~'; ++c) {
    image p(60, 60);
    const data::text glyph{{&c, 1}, 3.0f};
    glyph.draw(p, 10, 10, {255, 255, 255});
    CAPTURE(c);
    CHECK(seen.insert(p.pixels).second);
    const int end = 10 + static_cast<int>(glyph.width()) + 3, bottom = 10 + static_cast<int>(glyph.height()) + 3;
    bool outside = false;
    for (int y = 0; y < 60; ++y)
      for (int x = 0; x < 60; ++x) outside |= p.pixel(y, x)[0] && (x < 7 || x >= end || y < 7 || y >= bottom);
    CHECK_FALSE(outside);
  }
  for (int label = 0; label < 80; ++label) {
    const auto luminance = [](const data::colour& c) { return 0.299 * c[0] + 0.587 * c[1] + 0.114 * c[2]; };
    const data::colour c = data::class_colour(label);
    CHECK(std::abs(luminance(c) - luminance(data::contrasting(c))) > 100);
    CHECK(c != data::class_colour(label + 1));
  }
}

TEST_CASE("two pictures side by side keep their pixels") {
  const image a = sample_picture(50, 70), b = sample_picture(40, 30, 2);
  const image sheet = data::side_by_side(a, "left", b, "a caption that is wider than its picture");
  const auto holds = [&](const image& p) {
    for (int y = 0; y + p.height <= sheet.height; ++y) {
      for (int x = 0; x + p.width <= sheet.width; ++x) {
        bool same = true;
        for (int r = 0; r < p.height && same; ++r)
          same = std::equal(p.pixel(r, 0), p.pixel(r, 0) + 3 * p.width, sheet.pixel(y + r, x));
        if (same) return true;
      }
    }
    return false;
  };
  CHECK(holds(a));
  CHECK(holds(b));
}
