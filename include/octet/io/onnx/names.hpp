#ifndef OCTET_IO_ONNX_NAMES_HPP
#define OCTET_IO_ONNX_NAMES_HPP

#include <octet/io/onnx/file.hpp>

#include <string>

/// How messages name what a file holds.
namespace octet::io::onnx {

/// `name` between quotes, for messages: cut at 80 bytes, unprintable bytes as '?'.
inline std::string quoted(std::string_view name) {
  std::string s = "'";
  for (char c : name.substr(0, 80)) s += c >= ' ' && c <= '~' ? c : '?';
  return s + (name.size() > 80 ? "...'" : "'");
}

inline std::string to_string(std::span<const std::int64_t> dims) {
  std::string s = "[";
  for (std::size_t i = 0; i < dims.size(); ++i) s += (i ? "," : "") + std::to_string(dims[i]);
  return s + "]";
}

/// The name of an element type, as the ONNX standard writes it in prose.
inline std::string to_string(element type) {
  constexpr std::string_view names[] = {
      "undefined", "float32",      "uint8",          "int8",       "uint16",         "int16",  "int32",     "int64",
      "string",    "bool",         "float16",        "float64",    "uint32",         "uint64", "complex64", "complex128",
      "bfloat16",  "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4",  "int4",      "float4e2m1"};
  const auto number = static_cast<std::int32_t>(type);
  if (number < 0 || number >= static_cast<std::int32_t>(std::size(names))) return "number " + std::to_string(number);
  return std::string(names[number]);
}

}  // namespace octet::io::onnx

#endif
