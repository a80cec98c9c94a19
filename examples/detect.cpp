// Finds objects in pictures with an FP32 model or one that `quantize` has written.
#include "support/load_detector.hpp"

#include <octet/coco/write.hpp>
#include <octet/data.hpp>
#include <octet/deploy.hpp>
#include <octet/io.hpp>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

namespace {

using namespace octet;
namespace fs = std::filesystem;

struct job {
  std::string model, output = ".";
  std::vector<std::string> pictures;
  double threshold = 0.4;
  bool json = false;
  io::picture_options reading{"detect"};
  io::model_options importing{};
};

int fail(const error& e) {
  std::fprintf(stderr, "detect: %s\n", e.what());
  return 2;
}

/// The picture's number where its name is one, as in COCO ("000000000139.jpg"), else its place in the list.
std::int64_t image_id(const fs::path& picture, std::size_t place) {
  const std::string stem = picture.stem().string();
  const bool digits = !stem.empty() && stem.size() < 19 && stem.find_first_not_of("0123456789") == stem.npos;
  return digits ? std::stoll(stem) : static_cast<std::int64_t>(place) + 1;
}

template <class Detector>
result<void> run(const Detector& detector, const job& j) {
  std::error_code problem;
  fs::create_directories(j.output, problem);
  if (problem) return error(errc::io, j.output + ": cannot be made a folder (" + problem.message() + ")");
  typename Detector::workspace workspace(detector);
  const coco::ground_truth known = deploy::known_classes(detector.network());
  const std::vector<coco::category>& classes = known.categories;
  const auto name = [&](std::int32_t label) -> std::string_view { return classes[static_cast<std::size_t>(label)].name; };
  io::table table({"picture", "class", "score", "x1", "y1", "x2", "y2"});
  std::vector<coco::scored_box> boxes;
  std::vector<error> broken;
  for (std::size_t i = 0; i < j.pictures.size(); ++i) {
    const fs::path path = j.pictures[i];
    auto image = data::read_image(path, j.reading.decode);
    if (!image && !j.reading.skip_broken) return image.failure();
    if (!image) {
      broken.push_back(image.failure());
      continue;
    }
    std::vector<detection> sure;
    for (const detection& d : detector(*image, workspace))
      if (d.score >= j.threshold) sure.push_back(d);
    for (const detection& d : sure) {
      boxes.push_back(deploy::to_coco(d, image_id(path, i), classes));
      table.add({path.filename().string(), std::string(name(d.label)), io::fixed(d.score, 3), io::fixed(d.box.x1, 1),
                 io::fixed(d.box.y1, 1), io::fixed(d.box.x2, 1), io::fixed(d.box.y2, 1)});
    }
    data::draw_detections(*image, sure, name);
    const fs::path file = fs::path(j.output) / (path.stem().string() + "_detected.png");
    if (const auto written = data::write_image(file, *image); !written) return written.failure();
    std::fprintf(stderr, "%s\n", file.string().c_str());
  }
  if (const auto some = j.reading.skipped(broken, j.pictures.size() - broken.size()); !some) return some.failure();
  std::fputs((j.json ? coco::to_json(boxes, known) : table.text()).c_str(), stdout);
  return {};
}

}  // namespace

int main(int argc, char** argv) {
  job j;
  io::arguments line("detect", "Finds objects in pictures, draws them, and lists them.");
  line.required("--model", "M.onnx", j.model, "FP32 detector, or a full-INT8 one written by quantize");
  line.option("--output", "DIR", j.output, "where the pictures with boxes go");
  line.option("--threshold", "P", j.threshold, "least score that is shown", 0.0, 1.0);
  line.flag("--json", j.json,
            "print COCO results instead of a table; ids of categories are those that "
            "the model notes, else COCO's for 80 classes, else 1, 2, ...");
  line.positional("PICTURE", j.pictures, "JPEG, PNG, BMP or GIF files");
  j.importing.add_to(line);
  j.reading.add_to(line, false);
  if (const auto status = line.read(argc, argv)) return *status;

  const auto done = support::with_detector(j.model, j.importing, [&](const auto& detector) { return run(detector, j); });
  return done ? 0 : fail(done.failure());
}
