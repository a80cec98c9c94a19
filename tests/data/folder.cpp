#include <octet/data/folder.hpp>

#include <doctest/doctest.h>

#include <fstream>
#include <string_view>

#include "scratch.hpp"

using namespace octet;

TEST_CASE("a folder's pictures come sorted by name, and nothing else comes") {
  const scratch folder("list");
  for (const char* name : {"b.jpg", "a.PNG", "c.jpeg", "notes.txt", "jpg", "d.jpg.partial"})
    std::ofstream(folder.path / name) << 'x';
  std::filesystem::create_directories(folder.path / "z.jpg");
  const auto pictures = data::list_pictures(folder.path);
  REQUIRE(pictures);
  CHECK(*pictures ==
        std::vector<std::filesystem::path>{folder.path / "a.PNG", folder.path / "b.jpg", folder.path / "c.jpeg"});
}

TEST_CASE("a missing folder and one without pictures are errors that say what is accepted") {
  const scratch folder("empty");
  const auto missing = data::list_pictures(folder.path / "none");
  REQUIRE_FALSE(missing);
  CHECK(missing.failure().code() == errc::io);
  CHECK(std::string_view(missing.failure().what()).find("none: ") != std::string_view::npos);

  std::ofstream(folder.path / "notes.txt") << 'x';
  const auto empty = data::list_pictures(folder.path);
  REQUIRE_FALSE(empty);
  CHECK(empty.failure().code() == errc::missing);
  CHECK(std::string_view(empty.failure().what()).find("*.jpg, *.jpeg or *.png") != std::string_view::npos);
  CHECK_FALSE(data::list_pictures(folder.path / "notes.txt"));
}
