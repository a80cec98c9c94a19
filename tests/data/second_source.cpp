// Another source file of the same program: stb's functions and ours are not to clash.
#include <octet/data.hpp>

#include <doctest/doctest.h>

TEST_CASE("two source files that include everything make one program") {
  const auto nothing = octet::data::decode_image({}, "nothing");
  REQUIRE_FALSE(nothing);
  CHECK(nothing.failure().code() == octet::errc::syntax);
}

TEST_CASE("the class names stand in the order of their ids") {
  const auto& all = octet::data::coco_categories;
  for (std::size_t i = 1; i < all.size(); ++i) CHECK(all[i - 1].id < all[i].id);
  CHECK(all.front().name == "person");
  CHECK(all[16].name == "dog");
  CHECK(all.back().id == 90);
  CHECK(all.back().name == "toothbrush");
}
