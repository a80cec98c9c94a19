#ifndef OCTET_IO_ONNX_PARSE_HPP
#define OCTET_IO_ONNX_PARSE_HPP

#include <octet/core/result.hpp>
#include <octet/io/onnx/file.hpp>
#include <octet/io/onnx/not_a_model.hpp>

#include <protozero/pbf_reader.hpp>

#include <optional>
#include <string>

namespace octet::io::onnx {

namespace detail {

using protozero::pbf_reader;

constexpr std::uint32_t bytes_field(unsigned number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::length_delimited);
}
constexpr std::uint32_t varint_field(unsigned number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::varint);
}
constexpr std::uint32_t fixed32_field(unsigned number) {
  return protozero::tag_and_type(number, protozero::pbf_wire_type::fixed32);
}

inline std::string_view text(pbf_reader& m) {
  const auto v = m.get_view();
  return {v.data(), v.size()};
}

/// Walks the protobuf messages of an ONNX file. Fields that are unknown, or known but of another wire type, are skipped
/// as protobuf asks for. Nothing is allocated from a length that the file declares.
class parser {
 public:
  parser(std::string_view bytes, const limits& most) : bytes_(bytes), at_(bytes.data()), left_(most) {}

  result<file> run() {
    file out;
    out.bytes = bytes_.size();
    if (bytes_.size() > left_.file_bytes)
      return error(errc::limit, "more than 2 GiB, which is the most that protobuf allows");
    try {
      model({bytes_.data(), bytes_.size()}, out);
    } catch (const protozero::exception& e) {
      fail(errc::syntax, std::string("not the wire format of protobuf (") + e.what() + ")");
    }
    if (!problem_) return out;
    if (problem_->code() != errc::syntax && problem_->code() != errc::missing) return *problem_;
    const std::string other = what_else(bytes_);
    return other.empty() ? *problem_ : error(errc::syntax, other);
  }

 private:
  bool next(pbf_reader& m) {
    at_ = m.data().data();
    return !problem_ && m.next();
  }
  void fail(errc code, const std::string& what) {
    if (!problem_) problem_.emplace(code, "byte " + std::to_string(at_ - bytes_.data()) + ": " + what);
  }
  bool take(std::size_t& left, const char* things) {
    if (left == 0) return fail(errc::limit, std::string("too many ") + things), false;
    --left;
    return true;
  }

  void model(pbf_reader m, file& out) {
    bool graph_seen = false;
    while (next(m)) switch (m.tag_and_type()) {
        case bytes_field(7):
          graph_seen = true;
          graph(m.get_message(), out);
          break;
        case bytes_field(8):
          if (take(left_.ports, "opsets")) operator_set(m.get_message(), out.opsets.emplace_back());
          break;
        case bytes_field(14):
          if (take(left_.ports, "metadata entries")) entry(m.get_message(), out.metadata.emplace_back());
          break;
        default: m.skip();
      }
    if (!graph_seen) fail(errc::missing, "no graph up to the file's end; a complete ONNX model is accepted");
  }

  void operator_set(pbf_reader m, opset& out) {
    while (next(m)) switch (m.tag_and_type()) {
        case bytes_field(1): out.domain = text(m); break;
        case varint_field(2): out.version = m.get_int64(); break;
        default: m.skip();
      }
  }

  void entry(pbf_reader m, std::pair<std::string_view, std::string_view>& out) {
    while (next(m)) switch (m.tag_and_type()) {
        case bytes_field(1): out.first = text(m); break;
        case bytes_field(2): out.second = text(m); break;
        default: m.skip();
      }
  }

  void graph(pbf_reader m, file& out) {
    while (next(m)) switch (m.tag_and_type()) {
        case bytes_field(1):
          if (take(left_.nodes, "nodes")) read_node(m.get_message(), out.nodes.emplace_back());
          break;
        case bytes_field(5):
          if (take(left_.tensors, "initializers")) read_tensor(m.get_message(), out.initializers.emplace_back());
          break;
        case bytes_field(11):
          if (take(left_.ports, "inputs")) read_port(m.get_message(), out.inputs.emplace_back());
          break;
        case bytes_field(12):
          if (take(left_.ports, "outputs")) read_port(m.get_message(), out.outputs.emplace_back());
          break;
        case bytes_field(15): fail(errc::unsupported, "sparse initializers; dense ones are accepted"); break;
        default: m.skip();
      }
  }

  void read_node(pbf_reader m, node& out) {
    while (next(m)) switch (m.tag_and_type()) {
        case bytes_field(1):
          if (take(left_.names, "inputs of nodes")) out.inputs.push_back(text(m));
          break;
        case bytes_field(2):
          if (take(left_.names, "outputs of nodes")) out.outputs.push_back(text(m));
          break;
        case bytes_field(3): out.name = text(m); break;
        case bytes_field(4): out.type = text(m); break;
        case bytes_field(5):
          if (take(left_.attributes, "attributes")) read_attribute(m.get_message(), out.attributes.emplace_back());
          break;
        case bytes_field(7): out.domain = text(m); break;
        default: m.skip();
      }
  }

  void read_attribute(pbf_reader m, attribute& out) {
    while (next(m)) {
      if (m.tag() < 32) out.present |= 1u << m.tag();
      switch (m.tag_and_type()) {
        case bytes_field(1): out.name = text(m); break;
        case fixed32_field(2): out.f = m.get_float(); break;
        case varint_field(3): out.i = m.get_int64(); break;
        case bytes_field(4): out.s = text(m); break;
        case bytes_field(5): read_tensor(m.get_message(), out.t); break;
        case fixed32_field(7):
          if (take(left_.numbers, "numbers in attributes")) out.floats.push_back(m.get_float());
          break;
        case bytes_field(7):
          for (float x : m.get_packed_float())
            if (take(left_.numbers, "numbers in attributes")) out.floats.push_back(x);
          break;
        case varint_field(8):
          if (take(left_.numbers, "numbers in attributes")) out.ints.push_back(m.get_int64());
          break;
        case bytes_field(8):
          for (std::int64_t x : m.get_packed_int64())
            if (take(left_.numbers, "numbers in attributes")) out.ints.push_back(x);
          break;
        default: m.skip();
      }
    }
  }

  void read_tensor(pbf_reader m, tensor& out) {
    out.body = {m.data().data(), m.length()};
    while (next(m)) switch (m.tag_and_type()) {
        case varint_field(1): dimension(m.get_int64(), out); break;
        case bytes_field(1):
          for (std::int64_t d : m.get_packed_int64()) dimension(d, out);
          break;
        case varint_field(2): out.type = static_cast<element>(m.get_int32()); break;
        case bytes_field(8): out.name = text(m); break;
        case bytes_field(13): elsewhere(m.get_message(), out); break;
        case varint_field(14): out.external = m.get_int32() == 1; break;
        default: m.skip();
      }
  }

  void elsewhere(pbf_reader m, tensor& out) {
    std::pair<std::string_view, std::string_view> found;
    entry(m, found);
    if (found.first == "location") out.location = found.second;
    if (found.first == "offset") out.offset = found.second;
    if (found.first == "length") out.length = found.second;
  }

  void dimension(std::int64_t d, tensor& out) {
    if (out.rank == tensor::max_rank) return fail(errc::limit, "a tensor of more than 8 dimensions");
    if (d < 0) return fail(errc::invalid, "a tensor dimension of " + std::to_string(d));
    out.dims[out.rank++] = d;
  }

  // TypeProto.tensor_type.shape.dim: four nested messages, of which each holds little.
  void read_port(pbf_reader m, port& out) {
    while (next(m)) switch (m.tag_and_type()) {
        case bytes_field(1): out.name = text(m); break;
        case bytes_field(2): {
          pbf_reader type = m.get_message();
          while (next(type)) type.tag_and_type() == bytes_field(1) ? tensor_type(type.get_message(), out) : type.skip();
          break;
        }
        default: m.skip();
      }
  }
  void tensor_type(pbf_reader m, port& out) {
    while (next(m)) switch (m.tag_and_type()) {
        case varint_field(1): out.type = static_cast<element>(m.get_int32()); break;
        case bytes_field(2): {
          pbf_reader shape = m.get_message();
          while (next(shape))
            shape.tag_and_type() == bytes_field(1) ? port_dimension(shape.get_message(), out) : shape.skip();
          break;
        }
        default: m.skip();
      }
  }
  void port_dimension(pbf_reader m, port& out) {
    if (out.dims.size() == tensor::max_rank) return fail(errc::limit, "an input or output of more than 8 dimensions");
    std::int64_t& d = out.dims.emplace_back(-1);
    while (next(m)) {
      if (m.tag_and_type() == varint_field(1))
        d = m.get_int64();
      else
        m.skip();
    }
  }

  std::string_view bytes_;
  const char* at_;
  limits left_;
  std::optional<error> problem_;
};

}  // namespace detail

/// Reads the structure of an ONNX file; tensor contents stay where they are. The result views `bytes`. Errors name the
/// byte where the enclosing field starts, or say what the file is instead of a model (not_a_model.hpp). Cost: one pass
/// over the structure, none over the weights.
inline result<file> parse(std::span<const std::byte> bytes, const limits& most = {}) {
  return detail::parser({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, most).run();
}

}  // namespace octet::io::onnx

#endif
