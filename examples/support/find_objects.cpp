// Its own source file, since networks and metric each take the compiler a while.
#include "find_objects.hpp"

#include <octet/deploy/detector.hpp>
#include <octet/deploy/evaluate.hpp>
#include <octet/graph/float_operations.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io/onnx/import.hpp>
#include <octet/io/onnx/qdq_read.hpp>
#include <octet/io/read_file.hpp>

using namespace octet;

result<support::model_findings> support::find_objects(const std::string& path, const coco::ground_truth& truth,
                                                      const std::string& images, int threads,
                                                      const std::function<void(int)>& done,
                                                      const data::decode_options& decode) {
  const auto run = [&](const auto& detector) -> result<model_findings> {
    auto found = deploy::find_all(detector, truth, images, threads, done, decode);
    if (!found) return found.failure();
    return model_findings{std::move(found->boxes), found->network_seconds * 1e3,
                          graph::float_operations(detector.network().net), std::move(found->warning)};
  };
  const error headless(errc::unsupported, path + ": no detection heads found; PicoDet's outputs are accepted");
  const auto bytes = io::read_file(path);
  if (!bytes) return bytes.failure();
  const auto file = io::onnx::parse(*bytes);
  if (!file) return file.failure().within(path);
  if (io::onnx::is_quantized(*file)) {
    auto model = io::import_quantized_onnx(*bytes, path);
    if (!model) return model.failure();
    if (model->heads.empty()) return headless;
    return run(deploy::integer_detector(std::move(*model)));
  }
  auto model = io::read_onnx(path);
  if (!model) return model.failure();
  graph::pass::simplify(*model);
  if (model->heads.empty()) return headless;
  return run(deploy::float_detector(std::move(*model)));
}
