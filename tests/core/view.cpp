#include <octet/core/view.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <type_traits>

using octet::extent;
using octet::map_view;

TEST_CASE("pixel walks rows, columns and channels in memory order") {
  std::array<std::int8_t, 2 * 3 * 4> memory{};
  const map_view<std::int8_t> map(memory.data(), {2, 3, 4});
  CHECK(map.row_stride() == 12);
  std::ptrdiff_t expected = 0;
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 3; ++x, expected += 4) CHECK(map.pixel(y, x) - memory.data() == expected);
}

TEST_CASE("a slice of channels aliases the wide map") {
  std::array<int, 2 * 2 * 5> memory{};
  const map_view<int> wide(memory.data(), {2, 2, 5});
  const map_view<int> narrow = wide.slice(2, 3);
  CHECK(narrow.shape() == extent{2, 2, 3});
  CHECK(narrow.stride == 5);
  for (int y = 0; y < 2; ++y)
    for (int x = 0; x < 2; ++x) narrow.pixel(y, x)[0] = 10 * y + x;
  CHECK(wide.pixel(1, 1)[2] == 11);
  CHECK(wide.pixel(1, 1)[1] == 0);
  CHECK(narrow.slice(1, 1).pixel(0, 1) == wide.pixel(0, 1) + 3);
}

TEST_CASE("sizes beyond 2^31 elements do not overflow") {
  const extent e{100000, 100000, 3};
  CHECK(e.pixels() == 10000000000u);
  CHECK(e.size() == 30000000000u);
  CHECK(map_view<char>(nullptr, {1 << 16, 1 << 16, 4}).row_stride() == 1 << 18);
}

static_assert(std::is_convertible_v<map_view<int>, map_view<const int>>);
static_assert(!std::is_convertible_v<map_view<const int>, map_view<int>>);
static_assert(std::is_trivially_copyable_v<map_view<float>>);
