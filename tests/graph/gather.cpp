#include <octet/graph/gather.hpp>

#include "processes.hpp"

#include <doctest/doctest.h>

#include <array>
#include <optional>
#include <string>
#include <vector>

using namespace octet;

TEST_CASE("what processes bring comes to all of them in order") {
  for (const int count : {1, 2, 5}) {
    std::vector<std::vector<int>> seen(static_cast<std::size_t>(count));
    processes::run(count, [&](const processes& all) {
      graph::byte_writer w;
      // The first brings nothing.
      w(std::vector<int>(static_cast<std::size_t>(all.rank()), 10 + all.rank()), std::array{all.rank(), 7});
      graph::gather(all, w.bytes(), [&](int rank, std::span<const std::byte> bytes) {
        std::vector<int> values;
        std::array<int, 2> last{};
        graph::byte_reader reader(bytes);
        reader(values, last);
        CHECK(values == std::vector<int>(static_cast<std::size_t>(rank), 10 + rank));
        CHECK(last == std::array{rank, 7});
        seen[static_cast<std::size_t>(all.rank())].push_back(rank);
      });
    });
    for (const auto& order : seen) {
      CHECK(order.size() == static_cast<std::size_t>(count));
      CHECK(std::ranges::is_sorted(order));
    }
  }
}

TEST_CASE("all processes end with the failure of the first that has one, and go on where none has") {
  for (const int count : {1, 2, 4})
    processes::run(count, [&](const processes& all) {
      CHECK_FALSE(graph::agree(all, result<int>(3)));
      std::optional<error> mine;
      if (all.rank() >= count / 2) mine = error(errc::syntax, "process " + std::to_string(all.rank()));
      const auto failed = graph::agree(all, mine);
      REQUIRE(failed);
      CHECK(failed->what() == "process " + std::to_string(count / 2));
      CHECK(failed->code() == errc::syntax);
    });
}

TEST_CASE("shares cover everything once, in order") {
  for (const std::size_t things : {0u, 1u, 5u, 24u})
    for (const int size : {1, 2, 3, 7}) {
      std::size_t end = 0;
      for (int rank = 0; rank < size; ++rank) {
        const share s(things, rank, size);
        CHECK(s.first == end);
        end = s.last;
      }
      CHECK(end == things);
    }
}
