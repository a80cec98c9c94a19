#ifndef OCTET_TESTS_IO_ONNX_BYTES_HPP
#define OCTET_TESTS_IO_ONNX_BYTES_HPP

#include <protozero/pbf_writer.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// Small ONNX files, written field by field.
namespace onnx_bytes {

using protozero::pbf_writer;
using integers = std::vector<std::int64_t>;
using numbers = std::vector<float>;
using names = std::vector<std::string>;

/// Where a tensor keeps its elements.
enum class storage { raw, typed, unpacked };

inline std::string tensor(const std::string& name, const integers& dims, const numbers& values, storage in = storage::raw) {
  std::string s;
  pbf_writer w(s);
  w.add_packed_int64(1, dims.begin(), dims.end());
  w.add_int32(2, 1);
  if (in == storage::raw) w.add_bytes(9, reinterpret_cast<const char*>(values.data()), values.size() * 4);
  if (in == storage::typed) w.add_packed_float(4, values.begin(), values.end());
  if (in == storage::unpacked)
    for (float v : values) w.add_float(4, v);
  w.add_string(8, name);
  return s;
}

inline std::string tensor(const std::string& name, const integers& values, storage in = storage::raw) {
  std::string s;
  pbf_writer w(s);
  w.add_int64(1, static_cast<std::int64_t>(values.size()));
  w.add_int32(2, 7);
  if (in == storage::raw)
    w.add_bytes(9, reinterpret_cast<const char*>(values.data()), values.size() * 8);
  else
    w.add_packed_int64(7, values.begin(), values.end());
  w.add_string(8, name);
  return s;
}

inline std::string attribute(const std::string& name, const integers& values) {
  std::string s;
  pbf_writer w(s);
  w.add_string(1, name);
  w.add_packed_int64(8, values.begin(), values.end());
  return s;
}
inline std::string attribute(const std::string& name, std::int64_t value) {
  std::string s;
  pbf_writer w(s);
  w.add_string(1, name);
  w.add_int64(3, value);
  return s;
}
inline std::string attribute(const std::string& name, float value) {
  std::string s;
  pbf_writer w(s);
  w.add_string(1, name);
  w.add_float(2, value);
  return s;
}
inline std::string attribute(const std::string& name, const char* value) {
  std::string s;
  pbf_writer w(s);
  w.add_string(1, name);
  w.add_string(4, value);
  return s;
}
inline std::string tensor_attribute(const std::string& name, const std::string& value) {
  std::string s;
  pbf_writer w(s);
  w.add_string(1, name);
  w.add_message(5, value);
  return s;
}

/// An input or output; a dimension of -1 becomes symbolic.
inline std::string port(const std::string& name, const integers& dims, int element = 1) {
  std::string shape, tensor_type, type, s;
  for (std::int64_t d : dims) {
    std::string dimension;
    if (d == -1)
      pbf_writer(dimension).add_string(2, "N");
    else
      pbf_writer(dimension).add_int64(1, d);
    pbf_writer(shape).add_message(1, dimension);
  }
  pbf_writer t(tensor_type);
  t.add_int32(1, element);
  t.add_message(2, shape);
  pbf_writer(type).add_message(1, tensor_type);
  pbf_writer w(s);
  w.add_string(1, name);
  w.add_message(2, type);
  return s;
}

/// A model under construction. Nodes are named after their type and position: Conv_0, Relu_1, ...
class model {
 public:
  model& node(const std::string& type, const names& inputs, const names& outputs, const names& attributes = {}) {
    std::string s;
    pbf_writer w(s);
    for (const auto& i : inputs) w.add_string(1, i);
    for (const auto& o : outputs) w.add_string(2, o);
    w.add_string(3, type + "_" + std::to_string(nodes_++));
    w.add_string(4, type);
    for (const auto& a : attributes) w.add_message(5, a);
    pbf_writer(graph_).add_message(1, s);
    return *this;
  }
  model& constant(const std::string& tensor) { return pbf_writer(graph_).add_message(5, tensor), *this; }
  model& input(const std::string& port) { return pbf_writer(graph_).add_message(11, port), *this; }
  model& output(const std::string& name) { return pbf_writer(graph_).add_message(12, port(name, {})), *this; }
  model& metadata(const std::string& key, const std::string& value) {
    std::string entry;
    pbf_writer w(entry);
    w.add_string(1, key);
    w.add_string(2, value);
    pbf_writer(tail_).add_message(14, entry);
    return *this;
  }
  model& opset(std::int64_t version) { return opset_ = version, *this; }

  std::string bytes() const {
    std::string s, opset;
    pbf_writer o(opset);
    o.add_string(1, "");
    o.add_int64(2, opset_);
    pbf_writer w(s);
    w.add_int64(1, 7);
    w.add_message(7, graph_);
    w.add_message(8, opset);
    return s + tail_;
  }

 private:
  std::string graph_, tail_;
  std::int64_t opset_ = 11;
  int nodes_ = 0;
};

inline std::span<const std::byte> as_bytes(const std::string& s) { return std::as_bytes(std::span(s.data(), s.size())); }

}  // namespace onnx_bytes

#endif
