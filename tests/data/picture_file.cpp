#include <octet/data/picture_file.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

using namespace octet;
namespace fs = std::filesystem;

TEST_CASE("a file_name leads to its file, and each kind that does not is named") {
  const fs::path folder = fs::temp_directory_path() / ("octet_picture_file_" + std::to_string(std::random_device{}()));
  fs::create_directories(folder / "sub");
  for (const char* name : {"a.png", "sub/b.png", "c\\d.png"}) std::ofstream(folder / name) << 'x';
  CHECK(data::find_picture(folder, "a.png"));
  CHECK(*data::find_picture(folder, "sub\\b.png") == folder / "sub/b.png");
  CHECK(*data::find_picture(folder, "c\\d.png") == folder / "c\\d.png");
  CHECK(data::find_picture(folder, (folder / "a.png").string()));
  const std::pair<const char*, const char*> wrong[] = {{"", "missing or empty"},
                                                       {"http://example.org/a.png", "is an address"},
                                                       {"s3://bucket/a.png", "is an address"},
                                                       {"/data/a.png", "is an absolute path"},
                                                       {"C:\\data\\a.png", "is an absolute path"},
                                                       {"\\\\host\\a.png", "is an absolute path"},
                                                       {"gone.png", "is not there"}};
  for (const auto& [name, says] : wrong) {
    const auto found = data::find_picture(folder, name);
    REQUIRE_FALSE_MESSAGE(found, name);
    const std::string text = found.failure().what();
    CHECK_MESSAGE(text.find(says) != std::string::npos, text);
    CHECK(text.find("file_name '" + std::string(name) + "'") != std::string::npos);
  }
  fs::remove_all(folder);
}
