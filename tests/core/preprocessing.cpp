#include <octet/core/preprocessing.hpp>

#include <doctest/doctest.h>

using octet::preprocessing;

TEST_CASE("the two families differ, and so does every field") {
  const preprocessing a = preprocessing::imagenet(416, 416);
  CHECK(a == preprocessing::imagenet(416, 416));
  CHECK_FALSE(a == preprocessing::unit(416, 416));
  CHECK_FALSE(a == preprocessing::imagenet(416, 320));
  preprocessing b = a;
  b.mean[2] += 1e-3f;
  CHECK_FALSE(a == b);
  b = a;
  b.stddev[0] *= 2;
  CHECK_FALSE(a == b);
  b = a;
  b.resize = preprocessing::filter::linear;
  CHECK_FALSE(a == b);
}

TEST_CASE("unit leaves values in [0,1] as they are") {
  const preprocessing p = preprocessing::unit(320, 320);
  for (int c = 0; c < 3; ++c) {
    CHECK(p.mean[c] == 0.0f);
    CHECK(p.stddev[c] == 1.0f);
  }
}
