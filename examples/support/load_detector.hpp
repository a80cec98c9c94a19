#ifndef EXAMPLES_SUPPORT_LOAD_DETECTOR_HPP
#define EXAMPLES_SUPPORT_LOAD_DETECTOR_HPP

#include <octet/deploy/detector.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io/model_options.hpp>
#include <octet/io/onnx/import.hpp>
#include <octet/io/onnx/qdq_read.hpp>
#include <octet/io/read_file.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <utility>

namespace support {

/// Calls use(detector) with the detector that a file holds: a float one, or an integer one where Octet has written it, in
/// any dialect; gives the result that `use` gives. Errors: no such file, no detector that Octet knows, or one that cannot
/// have the size asked for.
template <class Use>
auto with_detector(const std::string& path, const octet::io::model_options& options, Use&& use)
    -> decltype(use(std::declval<octet::deploy::float_detector>())) {
  using namespace octet;
  const auto bytes = io::read_file(path);
  if (!bytes) return bytes.failure();
  if (const auto file = io::onnx::parse(*bytes); file && io::onnx::is_quantized(*file)) {
    auto model = io::import_quantized_onnx(*bytes, path);
    if (!model) return model.failure();
    if (model->heads.empty()) return error(errc::unsupported, path + ": its metadata name no detection heads");
    const io::picture_size own{model->pre.width, model->pre.height};
    if (options.size && *options.size != own)
      return error(errc::invalid,
                   path + ": a full-INT8 model keeps its size, " + io::to_string(own) + "; --size is for FP32 models");
    if (options.classes && *options.classes != model->classes)
      return error(errc::invalid, path + ": its scores are of " + std::to_string(model->classes) +
                                      " classes; --classes is for FP32 models that do not say so");
    return use(deploy::integer_detector(std::move(*model)));
  }
  auto model = io::read_onnx(std::span<const std::byte>(*bytes), path, options);
  if (!model) return model.failure();
  graph::pass::simplify(*model);
  if (model->heads.empty())
    return error(errc::unsupported, path + ": " + io::onnx::no_heads(model->net, options.classes));
  return use(deploy::float_detector(std::move(*model)));
}

}  // namespace support

#endif
