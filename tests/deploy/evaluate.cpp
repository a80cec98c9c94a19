#include <octet/deploy/evaluate.hpp>

#include "../graph/processes.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <random>
#include <string>
#include <vector>

using namespace octet;

namespace {

/// Finds as many objects as a picture is wide, each as high as the picture.
struct counting_detector {
  graph::model m;

  counting_detector() { m.classes = 1; }
  const graph::model& network() const { return m; }
  struct workspace {
    explicit workspace(const counting_detector&) {}
    double network_seconds() const { return 1; }
  };
  std::vector<detection> operator()(const data::image& picture, workspace&) const {
    std::vector<detection> all;
    for (int i = 0; i < picture.width; ++i)
      all.push_back({{static_cast<float>(i), 0, static_cast<float>(i + 1), static_cast<float>(picture.height)}, 0.5f, 0});
    return all;
  }
};

}  // namespace

TEST_CASE("any number of processes finds what one finds, with the same warning or the same error") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("octet_find_all_" + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder);
  coco::ground_truth truth;
  truth.categories = {{.id = 3, .name = "thing"}};
  for (int i = 1; i <= 5; ++i) {
    const std::string name = std::to_string(i) + ".png";
    REQUIRE(data::write_image(folder / name, data::image(i, 2 * i)));
    truth.images.push_back({.id = 10 + i, .width = i, .height = i < 4 ? 2 * i : i, .file_name = name});
  }
  const counting_detector detector;
  const auto one = deploy::find_all(detector, truth, folder, 2, [](int) {});
  REQUIRE(one);
  REQUIRE(one->boxes.size() == 15);
  CHECK(one->warning.find("2 of the pictures, first 4.png") != std::string::npos);
  const auto same = [](const coco::scored_box& a, const coco::scored_box& b) {
    return a.image_id == b.image_id && a.category_id == b.category_id && a.bbox == b.bbox && a.score == b.score;
  };
  for (const int count : {1, 2, 3, 7})
    processes::run(count, [&](const processes& all) {
      const auto found = deploy::find_all(detector, truth, folder, 1, [](int) {}, {}, all);
      REQUIRE(found);
      CHECK(std::ranges::equal(found->boxes, one->boxes, same));
      CHECK(found->warning == one->warning);
      CHECK(found->network_seconds == 1);
    });
  std::filesystem::remove(folder / "4.png");
  for (const int count : {1, 2, 3})
    processes::run(count, [&](const processes& all) {
      const auto found = deploy::find_all(detector, truth, folder, 1, [](int) {}, {}, all);
      REQUIRE_FALSE(found);
      CHECK(std::string(found.failure().what()).find("4.png") != std::string::npos);
    });
  std::filesystem::remove_all(folder);
}
