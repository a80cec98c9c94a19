#include "models.hpp"

#include <octet/coco/evaluate.hpp>
#include <octet/coco/read.hpp>
#include <octet/data/folder.hpp>
#include <octet/graph/float_operations.hpp>
#include <octet/ptq/quantize.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace octet;

TEST_CASE("INT8 PicoDet-S keeps its mAP without a floating-point operation, and min-max loses it") {
  const char* data = data_folder();
  if (!data) return;
  const std::string root = data;
  const auto model = simplified_model(root + "/models/picodet_s_416_esnet.onnx");
  auto pictures = data::list_pictures(root + "/coco/train2017");
  REQUIRE_MESSAGE(pictures, pictures.failure().what());
  pictures->resize(64);
  const auto truth = coco::read_annotations(root + "/coco/annotations/instances_val232_official.json");
  REQUIRE_MESSAGE(truth, truth.failure().what());

  const auto measure = [&](result<graph::integer_model> int8) {
    REQUIRE_MESSAGE(int8, int8.failure().what());
    CHECK(graph::float_operations(int8->net) == 0);
    const deploy::integer_detector detector(std::move(*int8));
    const auto found = deploy::find_all(detector, *truth, root + "/coco/val2017", 2, [](int) {});
    REQUIRE_MESSAGE(found, found.failure().what());
    return coco::evaluate(*truth, found->boxes).stats[0];
  };
  const double absorbed = measure(ptq::quantize<quant::absorbed>(model, *pictures, {.threads = 2}));
  MESSAGE("mAP with 64 calibration pictures: " << absorbed);
  CHECK(absorbed >= 0.335);
  CHECK(measure(ptq::quantize<quant::minmax>(model, *pictures, {.threads = 2})) < 0.1);
}

TEST_CASE("the number of threads does not change a quantised model or its detections") {
  const char* data = data_folder();
  if (!data) return;
  const std::string root = data;
  const auto model = simplified_model(root + "/models/picodet_s_320_esnet.onnx");
  auto pictures = data::list_pictures(root + "/coco/train2017");
  REQUIRE_MESSAGE(pictures, pictures.failure().what());
  pictures->resize(7);
  auto truth = coco::read_annotations(root + "/coco/annotations/instances_val232_official.json");
  REQUIRE(truth);
  truth->images.resize(9);
  std::vector<std::vector<coco::scored_box>> found;
  for (const int threads : {1, 3}) {
    auto int8 = ptq::quantize(model, *pictures, {.threads = threads});
    REQUIRE_MESSAGE(int8, int8.failure().what());
    const auto f = deploy::find_all(deploy::integer_detector(std::move(*int8)), *truth, root + "/coco/val2017",
                                    threads, [](int) {});
    REQUIRE(f);
    found.push_back(f->boxes);
  }
  REQUIRE(found[0].size() == found[1].size());
  CHECK(found[0].size() > 100);
  for (std::size_t i = 0; i < found[0].size(); ++i) {
    CHECK(found[0][i].score == found[1][i].score);
    CHECK(found[0][i].bbox == found[1][i].bbox);
  }
}
