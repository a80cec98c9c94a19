#include <octet/coco/rotated_overlap.hpp>

#include <octet/coco/evaluate.hpp>
#include <octet/coco/overlap.hpp>
#include <octet/coco/read.hpp>
#include <octet/coco/read_results.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <random>
#include <string>

using namespace octet::coco;

namespace {

double iou(const bounds& a, double angle, const bounds& b, double other, bool crowd = false) {
  return rotated_overlap{}(a, angle, b, other, crowd);
}

bool inside(const bounds& b, double degrees, double x, double y) {
  const double turn = degrees * std::acos(-1.0) / 180, dx = x - b[0], dy = y - b[1];
  const double along = dx * std::cos(turn) - dy * std::sin(turn), across = dx * std::sin(turn) + dy * std::cos(turn);
  return std::abs(along) <= b[2] / 2 && std::abs(across) <= b[3] / 2;
}

}  // namespace

TEST_CASE("overlaps that can be computed by hand") {
  CHECK(iou({5, 5, 4, 2}, 30, {5, 5, 4, 2}, 30) == doctest::Approx(1).epsilon(1e-12));
  CHECK(iou({5, 5, 4, 2}, 30, {5, 5, 2, 4}, 120) == doctest::Approx(1).epsilon(1e-12));
  // A square and the same turned by 45 degrees meet in an octagon: 1 / sqrt(2).
  CHECK(iou({0, 0, 1, 1}, 0, {0, 0, 1, 1}, 45) == doctest::Approx(std::sqrt(0.5)).epsilon(1e-12));
  // A cross of two bars: 1 / (10 + 10 - 1); against a crowd 1 / 10.
  CHECK(iou({0, 0, 10, 1}, 0, {0, 0, 10, 1}, 90) == doctest::Approx(1.0 / 19).epsilon(1e-12));
  CHECK(iou({0, 0, 10, 1}, 0, {0, 0, 10, 1}, 90, true) == doctest::Approx(0.1).epsilon(1e-12));
  CHECK(iou({0, 0, 4, 4}, 10, {0, 0, 0, 4}, 0) == 0);
  CHECK(iou({0, 0, 4, 4}, 10, {100, 0, 4, 4}, 70) == 0);
  // Counter-clockwise as seen: the right end goes up, where y is negative.
  CHECK(iou({0, 0, 10, 1}, 30, {3.5, -2, 1, 1}, 0) > 0.05);
  CHECK(iou({0, 0, 10, 1}, -30, {3.5, -2, 1, 1}, 0) == 0);
}

TEST_CASE("upright boxes overlap as upright boxes do, and turning both together changes nothing") {
  std::mt19937 random(4);
  const auto uniform = [&](double lo, double hi) { return std::uniform_real_distribution<double>(lo, hi)(random); };
  int met = 0;
  for (int i = 0; i < 3000; ++i) {
    const bounds a{uniform(-5, 5), uniform(-5, 5), uniform(1, 8), uniform(1, 8)};
    const bounds b{uniform(-5, 5), uniform(-5, 5), uniform(1, 8), uniform(1, 8)};
    const auto corner = [](const bounds& x) { return bounds{x[0] - x[2] / 2, x[1] - x[3] / 2, x[2], x[3]}; };
    const double upright = box_overlap{}(corner(a), corner(b), false);
    CHECK(std::abs(iou(a, 0, b, 0) - upright) < 1e-12);
    met += upright > 0;
    const double turn = uniform(-400, 400), other = uniform(-90, 90), r = turn * std::acos(-1.0) / 180;
    const auto turned = [&](const bounds& x) {
      return bounds{x[0] * std::cos(r) + x[1] * std::sin(r), x[1] * std::cos(r) - x[0] * std::sin(r), x[2], x[3]};
    };
    CHECK(std::abs(iou(turned(a), turn, turned(b), turn + other) - iou(a, 0, b, other)) < 1e-9);
    CHECK(std::abs(iou(a, turn, b, other) - iou(b, other, a, turn)) < 1e-9);
  }
  CHECK(met > 500);
}

TEST_CASE("overlaps agree with counting points") {
  std::mt19937 random(5);
  const auto uniform = [&](double lo, double hi) { return std::uniform_real_distribution<double>(lo, hi)(random); };
  for (int i = 0; i < 25; ++i) {
    const bounds a{uniform(-2, 2), uniform(-2, 2), uniform(1, 6), uniform(1, 6)};
    const bounds b{uniform(-2, 2), uniform(-2, 2), uniform(1, 6), uniform(1, 6)};
    const double turn = uniform(-180, 180), other = uniform(-180, 180);
    int both = 0, any = 0;
    for (double y = -8; y < 8; y += 0.03)
      for (double x = -8; x < 8; x += 0.03) {
        const bool in_a = inside(a, turn, x, y), in_b = inside(b, other, x, y);
        both += in_a && in_b, any += in_a || in_b;
      }
    CHECK(std::abs(iou(a, turn, b, other) - both / static_cast<double>(any)) < 0.01);
  }
}

TEST_CASE("files with an angle are read, and evaluated") {
  const std::string truth = R"({"images":[{"id":1}],"categories":[{"id":1}],
    "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[50,50,40,4,45],"area":160}]})";
  const auto g = parse_annotations<rotated>(truth, "truth");
  REQUIRE(g);
  CHECK(g->annotations[0].angle == 45);
  const auto ap = [&](const char* angle) {
    const auto d = parse_results<rotated>(
        R"([{"image_id":1,"category_id":1,"bbox":[50,50,40,4,)" + std::string(angle) + R"(],"score":0.5}])", "found", *g);
    REQUIRE(d);
    return evaluate<rotated>(*g, *d).stats[0];
  };
  CHECK(ap("45") > 0.999);
  CHECK(ap("-135") > 0.999);
  CHECK(ap("-45") == 0);
  const auto four = parse_results<rotated>(R"([{"image_id":1,"category_id":1,"bbox":[1,2,3,4],"score":0.5}])", "found", *g);
  REQUIRE(!four);
  CHECK(std::string(four.failure().what()).find("five numbers") != std::string::npos);
}
