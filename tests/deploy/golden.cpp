#include "models.hpp"

#include <octet/coco/evaluate.hpp>
#include <octet/coco/read.hpp>
#include <octet/coco/read_results.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

using namespace octet;

namespace {

template <class T>
std::vector<T> read_raw(const std::string& path) {
  std::ifstream f(path, std::ios::binary);
  REQUIRE_MESSAGE(f, path);
  const std::string bytes((std::istreambuf_iterator<char>(f)), {});
  std::vector<T> values(bytes.size() / sizeof(T));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(T));
  return values;
}

double overlap(const coco::scored_box& one, const coco::scored_box& other) {
  const auto &a = one.bbox, &b = other.bbox;  // x, y, width, height
  const double w = std::min(a[0] + a[2], b[0] + b[2]) - std::max(a[0], b[0]);
  const double h = std::min(a[1] + a[3], b[1] + b[3]) - std::max(a[1], b[1]);
  return w <= 0 || h <= 0 ? 0 : w * h / (a[2] * a[3] + b[2] * b[3] - w * h);
}

std::map<std::int64_t, std::vector<coco::scored_box>> by_picture(const std::vector<coco::scored_box>& all) {
  std::map<std::int64_t, std::vector<coco::scored_box>> m;
  for (const auto& d : all) m[d.image_id].push_back(d);
  return m;
}

}  // namespace

// Origin: the post-processing inside PaddleDetection's own export of PicoDet-XS, run by onnxruntime 1.30; see
// golden/picodet.
TEST_CASE("decode and NMS give the hundred boxes of the model's own post-processing") {
  const char* data = data_folder();
  if (!data) return;
  const auto detector = float_detector(std::string(data) + "/models/picodet_xs_320_lcnet_postprocessed.onnx");
  const std::string stem = std::string(data) + "/golden/picodet/lcnet_xs_320_dog.";
  deploy::float_detector::workspace w(detector);
  const auto in = detector.input(w);
  const auto planes = read_raw<float>(stem + "in.image.f32");
  REQUIRE(planes.size() == in.shape().size());
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < in.h; ++y)
      for (int x = 0; x < in.w; ++x) in.pixel(y, x)[c] = planes[static_cast<std::size_t>((c * in.h + y) * in.w + x)];
  const auto factor = read_raw<float>(stem + "in.scale_factor.f32");  // height, width
  const auto found = detector.run(w, factor.at(1), factor.at(0));

  const auto want = read_raw<float>(stem + "out.multiclass_nms3_0.tmp_0.f32");
  REQUIRE(found.size() == 100);
  REQUIRE(want.size() == 600);
  for (std::size_t i = 0; i < 100; ++i) {
    CAPTURE(i);
    const float* row = &want[6 * i];
    CHECK(found[i].label == static_cast<int>(row[0]));
    CHECK(std::fabs(found[i].score - row[1]) < 1e-4f);
    // Corners reach 800 pixels, where 1e-4 is two units in the last place of a float: relative to the corner above one.
    const float corners[] = {found[i].box.x1, found[i].box.y1, found[i].box.x2, found[i].box.y2};
    for (std::size_t k = 0; k < 4; ++k)
      CHECK_MESSAGE(std::fabs(corners[k] - row[2 + k]) <= 1e-4f * std::max(1.0f, std::fabs(row[2 + k])),
                    corners[k] << " is not " << row[2 + k]);
  }
}

// Origin: onnxruntime + OpenCV + pycocotools; see golden/reference.
TEST_CASE("FP32 detections and mAP equal an independent pipeline's on 232 pictures") {
  const char* data = data_folder();
  if (!data) return;
  const struct {
    std::string file, reference;
    double ap, ap50, ap75;
  } models[] = {
      {"picodet_s_416_esnet", "picodet_s_416_esnet", 0.3502, 0.4981, 0.3799},
      {"picodet_xs_320_lcnet_postprocessed", "picodet_xs_320_lcnet", 0.2543, -1, -1},
  };
  const std::string root = data;
  const auto truth = coco::read_annotations(root + "/coco/annotations/instances_val232_official.json");
  REQUIRE_MESSAGE(truth, truth.failure().what());
  for (const auto& m : models) {
    CAPTURE(m.file);
    const auto detector = float_detector(root + "/models/" + m.file + ".onnx");
    const auto found = deploy::find_all(detector, *truth, root + "/coco/val2017", 2, [](int) {});
    REQUIRE_MESSAGE(found, found.failure().what());
    const auto stats = coco::evaluate(*truth, found->boxes).stats;
    MESSAGE(m.file << ": mAP " << stats[0] << ", AP50 " << stats[1] << ", AP75 " << stats[2]);
    CHECK(std::fabs(stats[0] - m.ap) <= 0.002);
    if (m.ap50 > 0) CHECK(std::fabs(stats[1] - m.ap50) <= 0.002);
    if (m.ap75 > 0) CHECK(std::fabs(stats[2] - m.ap75) <= 0.002);

    const auto reference = coco::read_results(root + "/golden/reference/" + m.reference + ".val232.detections.json", *truth);
    REQUIRE_MESSAGE(reference, reference.failure().what());
    const auto ours = by_picture(found->boxes);
    std::size_t sure = 0, same = 0;
    for (const auto& [id, theirs] : by_picture(*reference)) {
      const std::size_t before = sure;
      std::size_t missed = 0;
      for (const auto& d : theirs) {
        if (d.score < 0.3) continue;
        ++sure;
        const auto mine = ours.find(id);
        const bool hit =
            mine != ours.end() && std::ranges::any_of(mine->second, [&](const auto& o) {
              return o.category_id == d.category_id && std::fabs(o.score - d.score) < 0.05 && overlap(o, d) > 0.9;
            });
        same += hit, missed += !hit;
      }
      CHECK_MESSAGE(missed <= std::max<std::size_t>(2, (sure - before) / 10),
                    "picture " << id << ": " << missed << " of the reference's sure detections are not found");
    }
    MESSAGE(same << " of " << sure << " sure detections are the same");
    CHECK(same >= sure * 97 / 100);
  }
}
