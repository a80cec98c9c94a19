#ifndef OCTET_IO_ONNX_FILE_HPP
#define OCTET_IO_ONNX_FILE_HPP

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#if !defined(__cpp_exceptions)
#error "octet: ONNX files are read and written with protozero, which throws; build this source file with exceptions"
#endif

/// An ONNX file as plain structs. All names, strings and tensor contents are views into the file's bytes, which must
/// outlive them.
namespace octet::io::onnx {

/// Element types of tensors, with ONNX's own numbers.
enum class element : std::int32_t {
  none = 0,
  float32 = 1,
  uint8 = 2,
  int8 = 3,
  int32 = 6,
  int64 = 7,
  float16 = 10,
  float64 = 11,
  bfloat16 = 16,
};

/// A constant. Its elements are decoded on demand, see constant.hpp.
struct tensor {
  static constexpr std::size_t max_rank = 8;

  std::string_view name;
  std::array<std::int64_t, max_rank> dims{};
  std::size_t rank = 0;
  element type = element::none;
  std::string_view body;  ///< the whole TensorProto message

  bool external = false;                      ///< its elements stand in another file
  std::string_view location, offset, length;  ///< which, and the bytes there, as the file writes them; empty if absent
  std::string_view elements;                  ///< what that file holds, once it is read (external_data.hpp)

  std::span<const std::int64_t> shape() const noexcept { return {dims.data(), rank}; }
};

struct attribute {
  std::string_view name;
  float f = 0;
  std::int64_t i = 0;
  std::string_view s;
  tensor t;
  std::vector<float> floats;
  std::vector<std::int64_t> ints;
  unsigned present = 0;  ///< bit n is set if field number n of AttributeProto was there

  bool has(unsigned field) const noexcept { return present >> field & 1u; }
};

struct node {
  std::string_view name, type, domain;
  std::vector<std::string_view> inputs, outputs;
  std::vector<attribute> attributes;

  const attribute* find(std::string_view attribute_name) const noexcept {
    for (const auto& a : attributes)
      if (a.name == attribute_name) return &a;
    return nullptr;
  }
};

/// A graph input or output. A dimension that is not a number (dynamic or symbolic) is -1.
struct port {
  std::string_view name;
  element type = element::none;
  std::vector<std::int64_t> dims;
};

struct opset {
  std::string_view domain;
  std::int64_t version = 0;
};

struct file {
  std::size_t bytes = 0;
  std::vector<opset> opsets;
  std::vector<node> nodes;
  std::vector<tensor> initializers;
  std::vector<port> inputs, outputs;
  std::vector<std::pair<std::string_view, std::string_view>> metadata;  ///< keys and values of metadata_props
};

/// What a reader accepts. Memory for the structs is bounded by these numbers, whatever the file claims.
struct limits {
  std::size_t file_bytes = std::size_t{1} << 31;
  std::size_t nodes = 1u << 16;
  std::size_t names = 1u << 19;       ///< inputs and outputs of all nodes together
  std::size_t attributes = 1u << 17;  ///< of all nodes together
  std::size_t numbers = 1u << 19;     ///< in the lists of all attributes together
  std::size_t tensors = 1u << 16;
  std::size_t ports = 1u << 16;
};

}  // namespace octet::io::onnx

#endif
