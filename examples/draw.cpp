// A data set of drawn shapes in COCO's format: something to train and measure on where no other data is at hand.
#include <octet/data.hpp>
#include <octet/io.hpp>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

using namespace octet;

int main(int argc, char** argv) {
  std::string output;
  int pictures = 100, side = 320;
  std::uint32_t seed = 1;
  io::arguments line("draw", "Draws pictures of shapes, with annotations in COCO's format.");
  line.required("--output", "OUT", output, "folder for the pictures and annotations.json");
  line.option("--pictures", "N", pictures, "how many", 1, 999999);
  line.option("--side", "S", side, "width and height in pixels", 32, 4096);
  line.option("--seed", "S", seed, "other pictures for another one");
  if (const auto status = line.read(argc, argv)) return *status;
  const auto fail = [](const error& e) { return std::fprintf(stderr, "draw: %s\n", e.what()), 2; };
  std::error_code problem;
  std::filesystem::create_directories(output, problem);
  if (problem) return fail(error(errc::io, output + ": cannot be made a folder (" + problem.message() + ")"));

  io::json_writer all;
  all.begin_object().key("categories").begin_array();
  for (std::size_t k = 0; k < data::scene_classes.size(); ++k)
    all.begin_object().member("id", k + 1).member("name", data::scene_classes[k]).end_object();
  all.end_array().key("annotations").begin_array();
  io::progress bar("draw", pictures);
  std::vector<std::string> names;
  for (int i = 0, objects = 0; i < pictures; ++i) {
    const data::scene s = data::draw_scene(side, (std::uint64_t{seed} << 32) + static_cast<std::uint64_t>(i));
    char name[32];
    std::snprintf(name, sizeof name, "%06d.png", i + 1);
    names.push_back(name);
    if (const auto written = data::write_image(std::filesystem::path(output) / name, s.picture); !written)
      return fail(written.failure());
    for (const detection& d : s.objects) {
      const double w = d.box.x2 - d.box.x1, h = d.box.y2 - d.box.y1;
      all.begin_object().member("id", ++objects).member("image_id", i + 1).member("category_id", d.label + 1);
      all.key("bbox").begin_array();
      for (const double x : {double{d.box.x1}, double{d.box.y1}, w, h}) all.value(x);
      all.end_array().member("area", w * h).member("iscrowd", 0).end_object();
    }
    bar(i + 1);
  }
  bar.finish();
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
