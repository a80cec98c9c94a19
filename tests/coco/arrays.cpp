#include <octet/coco/arrays.hpp>

#include <octet/coco/stream.hpp>

#include <doctest/doctest.h>

#include <array>
#include <span>
#include <xtensor/xtensor.hpp>

using namespace octet;

TEST_CASE("boxes come in any of the three layouts") {
  const std::array<int, 1> cat{7};
  const std::array<float, 1> sure{0.5f};
  const coco::bounds expected{10, 20, 30, 40};
  const auto box = [&](std::array<float, 4> b, auto layout) {
    return coco::detections_of(1, b, sure, cat, layout).at(0).bbox;
  };
  CHECK(box({10, 20, 40, 60}, coco::edges{}) == expected);
  CHECK(box({10, 20, 30, 40}, coco::corner_and_size{}) == expected);
  CHECK(box({25, 40, 30, 40}, coco::centre_and_size{}) == expected);
}

TEST_CASE("xtensor arrays and spans are scored as the same detections in a file would be") {
  const xt::xtensor<float, 2> boxes{{10, 10, 50, 50}, {60, 60, 100, 90}, {0, 0, 5, 5}};
  const xt::xtensor<float, 1> scores{0.75f, 0.5f, 0.25f};
  const xt::xtensor<std::int64_t, 1> categories{3, 8, 3};
  const auto found = coco::detections_of(42, boxes, scores, categories);
  REQUIRE(found.size() == 3);
  CHECK(found[1].image_id == 42);
  CHECK(found[1].category_id == 8);
  CHECK(found[1].bbox == coco::bounds{60, 60, 40, 30});
  CHECK(found[1].score == 0.5);

  const std::vector<double> truth_boxes{10, 10, 50, 50, 60, 60, 100, 90};
  const std::vector<int> truth_categories{3, 8};
  const auto truth = coco::annotations_of(42, std::span(truth_boxes), std::span(truth_categories), 1);
  CHECK(truth[1].id == 2);
  CHECK(truth[1].area == 1200);
  CHECK_FALSE(truth[1].crowd);
  coco::stream<> metric({3, 8});
  REQUIRE(metric.add(42, truth, found));
  CHECK(metric.finish().stats[0] == doctest::Approx(1));

  const auto crowded = coco::annotations_of(42, truth_boxes, truth_categories, 1, std::array{0, 1});
  CHECK_FALSE(crowded[0].crowd);
  CHECK(crowded[1].crowd);
}

TEST_CASE("a picture without detections or objects is empty") {
  const std::vector<float> none;
  CHECK(coco::detections_of(1, none, none, none).empty());
  CHECK(coco::annotations_of(1, none, none, 1).empty());
}
