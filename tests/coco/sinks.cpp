#include <octet/coco/bootstrap.hpp>
#include <octet/coco/error_kinds.hpp>
#include <octet/coco/per_class.hpp>
#include <octet/coco/sink/calibration.hpp>
#include <octet/coco/sink/confusion_matrix.hpp>
#include <octet/coco/sink/image_scores.hpp>
#include <octet/coco/sink/operating_points.hpp>

#include <doctest/doctest.h>

using namespace octet;

namespace {

coco::annotation object(std::int64_t id, std::int64_t image, std::int64_t category, double x) {
  return {id, image, category, {x, 0, 10, 10}, 100};
}

/// Two pictures with two objects of class 1 and one of class 2.
coco::ground_truth small_truth() {
  return {{{1}, {2}}, {{1, "one"}, {2, "two"}}, {object(1, 1, 1, 0), object(2, 2, 1, 0), object(3, 2, 2, 100)}};
}

/// Right, right but later than a wrong one, and a class taken for another.
std::vector<coco::scored_box> small_found() {
  return {{1, 1, {0, 0, 10, 10}, 0.9},
          {1, 1, {300, 0, 10, 10}, 0.8},
          {2, 1, {0, 0, 10, 10}, 0.7},
          {2, 1, {100, 0, 10, 10}, 0.6}};
}

}  // namespace

TEST_CASE("a table of the classes") {
  const auto rows = coco::per_class(coco::evaluate(small_truth(), small_found()));
  REQUIRE(rows.size() == 2);
  // 51 recall points up to 1/2 at precision 1, 50 at 2/3.
  CHECK(rows[0].ap == doctest::Approx((51 + 50 * 2.0 / 3) / 101));
  CHECK(rows[0].ar == 1);
  CHECK(rows[1].category_id == 2);
  CHECK(rows[1].ap == 0);
}

TEST_CASE("precision and recall at a score, and the best F1") {
  coco::operating_points points;
  coco::evaluate(small_truth(), small_found(), {}, points);
  REQUIRE(points.curves.size() == 2);
  const auto& c = points.curves[0];
  CHECK(c.to_find == 2);
  REQUIRE(c.points.size() == 4);
  const auto at = coco::at_confidence(c, 0.75);
  CHECK(at.precision == 0.5);
  CHECK(at.recall == 0.5);
  const auto best = coco::best_f1(c);
  CHECK(best.score == 0.7);
  CHECK(best.f1() == doctest::Approx(0.8));
  CHECK(coco::at_confidence(c, 0.95).recall == 0);
  CHECK(points.curves[1].points.empty());
}

TEST_CASE("detections of one score stand together on the curve") {
  coco::operating_points points;
  auto found = small_found();
  for (auto& d : found) d.score = 0.5;
  coco::evaluate(small_truth(), found, {}, points);
  REQUIRE(points.curves[0].points.size() == 1);
  CHECK(points.curves[0].points[0].precision == 0.5);
}

TEST_CASE("what is taken for what") {
  coco::parameters p;
  p.categories_matter = false;
  coco::confusion_matrix all({1, 2}, 0.0), sure({1, 2}, 0.75);
  coco::evaluate(small_truth(), small_found(), p, all, sure);
  const std::size_t none = all.none();
  CHECK(all(0, 0) == 2);
  CHECK(all(1, 0) == 1);
  CHECK(all(none, 0) == 1);
  CHECK(all(1, none) == 0);
  CHECK(sure(0, 0) == 1);
  CHECK(sure(0, none) == 1);
  CHECK(sure(1, none) == 1);
  CHECK(sure(none, 0) == 1);
}

TEST_CASE("the distance of scores from the share of right detections") {
  coco::calibration sink;
  coco::evaluate(small_truth(), small_found(), {}, sink);
  CHECK(sink.bins[9].right == 1);
  CHECK(sink.bins[8].count == 1);
  CHECK(sink.expected_error() == doctest::Approx((0.1 + 0.8 + 0.3 + 0.6) / 4));
}

TEST_CASE("the worst picture comes first") {
  coco::image_scores sink;
  coco::evaluate(small_truth(), small_found(), {}, sink);
  const auto worst = sink.worst_first();
  REQUIRE(worst.size() == 2);
  CHECK(worst[0].image_id == 2);
  CHECK(worst[0].f1() == 0.5);
  CHECK(worst[0].missed == 1);
  CHECK(worst[1].wrong == 1);
  CHECK(worst[1].f1() == doctest::Approx(2.0 / 3));
}

TEST_CASE("each kind of error costs what mending it gains") {
  const auto truth = small_truth();
  auto found = small_found();
  const auto e = coco::find_error_kinds(truth, found);
  using kinds = coco::error_kinds;
  const double one = (51 + 50 * 2.0 / 3) / 101;
  CHECK(e.ap == doctest::Approx(one / 2));
  CHECK(e.losses[kinds::classification].count == 1);
  CHECK(e.losses[kinds::classification].ap == doctest::Approx(0.5));
  CHECK(e.losses[kinds::background].count == 1);
  CHECK(e.losses[kinds::background].ap == doctest::Approx((1 - one) / 2));
  CHECK(e.losses[kinds::missed].count == 0);

  found.pop_back();
  found.push_back({1, 1, {1, 0, 10, 10}, 0.5});    // the object of picture 1 again
  found.push_back({2, 2, {107, 0, 10, 10}, 0.5});  // overlap 3/17
  const auto more = coco::find_error_kinds(truth, found);
  CHECK(more.losses[kinds::duplicate].count == 1);
  CHECK(more.losses[kinds::localisation].count == 1);
  CHECK(more.losses[kinds::localisation].ap == doctest::Approx(0.5));
  found.pop_back();
  const auto less = coco::find_error_kinds(truth, found);
  CHECK(less.losses[kinds::missed].count == 1);
  CHECK(less.losses[kinds::missed].ap == doctest::Approx(one / 2));
}

TEST_CASE("drawn pictures count as often as they are drawn, and equal results do not differ") {
  const auto truth = small_truth();
  const auto found = small_found();
  const coco::parameters p;
  coco::ap_samples samples(p), again(p);
  const double ap = coco::evaluate(truth, found, p, samples, again).stats[0];
  const std::uint32_t once[] = {1, 1}, second[] = {0, 1};
  CHECK(samples.ap(once) == doctest::Approx(ap));
  coco::parameters only;
  only.images = {2};
  CHECK(samples.ap(second) == doctest::Approx(coco::evaluate(truth, found, only).stats[0]));
  // A picture taken twice is the same as two pictures that are alike.
  coco::ground_truth doubled = truth;
  doubled.images.push_back({3});
  doubled.annotations.push_back(object(4, 3, 1, 0));
  doubled.annotations.push_back(object(5, 3, 2, 100));
  auto more = found;
  for (const auto& d : found)
    if (d.image_id == 2) more.push_back({3, d.category_id, d.bbox, d.score});
  const std::uint32_t twice[] = {1, 2};
  CHECK(samples.ap(twice) == doctest::Approx(coco::evaluate(doubled, more).stats[0]));

  const auto e = coco::bootstrap(samples, 2, 200);
  CHECK(e.value == doctest::Approx(ap));
  CHECK(e.lo <= e.value);
  CHECK(e.hi >= e.value);
  CHECK(e.lo < e.hi);
  const auto none = coco::bootstrap_difference(samples, again, 2, 50);
  CHECK(none.lo == 0);
  CHECK(none.hi == 0);
}
