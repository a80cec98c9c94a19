#include <octet/core/result.hpp>

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

using octet::errc;
using octet::error;
using octet::result;

namespace {

struct counted {
  static inline int alive = 0;
  counted() { ++alive; }
  counted(counted&&) noexcept { ++alive; }
  ~counted() { --alive; }
};

result<int> half(int x) {
  if (x % 2) return error(errc::invalid, "an odd number");
  return x / 2;
}
result<void> check(int x) {
  if (auto r = half(x); !r) return r.failure();
  return {};
}

}  // namespace

TEST_CASE("a result holds a value or an error") {
  const result<int> good = half(4);
  REQUIRE(good);
  CHECK(*good == 2);
  const result<int> bad = half(3);
  REQUIRE_FALSE(bad);
  CHECK(bad.failure().code() == errc::invalid);
  CHECK(bad.failure().what() == std::string_view("an odd number"));
}

TEST_CASE("a result without a value passes errors on") {
  CHECK(check(2));
  const result<void> bad = check(1);
  REQUIRE_FALSE(bad);
  CHECK(bad.failure().what() == std::string_view("an odd number"));
  const result<void> copy = bad;
  CHECK(copy.failure().what() == std::string_view("an odd number"));
}

TEST_CASE("values that only move go through") {
  result<std::unique_ptr<int>> r = std::make_unique<int>(5);
  REQUIRE(r);
  CHECK(**r == 5);
  result<std::unique_ptr<int>> moved = std::move(r);
  const std::unique_ptr<int> value = *std::move(moved);
  CHECK(*value == 5);
}

TEST_CASE("a value is destroyed once, an error destroys none") {
  {
    result<counted> r = counted{};
    result<counted> moved = std::move(r);
    CHECK(counted::alive == 2);
    const result<counted> failed = error(errc::io, "no");
    CHECK(counted::alive == 2);
    CHECK_FALSE(failed);
  }
  CHECK(counted::alive == 0);
}

TEST_CASE("within puts the place before the text and keeps the code") {
  const error e = error(errc::missing, "field 'bbox' is missing").within(std::string("a.json, annotation 7"));
  CHECK(e.what() == std::string_view("a.json, annotation 7: field 'bbox' is missing"));
  CHECK(e.code() == errc::missing);
}

TEST_CASE("a long text is cut and stays terminated") {
  const std::string longer(2000, 'x');
  CHECK(std::string_view(error(errc::io, longer).what()) == std::string(511, 'x'));
  CHECK(std::string_view(error(errc::io, "tail").within(longer).what()) == std::string(511, 'x'));
  CHECK(std::string_view(error(errc::io, longer.c_str()).what()).size() == 511);
}
