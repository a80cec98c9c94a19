// A data set of drawn shapes in COCO's format: something to train and measure on where no other data is at hand.
#include <octet/coco/parallel.hpp>
#include <octet/data.hpp>
#include <octet/io.hpp>

#include <atomic>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <string>
#include <utility>
#include <vector>

using namespace octet;

int main(int argc, char** argv) {
  std::string output;
  int pictures = 100, side = 320, threads = 2;
  std::uint32_t seed = 1;
  io::arguments line("draw", "Draws pictures of shapes, with annotations in COCO's format.");
  line.required("--output", "OUT", output, "folder for the pictures and annotations.json");
  line.option("--pictures", "N", pictures, "how many", 1, 999999);
  line.option("--side", "S", side, "width and height in pixels", 32, 4096);
  line.option("--threads", "N", threads, "pictures at the same time; does not change them", 1, 256);
  line.option("--seed", "S", seed, "other pictures for another one");
  if (const auto status = line.read(argc, argv)) return *status;
  const auto fail = [](const error& e) { return std::fprintf(stderr, "draw: %s\n", e.what()), 2; };
  std::error_code problem;
  std::filesystem::create_directories(output, problem);
  if (problem) return fail(error(errc::io, output + ": cannot be made a folder (" + problem.message() + ")"));

  std::vector<std::vector<detection>> objects(static_cast<std::size_t>(pictures));
  std::vector<std::string> names(objects.size());
  std::vector<std::optional<error>> failures(objects.size());
  io::progress bar("draw", pictures);
  std::atomic<int> done = 0;
  coco::parallel_for(threads, objects.size(), [&](std::size_t i) {
    data::scene s = data::draw_scene(side, (std::uint64_t{seed} << 32) + i);
    char name[32];
    std::snprintf(name, sizeof name, "%06zu.png", i + 1);
    names[i] = name;
    objects[i] = std::move(s.objects);
    const auto written = data::write_image(std::filesystem::path(output) / name, s.picture);
    if (!written) failures[i] = written.failure();
    bar(++done);
  });
  bar.finish();
  for (const auto& failure : failures)
    if (failure) return fail(*failure);

  io::json_writer all;
  all.begin_object().key("categories").begin_array();
  for (std::size_t k = 0; k < data::scene_classes.size(); ++k)
    all.begin_object().member("id", k + 1).member("name", data::scene_classes[k]).end_object();
  all.end_array().key("annotations").begin_array();
  int number = 0;
  for (std::size_t i = 0; i < objects.size(); ++i)
    for (const detection& d : objects[i]) {
      const double x = static_cast<double>(d.box.x1), y = static_cast<double>(d.box.y1);
      const double w = static_cast<double>(d.box.x2) - x, h = static_cast<double>(d.box.y2) - y;
      all.begin_object().member("id", ++number).member("image_id", i + 1).member("category_id", d.label + 1);
      all.key("bbox").begin_array();
      for (const double v : {x, y, w, h}) all.value(v);
      all.end_array().member("area", w * h).member("iscrowd", 0).end_object();
    }
  all.end_array().key("images").begin_array();
  for (int i = 0; i < pictures; ++i)
    all.begin_object()
        .member("id", i + 1)
        .member("width", side)
        .member("height", side)
        .member("file_name", names[static_cast<std::size_t>(i)])
        .end_object();
  all.end_array().end_object();
  if (const auto written = io::write_file(std::filesystem::path(output) / "annotations.json", all.take()); !written)
    return fail(written.failure());
  std::printf("Drawn: %d pictures and annotations.json in %s\n", pictures, output.c_str());
}
