#ifndef OCTET_IO_ONNX_WRITE_GRAPH_HPP
#define OCTET_IO_ONNX_WRITE_GRAPH_HPP

#include <octet/io/onnx/file.hpp>

#include <protozero/pbf_writer.hpp>

#include <bit>
#include <initializer_list>
#include <span>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace octet::io::onnx {

/// Builds an ONNX file message by message. Fields are written in the order of their numbers and lists unpacked, as
/// protobuf itself writes onnx.proto, so that loading and saving the file elsewhere does not change its bytes.
class graph_writer {
 public:
  using numbers = std::vector<std::int64_t>;
  using attribute_value = std::variant<float, std::int64_t, std::string_view, numbers>;
  using attributes = std::initializer_list<std::pair<std::string_view, attribute_value>>;

  /// Appends a node, named after its output, which it returns.
  std::string node(std::string_view type, std::initializer_list<std::string_view> inputs, std::string output,
                   attributes with = {}) {
    return node(type, std::span(inputs.begin(), inputs.size()), std::move(output), with);
  }
  std::string node(std::string_view type, std::span<const std::string_view> inputs, std::string output,
                   attributes with = {}) {
    writer all(nodes_), n(all, 1);
    for (auto i : inputs) add(n, 1, i);
    add(n, 2, output);
    add(n, 3, output);
    add(n, 4, type);
    for (const auto& [name, value] : with) {
      writer a(n, 5);
      add(a, 1, name);
      std::visit([&](const auto& v) { put(a, v); }, value);
    }
    return output;
  }

  /// Appends a constant; returns its name. Scalars have no dimensions.
  template <class T>
  std::string constant(std::string name, const numbers& dims, std::span<const T> values) {
    static_assert(std::endian::native == std::endian::little, "octet: ONNX files are written on little-endian machines");
    writer all(constants_), t(all, 5);
    for (auto d : dims) t.add_int64(1, d);
    t.add_int32(2, static_cast<std::int32_t>(type_of<T>()));
    add(t, 8, name);
    t.add_bytes(9, reinterpret_cast<const char*>(values.data()), values.size_bytes());
    return name;
  }

  void input(std::string_view name, const numbers& dims) { port(inputs_, 11, name, dims); }
  void output(std::string_view name, const numbers& dims) { port(outputs_, 12, name, dims); }

  /// The whole file.
  std::string finish(std::string_view graph_name, std::int64_t ir_version, std::int64_t opset, std::string_view producer,
                     std::span<const std::pair<std::string_view, std::string>> metadata) const {
    std::string bytes;
    writer model(bytes);
    model.add_int64(1, ir_version);
    add(model, 2, producer);
    {
      writer graph(model, 7);
      bytes += nodes_;
      add(graph, 2, graph_name);
      bytes += constants_;
      bytes += inputs_;
      bytes += outputs_;
    }
    {
      writer o(model, 8);
      add(o, 1, "");
      o.add_int64(2, opset);
    }
    for (const auto& [key, value] : metadata) {
      writer entry(model, 14);
      add(entry, 1, key);
      add(entry, 2, value);
    }
    return bytes;
  }

 private:
  using writer = protozero::pbf_writer;  // made from (parent, field): a message that ends with the writer's scope

  template <class T>
  static constexpr element type_of() noexcept {
    if constexpr (std::is_same_v<T, float>)
      return element::float32;
    else if constexpr (std::is_same_v<T, std::int8_t>)
      return element::int8;
    else if constexpr (std::is_same_v<T, std::uint8_t>)
      return element::uint8;
    else if constexpr (std::is_same_v<T, std::int32_t>)
      return element::int32;
    else
      return element::int64;
  }

  static void add(writer& m, unsigned field, std::string_view text) { m.add_string(field, text.data(), text.size()); }

  // AttributeProto: the value's field and, in field 20, its type.
  static void put(writer& a, float f) { a.add_float(2, f), a.add_int32(20, 1); }
  static void put(writer& a, std::int64_t i) { a.add_int64(3, i), a.add_int32(20, 2); }
  static void put(writer& a, std::string_view s) { add(a, 4, s), a.add_int32(20, 3); }
  static void put(writer& a, const numbers& list) {
    for (auto i : list) a.add_int64(8, i);
    a.add_int32(20, 7);
  }

  static void port(std::string& to, unsigned field, std::string_view name, const numbers& dims) {
    writer all(to), info(all, field);
    add(info, 1, name);
    writer type(info, 2), of_tensor(type, 1);
    of_tensor.add_int32(1, static_cast<std::int32_t>(element::float32));
    writer shape(of_tensor, 2);
    for (auto d : dims) writer(shape, 1).add_int64(1, d);
  }

  std::string nodes_, constants_, inputs_, outputs_;
};

}  // namespace octet::io::onnx

#endif
