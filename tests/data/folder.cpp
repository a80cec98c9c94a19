#include <octet/data/folder.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

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
  CHECK(std::string_view(empty.failure().what()).find("*.jpg, *.jpeg, *.png, *.bmp or *.gif") != std::string_view::npos);
  CHECK_FALSE(data::list_pictures(folder.path / "notes.txt"));
}

TEST_CASE("links, folders below and names of all kinds give every picture once") {
  namespace fs = std::filesystem;
  const scratch folder("kinds");
  const auto put = [&](const fs::path& name) {
    fs::create_directories((folder.path / name).parent_path());
    std::ofstream(folder.path / name) << 'x';
    return folder.path / name;
  };
  const std::vector<fs::path> top{put("-rf.jpg"), put("a.Jpeg"),       put("b.BMP"),
                                  put("c d.gif"), put("quote'\".png"), put("\u00fc-\u732b.jpg")};
  for (const char* name : {"._a.jpg", ".DS_Store", "Thumbs.db", "w.webp", "v.WEBP", "t.TIF", ".hidden/h.jpg"}) put(name);
  const auto below = put("sub/x.jpg"), deeper = put("sub/folder.jpg/y.png");
  fs::create_symlink("a.Jpeg", folder.path / "0link.jpg");
  fs::create_symlink("nowhere.jpg", folder.path / "dangling.jpg");
  fs::create_directory_symlink(".", folder.path / "loop");
  fs::create_directory_symlink("../sub", folder.path / "sub" / "again");
  fs::create_symlink("endless.jpg", folder.path / "endless.jpg");
  const scratch elsewhere("elsewhere");
  std::ofstream(elsewhere.path / "far.jpg") << 'x';
  fs::create_symlink(elsewhere.path / "far.jpg", folder.path / "near.jpg");
  auto expected = top;
  expected.push_back(folder.path / "near.jpg");
  std::sort(expected.begin(), expected.end());

  std::vector<std::string> warnings;
  const auto warn = [&](const std::string& sentence) { warnings.push_back(sentence); };
  const auto flat = data::list_pictures(folder.path, {.recursive = false, .warn = warn});
  REQUIRE(flat);
  CHECK(*flat == expected);
  REQUIRE(warnings.size() == 1);
  for (const char* part : {"2 .webp files (first 'v.WEBP')", "1 .tif files (first 't.TIF')", "2 folders below",
                           "2 links that lead nowhere (first 'dangling.jpg')"})
    CHECK_MESSAGE(warnings[0].find(part) != std::string::npos, warnings[0]);

  const auto all = data::list_pictures(folder.path, {.recursive = true, .warn = warn});
  REQUIRE(all);
  expected.push_back(below), expected.push_back(deeper);
  std::sort(expected.begin(), expected.end(), [](auto& a, auto& b) { return a.native() < b.native(); });
  CHECK(*all == expected);
}
