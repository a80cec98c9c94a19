#include <octet/coco/federated.hpp>

#include <octet/coco/evaluate.hpp>
#include <octet/coco/per_class.hpp>
#include <octet/coco/read.hpp>
#include <octet/coco/stream.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <random>
#include <span>
#include <vector>

using namespace octet::coco;

namespace {

const bounds here{0, 0, 10, 10}, there{100, 100, 10, 10};

parameters of_lvis() {
  parameters p;
  p.max_detections = {300};
  return p;
}

/// AP of categories 1, 2 and 3 in two pictures: in the first 1 and 3 are annotated, 2 is known not to be there, and of 3 not
/// every object is annotated; in the second 2 is annotated and nothing is known about 1 and 3.
ground_truth two_pictures() {
  ground_truth t;
  t.categories = {{1}, {2}, {3}};
  t.images = {{1}, {2}};
  t.images[0].neg_category_ids = {2};
  t.images[0].not_exhaustive_category_ids = {3};
  t.annotations = {{1, 1, 1, here, 100}, {2, 1, 3, here, 100}, {3, 2, 2, here, 100}};
  return t;
}

double ap_of(const evaluation& e, std::size_t k) { return per_class(e)[k].ap; }

}  // namespace

TEST_CASE("what was not looked for is not wrong") {
  const ground_truth t = two_pictures();
  const std::vector<scored_box> right{{1, 1, here, 0.5}, {1, 3, here, 0.5}, {2, 2, here, 0.5}};
  const auto with = [&](const scored_box& more) {
    std::vector<scored_box> found = right;
    found.push_back(more);
    return evaluate<lvis>(t, found, of_lvis());
  };
  for (std::size_t k = 0; k < 3; ++k) CHECK(ap_of(evaluate<lvis>(t, right, of_lvis()), k) > 0.999);
  CHECK(ap_of(with({2, 1, there, 0.9}), 0) > 0.999);                  // nobody looked for 1 in picture 2
  CHECK(ap_of(with({1, 1, there, 0.9}), 0) == doctest::Approx(0.5));  // 1 is annotated in picture 1
  CHECK(ap_of(with({1, 2, there, 0.9}), 1) == doctest::Approx(0.5));  // 2 is known not to be in picture 1
  CHECK(ap_of(with({1, 3, there, 0.9}), 2) > 0.999);                  // may be one of those not annotated
  CHECK(ap_of(evaluate<corrected>(t, std::vector<scored_box>{right[1], {1, 3, there, 0.9}}, of_lvis()), 2) ==
        doctest::Approx(0.5));
}

TEST_CASE("the best 300 detections of a picture take part, whatever their categories") {
  const ground_truth t = two_pictures();
  std::vector<scored_box> found;
  for (int i = 0; i < 299; ++i) found.push_back({1, 2, there, 0.9});
  found.push_back({1, 1, here, 0.5});
  found.push_back({1, 3, here, 0.5});  // the 301st: ties go by the order of the list
  found.push_back({2, 2, here, 0.1});
  const auto e = evaluate<lvis>(t, found, of_lvis());
  CHECK(ap_of(e, 0) > 0.999);
  CHECK(ap_of(e, 2) == 0);
  CHECK(e.curves.recall(0, 1, 0, 0) == 1);
  CHECK(best_of_each_image(found, 300).size() == 301);
  CHECK(best_of_each_image(found, 1).size() == 2);
}

TEST_CASE("a filter written out gives the same, and so does a stream") {
  std::mt19937 random(6);
  for (int round = 0; round < 30; ++round) {
    ground_truth t;
    t.categories = {{1}, {2}, {3}, {4}};
    std::vector<scored_box> found, filtered;
    for (std::int64_t image = 1; image <= 6; ++image) {
      picture p{image};
      std::vector<std::int64_t> annotated;
      for (std::int64_t category = 1; category <= 4; ++category) {
        const auto what = random() % 3;
        const auto place = [&] {
          return bounds{static_cast<double>(random() % 30), static_cast<double>(random() % 30), 20, 20};
        };
        const auto id = image * 10 + category;
        if (what == 0) t.annotations.push_back({id, image, category, place(), 400});
        if (what == 1) p.neg_category_ids.push_back(category);
        for (int i = 0; i < 4; ++i) {
          found.push_back({image, category, place(), static_cast<double>(random() % 8) / 8});
          if (what < 2) filtered.push_back(found.back());
        }
      }
      t.images.push_back(p);
    }
    const auto want = evaluate<corrected>(t, filtered, of_lvis());
    const auto got = evaluate<lvis>(t, found, of_lvis());
    CHECK(got.curves.precision_array() == want.curves.precision_array());
    CHECK(got.stats == want.stats);

    // Some pictures are not annotated in full: the same in one go, by two threads and picture by picture.
    for (picture& p : t.images)
      if (random() % 2) p.not_exhaustive_category_ids = {static_cast<std::int64_t>(random() % 4 + 1)};
    const auto whole = evaluate<lvis>(t, found, of_lvis());
    CHECK(evaluate<lvis>(t, found, of_lvis(), 2).curves.precision_array() == whole.curves.precision_array());
    stream<lvis> pictures({1, 2, 3, 4}, of_lvis());
    for (std::size_t i = t.images.size(); i-- > 0;) {
      std::vector<annotation> truth;
      std::vector<scored_box> boxes;
      for (const auto& a : t.annotations)
        if (a.image_id == t.images[i].id) truth.push_back(a);
      for (const auto& d : found)
        if (d.image_id == t.images[i].id) boxes.push_back(d);
      REQUIRE(pictures.add(t.images[i], truth, boxes));
    }
    CHECK(pictures.finish().curves.precision_array() == whole.curves.precision_array());
  }
}

TEST_CASE("the lists of LVIS are read, and skipped where nobody asks") {
  const char* text = R"({"images":[{"id":7,"neg_category_ids":[1,5],"not_exhaustive_category_ids":[2]}],
    "categories":[],"annotations":[]})";
  const auto g = parse_annotations<lvis>(text, "truth");
  REQUIRE(g);
  CHECK(g->images[0].neg_category_ids == std::vector<std::int64_t>{1, 5});
  CHECK(g->images[0].not_exhaustive_category_ids == std::vector<std::int64_t>{2});
  const auto plain = parse_annotations(text, "truth");
  REQUIRE(plain);
  CHECK(plain->images[0].neg_category_ids.empty());
}
