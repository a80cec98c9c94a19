#include <octet/data/broken.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string_view>
#include <vector>

#include "scratch.hpp"

using namespace octet;

TEST_CASE("broken pictures go, for any number of threads, and are named in order") {
  const scratch folder("broken");
  std::vector<std::filesystem::path> all, good;
  for (int i = 0; i < 12; ++i) {
    all.push_back(folder.path / (std::to_string(10 + i) + ".png"));
    if (i % 5 == 1) {
      std::ofstream(all.back()) << "no picture";
      continue;
    }
    REQUIRE(data::write_image(all.back(), sample_picture(8, 8)));
    good.push_back(all.back());
  }
  for (const int threads : {1, 4}) {
    auto list = all;
    const auto dropped = data::drop_broken(list, threads);
    CHECK(list == good);
    REQUIRE(dropped.size() == 3);
    CHECK(std::string_view(dropped[0].what()).find("11.png: is text") != std::string_view::npos);
    CHECK(std::string_view(dropped[2].what()).find("21.png: is text") != std::string_view::npos);
  }
}
