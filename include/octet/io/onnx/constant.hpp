#ifndef OCTET_IO_ONNX_CONSTANT_HPP
#define OCTET_IO_ONNX_CONSTANT_HPP

#include <octet/core/result.hpp>
#include <octet/io/onnx/float_type.hpp>
#include <octet/io/onnx/names.hpp>
#include <octet/io/onnx/parse.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstring>

/// Decoding of tensors. ONNX keeps elements in raw_data (little endian) or in a typed field; both are read.
namespace octet::io::onnx {

static_assert(std::endian::native == std::endian::little, "octet: ONNX files are read on little-endian machines");

/// Number of elements that the dimensions declare, or `limit` + 1 if there are more.
inline std::size_t element_count(const tensor& t, std::size_t limit) noexcept {
  std::size_t n = 1;
  for (std::int64_t d : t.shape()) {
    if (d == 0) return 0;
    if (static_cast<std::uint64_t>(d) > limit / n) return limit + 1;
    n *= static_cast<std::size_t>(d);
  }
  return n;
}

namespace detail {

/// Calls f(bytes) for each piece of a length-delimited field, g(reader) for each element outside of one.
template <class F, class G>
void each_piece(const tensor& t, unsigned number, F f, G g) {
  pbf_reader m(t.body.data(), t.body.size());
  while (m.next()) {
    if (m.tag_and_type() == bytes_field(number))
      f(text(m));
    else if (m.tag() == number)
      g(m);
    else
      m.skip();
  }
}

/// The same for the elements as bytes: field raw_data, or what was read from another file.
template <class F>
void each_raw_piece(const tensor& t, F f) {
  if (t.external)
    f(t.elements);
  else
    each_piece(t, 9, f, [](pbf_reader& m) { m.skip(); });
}

inline error of_tensor(const tensor& t, errc code, const std::string& what) {
  return {code, "tensor " + quoted(t.name) + ": " + what};
}

inline error wrong_count(const tensor& t, std::size_t found) {
  return of_tensor(
      t, errc::invalid,
      std::to_string(found) + " elements are present where its dimensions " + to_string(t.shape()) + " need another number");
}

/// Calls f(bytes) for the elements of `t`, a floating-point tensor, in pieces of any size.
template <class F>
void each_float_piece(const tensor& t, F f) {
  // Not a structured binding: clang 14 lets no lambda capture one.
  const auto storage = storage_of(t.type);
  const std::size_t width = storage.width;
  const unsigned field = storage.field;
  std::size_t bytes = 0;
  each_raw_piece(t, [&](std::string_view piece) { bytes += piece.size(), f(piece); });
  if (bytes > 0 || t.external) return;
  const auto half = [&](std::uint64_t varint) {
    const auto bits = static_cast<std::uint16_t>(varint);
    f(std::string_view(reinterpret_cast<const char*>(&bits), sizeof bits));
  };
  const auto packed = [&](std::string_view piece) {
    if (width != 2) return f(piece);
    for (auto *p = piece.data(), *end = p + piece.size(); p != end;) half(protozero::decode_varint(&p, end));
  };
  const auto one = [&](pbf_reader& m) {
    const auto wire = m.wire_type();
    if (width == 2 && wire == protozero::pbf_wire_type::varint) return half(static_cast<std::uint64_t>(m.get_int64()));
    if (width == 4 && wire == protozero::pbf_wire_type::fixed32) {
      const std::uint32_t bits = m.get_fixed32();
      return f(std::string_view(reinterpret_cast<const char*>(&bits), sizeof bits));
    }
    if (width == 8 && wire == protozero::pbf_wire_type::fixed64) {
      const std::uint64_t bits = m.get_fixed64();
      return f(std::string_view(reinterpret_cast<const char*>(&bits), sizeof bits));
    }
    m.skip();
  };
  each_piece(t, field, packed, one);
}

}  // namespace detail

/// Checks that `t` holds as many floating-point values as its dimensions declare; gives their number.
inline result<std::size_t> float_count(const tensor& t) {
  const std::size_t width = storage_of(t.type).width;
  if (width == 0)
    return detail::of_tensor(
        t, errc::unsupported,
        "its elements are " + to_string(t.type) + "; float32, float16, bfloat16 and float64 are accepted");
  std::size_t bytes = 0;
  try {
    detail::each_float_piece(t, [&](std::string_view piece) { bytes += piece.size(); });
  } catch (const protozero::exception& e) {
    return detail::of_tensor(t, errc::syntax, e.what());
  }
  if (bytes % width || element_count(t, bytes / width) != bytes / width) return detail::wrong_count(t, bytes / width);
  return bytes / width;
}

/// Copies the values of `t`, of which `out` has room for float_count(t); other types than float32 are converted. NaN,
/// infinities and values that float32 does not reach are errors.
inline result<void> copy_floats(const tensor& t, std::span<float> out) {
  std::byte* to = reinterpret_cast<std::byte*>(out.data());
  std::size_t room = out.size_bytes();
  const auto copy = [&](std::string_view piece) {
    const std::size_t n = (std::min)(room, piece.size());
    if (n) std::memcpy(to, piece.data(), n);
    to += n, room -= n;
  };
  const std::size_t width = storage_of(t.type).width;
  std::array<unsigned char, 8> waiting;  // a piece may end within an element
  std::size_t waiting_bytes = 0;
  const auto convert = [&](std::string_view piece) {
    for (const char c : piece) {
      waiting[waiting_bytes++] = static_cast<unsigned char>(c);
      if (waiting_bytes < width) continue;
      waiting_bytes = 0;
      const float x = detail::to_float(t.type, waiting.data());
      copy({reinterpret_cast<const char*>(&x), sizeof x});
    }
  };
  try {
    if (t.type == element::float32)
      detail::each_float_piece(t, copy);
    else
      detail::each_float_piece(t, convert);
  } catch (const protozero::exception& e) {
    return detail::of_tensor(t, errc::syntax, e.what());
  }
  bool finite = room == 0;
  for (float x : out) finite &= (std::bit_cast<std::uint32_t>(x) & 0x7f800000u) != 0x7f800000u;
  if (finite) return {};
  for (std::size_t i = 0; i < out.size(); ++i)
    if ((std::bit_cast<std::uint32_t>(out[i]) & 0x7f800000u) == 0x7f800000u)
      return detail::of_tensor(t, errc::invalid, "element " + std::to_string(i) + " is not a finite number");
  return detail::wrong_count(t, out.size() - room / 4);
}

inline result<std::vector<float>> floats(const tensor& t) {
  const auto count = float_count(t);
  if (!count) return count.failure();
  std::vector<float> values(*count);
  if (auto r = copy_floats(t, values); !r) return r.failure();
  return values;
}

/// The values of an integer tensor (int8, uint8, int32 or int64).
inline result<std::vector<std::int64_t>> integers(const tensor& t) {
  using detail::of_tensor;
  const std::size_t width = t.type == element::int8 || t.type == element::uint8 ? 1 : t.type == element::int32 ? 4 : 8;
  if (width == 8 && t.type != element::int64)
    return of_tensor(t, errc::unsupported,
                     "its elements are " + to_string(t.type) + "; uint8, int8, int32 and int64 are accepted");
  const std::size_t most = element_count(t, t.body.size()) + 1;  // one more than declared is enough to see the mistake
  std::vector<std::int64_t> values;
  const auto load = [&]<class T>(T, std::string_view piece) {
    for (std::size_t i = 0; i + sizeof(T) <= piece.size() && values.size() < most; i += sizeof(T)) {
      T x;
      std::memcpy(&x, piece.data() + i, sizeof x);
      values.push_back(x);
    }
  };
  const auto raw = [&](std::string_view piece) {
    if (t.type == element::int8)
      load(std::int8_t{}, piece);
    else if (t.type == element::uint8)
      load(std::uint8_t{}, piece);
    else if (t.type == element::int32)
      load(std::int32_t{}, piece);
    else
      load(std::int64_t{}, piece);
  };
  const auto varints = [&](std::string_view piece) {
    for (auto *p = piece.data(), *end = p + piece.size(); p != end && values.size() < most;)
      values.push_back(static_cast<std::int64_t>(protozero::decode_varint(&p, end)));
  };
  const auto one = [&](detail::pbf_reader& m) {
    if (m.wire_type() != protozero::pbf_wire_type::varint) return m.skip();
    values.push_back(m.get_int64());
  };
  try {
    detail::each_raw_piece(t, raw);
    if (values.empty() && !t.external) detail::each_piece(t, width == 8 ? 7 : 5, varints, one);
  } catch (const protozero::exception& e) {
    return of_tensor(t, errc::syntax, e.what());
  }
  if (element_count(t, values.size()) != values.size()) return detail::wrong_count(t, values.size());
  return values;
}

}  // namespace octet::io::onnx

#endif
