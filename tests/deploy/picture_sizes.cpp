#include <octet/deploy/drop_broken.hpp>
#include <octet/deploy/picture_sizes.hpp>

#include <doctest/doctest.h>

#include <filesystem>
#include <random>
#include <string>

using namespace octet;

TEST_CASE("sizes that differ from the annotations' are counted, and exchanged ones are named") {
  deploy::picture_sizes sizes;
  sizes.compare({.id = 1, .width = 40, .height = 30, .file_name = "same.jpg"}, {40, 30});
  sizes.compare({.id = 2, .width = 0, .height = 0, .file_name = "unknown.jpg"}, {40, 30});
  CHECK(sizes.sentence().empty());
  sizes.compare({.id = 3, .width = 40, .height = 30, .file_name = "phone.jpg"}, {30, 40});
  sizes.compare({.id = 4, .width = 4, .height = 3, .file_name = "small.jpg"}, {40, 30});
  const std::string text = sizes.sentence();
  CHECK(text.find("2 of the pictures, first phone.jpg is 30 x 40, noted as 40 x 30") != text.npos);
  CHECK(text.find("1 of them with width and height exchanged") != text.npos);
}

TEST_CASE("broken pictures leave an annotation file with their annotations") {
  const auto folder =
      std::filesystem::temp_directory_path() / ("octet_drop_broken_" + std::to_string(std::random_device{}()));
  std::filesystem::create_directories(folder);
  REQUIRE(data::write_image(folder / "b.png", data::image(4, 4)));
  coco::ground_truth truth;
  truth.images = {{.id = 5, .width = 4, .height = 4, .file_name = "a.png"},
                  {.id = 6, .width = 4, .height = 4, .file_name = "b.png"}};
  truth.annotations.resize(3);
  truth.annotations[0].image_id = 6, truth.annotations[1].image_id = 5, truth.annotations[2].image_id = 7;
  const auto dropped = deploy::drop_broken(truth, folder);
  std::filesystem::remove_all(folder);
  REQUIRE(dropped.size() == 1);
  CHECK(std::string(dropped[0].what()).find("a.png") != std::string::npos);
  REQUIRE(truth.images.size() == 1);
  CHECK(truth.images[0].id == 6);
  // One of a picture that the file does not list stays, for whoever finds fault with it.
  REQUIRE(truth.annotations.size() == 2);
  CHECK(truth.annotations[1].image_id == 7);
}
