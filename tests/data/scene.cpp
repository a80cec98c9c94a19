#include <octet/data/scene.hpp>

#include <octet/data/flip.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <set>

using namespace octet;

TEST_CASE("scenes hold every class, boxes inside the picture, and are the same for the same seed") {
  std::set<int> labels;
  for (std::uint32_t seed = 1; seed <= 30; ++seed) {
    const data::scene s = data::draw_scene(96, seed);
    CHECK(s.picture.width == 96);
    CHECK(s.picture.height == 96);
    CHECK_FALSE(s.objects.empty());
    for (const detection& d : s.objects) {
      labels.insert(d.label);
      CHECK(d.box.x1 >= 0);
      CHECK(d.box.y1 >= 0);
      CHECK(d.box.x2 <= 96);
      CHECK(d.box.y2 <= 96);
      CHECK(d.box.x2 - d.box.x1 >= 2);
      CHECK(d.box.y2 - d.box.y1 >= 2);
      CHECK(d.score > 0);
      CHECK(d.score <= 1);
    }
    const data::scene again = data::draw_scene(96, seed);
    CHECK(again.picture.pixels == s.picture.pixels);
    CHECK(again.objects.size() == s.objects.size());
  }
  CHECK(labels.size() == data::scene_classes.size());
  CHECK(data::draw_scene(96, 1).picture.pixels != data::draw_scene(96, 2).picture.pixels);
}

TEST_CASE("a mirrored picture has mirrored boxes, and twice is none") {
  const data::scene s = data::draw_scene(64, 9);
  data::image mirrored = s.picture;
  data::flip(mirrored);
  CHECK(mirrored.pixels != s.picture.pixels);
  for (int k = 0; k < 3; ++k)
    CHECK(mirrored.pixels[static_cast<std::size_t>(k)] == s.picture.pixels[63 * 3 + static_cast<std::size_t>(k)]);
  data::flip(mirrored);
  CHECK(mirrored.pixels == s.picture.pixels);
  const box b = data::flipped({1, 2, 11, 20}, 64);
  CHECK(b.x1 == 53);
  CHECK(b.x2 == 63);
  CHECK(b.y1 == 2);
  CHECK(b.y2 == 20);
}
