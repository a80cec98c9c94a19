#include <octet/coco/stream.hpp>

#include <doctest/doctest.h>

#include <random>

using namespace octet;

namespace {

struct sample {
  coco::ground_truth truth;
  std::vector<coco::scored_box> found;
};

/// Boxes on a grid of 4 pixels and scores in steps of 1/16: equal overlaps and equal scores are common.
sample random_sample() {
  std::mt19937 random(7);
  const auto grid = [&](unsigned n) { return 4.0 * (1 + random() % n); };
  sample s;
  for (const std::int64_t k : {7, 3, 90}) s.truth.categories.push_back({k, ""});
  for (std::int64_t i = 40; i > 0; --i) {
    s.truth.images.push_back({i * 5});
    for (unsigned n = random() % 8; n; --n) {
      const coco::bounds b{grid(16), grid(16), grid(20), grid(20)};
      s.truth.annotations.push_back({static_cast<std::int64_t>(s.truth.annotations.size()), i * 5,
                                     s.truth.categories[random() % 3].id, b, b[2] * b[3], random() % 9 == 0});
    }
    for (const coco::annotation& a : s.truth.annotations)
      if (a.image_id == i * 5 && random() % 4)
        s.found.push_back({i * 5, a.category_id, {a.bbox[0], a.bbox[1] + 4, a.bbox[2], a.bbox[3]}, grid(16) / 64});
    for (unsigned n = random() % 8; n; --n)
      s.found.push_back(
          {i * 5, s.truth.categories[random() % 3].id, {grid(16), grid(16), grid(20), grid(20)}, grid(16) / 64});
  }
  return s;
}

/// Adds the pictures i with i % of == part.
void add(coco::stream<>& to, const sample& s, std::size_t part, std::size_t of) {
  for (std::size_t i = part; i < s.truth.images.size(); i += of) {
    const std::int64_t id = s.truth.images[i].id;
    std::vector<coco::annotation> truth;
    std::vector<coco::scored_box> found;
    for (const auto& a : s.truth.annotations)
      if (a.image_id == id) truth.push_back(a);
    for (const auto& d : s.found)
      if (d.image_id == id) found.push_back(d);
    REQUIRE(to.add(id, truth, found));
  }
}

void same(const coco::evaluation& a, const coco::evaluation& b) {
  CHECK(a.stats == b.stats);
  CHECK(a.categories == b.categories);
  CHECK(a.curves.precision_array() == b.curves.precision_array());
  CHECK(a.curves.score_array() == b.curves.score_array());
  CHECK(a.curves.recall_array() == b.curves.recall_array());
}

}  // namespace

TEST_CASE("pictures one by one, in any order and in shards, give what all at once give") {
  const sample s = random_sample();
  for (const bool categories_matter : {true, false}) {
    coco::parameters p;
    p.categories_matter = categories_matter;
    const auto whole = coco::evaluate(s.truth, s.found, p);
    REQUIRE(whole.stats[0] > 0.01);
    coco::stream<> one({90, 7, 3}, p), other({3, 7, 90}, p), third({3, 7, 90}, p);
    add(one, s, 0, 1);
    same(one.finish(), whole);
    add(other, s, 1, 2);
    add(third, s, 0, 2);
    REQUIRE(other.merge(third));
    same(other.finish(), whole);
  }
}

TEST_CASE("a picture that comes twice is an error, and nothing is counted twice") {
  const sample s = random_sample();
  coco::stream<> one({3, 7, 90}), other({3, 7, 90});
  add(one, s, 0, 1);
  add(other, s, 0, 10);
  const auto again = one.add(5, {}, {});
  REQUIRE_FALSE(again);
  CHECK(std::string(again.failure().what()) == "picture 5 is added twice; each picture is to be added once");
  CHECK_FALSE(one.merge(other));
  same(one.finish(), coco::evaluate(s.truth, s.found));
}
