#ifndef OCTET_IO_ONNX_IMPORT_HPP
#define OCTET_IO_ONNX_IMPORT_HPP

#include <octet/io/onnx/external_data.hpp>
#include <octet/io/onnx/importer.hpp>
#include <octet/io/read_file.hpp>

namespace octet::io {

/// Turns an ONNX model into a detector: head maps recognised, post-processing behind them cut, preprocessing read from
/// the metadata entry octet.preprocessing or deduced from the family (hard-swish: ImageNet statistics; otherwise values
/// in [0,1]), categories from octet.categories.
/// Nodes stay as the file has them; graph::pass::simplify fuses them. `name` begins each error. A network
/// without recognisable heads has no heads but runs. Weights in other files are refused; read_onnx finds them.
inline result<graph::model> import_onnx(std::span<const std::byte> bytes, std::string_view name = "model",
                                        const import_options& options = {}) {
  const auto file = onnx::parse(bytes);
  if (!file) return file.failure().within(name);
  if (const onnx::tensor* t = onnx::find_external(*file))
    return onnx::detail::of_tensor(*t, errc::unsupported,
                                   "its elements are in another file, " + onnx::quoted(t->location) +
                                       "; a model read by its path, or one that holds its weights, is accepted")
        .within(name);
  auto m = onnx::detail::importer(*file, options).run();
  if (!m) return m.failure().within(name);
  m->name = name;
  return m;
}

/// The same from the bytes of the file `path`, and from files beside it that hold weights of it. The model is named after
/// the file.
inline result<graph::model> read_onnx(std::span<const std::byte> bytes, const std::filesystem::path& path,
                                      const import_options& options = {}) {
  auto file = onnx::parse(bytes);
  if (!file) return file.failure().within(path.string());
  const auto beside = onnx::read_external_data(*file, path);
  if (!beside) return beside.failure().within(path.string());
  auto m = onnx::detail::importer(*file, options).run();
  if (!m) return m.failure().within(path.string());
  m->name = path.stem().string();
  return m;
}
inline result<graph::model> read_onnx(const std::filesystem::path& path, const import_options& options = {}) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.failure();
  return read_onnx(std::span<const std::byte>(*bytes), path, options);
}

}  // namespace octet::io

#endif
