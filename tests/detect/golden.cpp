#include <octet/detect.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

using namespace octet;

namespace {

std::vector<float> read_floats(const std::string& path) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  REQUIRE_MESSAGE(in.good(), path);
  std::vector<float> values(static_cast<std::size_t>(in.tellg()) / sizeof(float));
  in.seekg(0);
  in.read(reinterpret_cast<char*>(values.data()), static_cast<std::streamsize>(values.size() * sizeof(float)));
  return values;
}

struct expected {
  int label;
  float score;
  box at;
};

/// Head tensors of dog.jpg (768 x 576) from onnxruntime -> detections above 0.4.
std::vector<detection> detect_dog(const std::string& data, int size) {
  const std::vector<float> projection{0, 1, 2, 3, 4, 5, 6, 7};
  std::vector<detection> found(10000);
  detect::candidates out{found};
  for (int i = 0; i < 4; ++i) {
    const int stride = 8 << i, cells = (size + stride - 1) / stride;
    const std::string prefix = data + "/golden/picodet/esnet_s_" + std::to_string(size) + "_dog.out.save_infer_model_scale_";
    const auto scores = read_floats(prefix + std::to_string(i) + ".tmp_1.f32");
    const auto distances = read_floats(prefix + std::to_string(4 + i) + ".tmp_1.f32");
    REQUIRE(scores.size() == static_cast<std::size_t>(cells * cells * 80));
    REQUIRE(distances.size() == static_cast<std::size_t>(cells * cells * 32));
    detect::level<detect::real> level;
    level.stride = stride;
    level.scores = {scores.data(), {cells, cells, 80}};
    level.distances = {distances.data(), {cells, cells, 32}};
    detect::decode(level, projection, 0.4f, static_cast<float>(size) / 768.0f, static_cast<float>(size) / 576.0f, out);
  }
  REQUIRE(out.complete());
  const detect::multiclass_nms nms{.score_threshold = 0.4f, .nms_threshold = 0.5f};
  std::vector<std::uint32_t> scratch(nms.scratch_size(out.found));
  std::vector<detection> kept;
  for (std::uint32_t i : nms(out.list(), scratch)) kept.push_back(found[i]);
  return kept;
}

/// Each wanted detection is there, and whatever else is there is a second class for one of these objects.
void check(const std::vector<detection>& found, const std::vector<expected>& wanted) {
  for (const expected& w : wanted) {
    CAPTURE(w.label);
    const auto d = std::find_if(found.begin(), found.end(), [&](const detection& f) { return f.label == w.label; });
    REQUIRE(d != found.end());
    CHECK(std::abs(d->score - w.score) <= 0.0005f);
    if (w.at == box{}) continue;
    for (auto edge : {&box::x1, &box::y1, &box::x2, &box::y2}) CHECK(std::abs(d->box.*edge - w.at.*edge) <= 0.7f);
  }
  for (const detection& f : found)
    CHECK(std::any_of(found.begin(), found.end(), [&](const detection& d) {
      const bool is_wanted =
          std::any_of(wanted.begin(), wanted.end(), [&](const expected& w) { return w.label == d.label; });
      return is_wanted && (&d == &f || (d.label != f.label && detect::overlap(d.box, f.box) > 0.9f));
    }));
}

}  // namespace

TEST_CASE("the head tensors of onnxruntime become the published detections") {
  const char* data = std::getenv("OCTET_DATA");
  if (!data) {
    MESSAGE("skipped: OCTET_DATA is not set, so there are no golden head tensors");
    return;
  }
  constexpr int bicycle = 1, car = 2, dog = 16;
  check(detect_dog(data, 416),
        {{bicycle, 0.707f, {132, 137, 571, 419}}, {car, 0.777f, {461, 78, 686, 170}}, {dog, 0.891f, {134, 222, 315, 544}}});
  check(detect_dog(data, 320), {{bicycle, 0.569f, {}}, {car, 0.837f, {}}, {dog, 0.888f, {}}});
}
