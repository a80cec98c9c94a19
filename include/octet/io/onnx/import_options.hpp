#ifndef OCTET_IO_ONNX_IMPORT_OPTIONS_HPP
#define OCTET_IO_ONNX_IMPORT_OPTIONS_HPP

#include <optional>

namespace octet::io {

/// In pixels.
struct picture_size {
  int width = 0, height = 0;

  friend bool operator==(const picture_size&, const picture_size&) = default;
};

struct import_options {
  /// Size of the network's input, for files that leave it open. It replaces the size that a file states where the graph
  /// allows that: an error names the node that does not.
  std::optional<picture_size> size{};
  /// Number of classes, for detectors whose scores are exported before their sigmoid, where it cannot be told which maps
  /// they are. Another number than the model's is an error.
  std::optional<int> classes{};
};

}  // namespace octet::io

#endif
