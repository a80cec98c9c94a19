#include "qdq_compare.hpp"

#include <octet/data/image_file.hpp>
#include <octet/data/preprocess.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io/onnx/import.hpp>
#include <octet/io/onnx/qdq_read.hpp>
#include <octet/ptq/quantize.hpp>

#include <doctest/doctest.h>

#include <filesystem>

using namespace octet;

namespace {

std::vector<std::filesystem::path> first_pictures(const std::filesystem::path& folder, std::size_t count) {
  std::vector<std::filesystem::path> found(std::filesystem::directory_iterator(folder), {});
  std::sort(found.begin(), found.end());
  REQUIRE(found.size() >= count);
  found.resize(count);
  return found;
}

}  // namespace

TEST_CASE("the exported PicoDet-S gives the same heads in onnxruntime on 10 pictures, and is read back") {
  const char* place = std::getenv("OCTET_DATA");
  if (!place || !*place) {
    MESSAGE("skipped: OCTET_DATA, the folder with models and pictures, is not set");
    return;
  }
  if (!onnxruntime_peer::available()) return;
  const std::filesystem::path folder(place);
  auto real = io::read_onnx(folder / "models/picodet_s_416_esnet.onnx");
  REQUIRE(real);
  graph::pass::simplify(*real);
  const auto m = ptq::quantize(*real, first_pictures(folder / "coco/train2017", 8));
  REQUIRE_MESSAGE(m, (m ? "" : m.failure().what()));

  const std::string file = io::to_onnx(*m);
  const auto again = io::import_quantized_onnx(std::as_bytes(std::span(file.data(), file.size())));
  REQUIRE_MESSAGE(again, (again ? "" : again.failure().what()));
  CHECK(io::to_onnx(*again) == file);

  comparison both(*m, onnxruntime_peer::optimisation::all);
  const data::preprocessor<float> prepare(m->pre);
  std::vector<float> input(m->net.input_shape().size());
  for (const auto& path : first_pictures(folder / "coco/val2017", 10)) {
    const auto picture = data::read_image(path);
    REQUIRE(picture);
    prepare(*picture, {input.data(), m->net.input_shape()});
    both.run({input.data(), m->net.input_shape()});
  }
  const steps& found = both.found;
  MESSAGE("of " << found.total << " head values " << found.one << " differ by one step, " << found.more
                << " by more, at most by " << found.largest);
  CHECK(found.more * 1000 <= found.total);
}
