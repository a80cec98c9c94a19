#ifndef OCTET_IO_ONNX_QDQ_DIALECT_HPP
#define OCTET_IO_ONNX_QDQ_DIALECT_HPP

#include <octet/core/result.hpp>
#include <octet/graph/integer_network.hpp>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace octet::io {

/// How a QDQ file spells the integers of a model. Every dialect means the same integers; consumers differ in which they
/// compute exactly, or take at all.
struct qdq_dialect {
  std::string_view name;       ///< on command lines
  std::string_view format;     ///< in the file's metadata
  bool unsigned_maps = false;  ///< uint8 with all zero points higher by 128, instead of int8
  bool unsigned_weights = false;
  bool float_bias = false;  ///< of each convolution, instead of int32 behind a DequantizeLinear
  bool symmetric = false;   ///< only zero points of 0 and one scale per map
  std::string_view consumers;
};

/// For onnxruntime on any processor. Its product of uint8 by int8 saturates pairs in 16 bits on x86 without VNNI; that of
/// uint8 by uint8 does not.
inline constexpr qdq_dialect qdq_u8{.name = "u8",
                                    .format = "qdq 1 u8",
                                    .unsigned_maps = true,
                                    .unsigned_weights = true,
                                    .consumers = "onnxruntime, exact on every processor"};
/// int8 throughout. onnxruntime is wrong with it on x86 without VNNI unless its option x64quantprecision is 1.
inline constexpr qdq_dialect qdq_s8{
    .name = "s8", .format = "qdq 1", .consumers = "onnxruntime on Arm and on x86 with VNNI, where it is faster"};
/// For consumers that take zero points of 0 and no int32 bias: TensorRT, ONNX VSINPU.
inline constexpr qdq_dialect qdq_symmetric{.name = "symmetric",
                                           .format = "qdq 1 symmetric",
                                           .float_bias = true,
                                           .symmetric = true,
                                           .consumers = "TensorRT, VSINPU; needs a recipe with one scale per map"};

inline constexpr std::array qdq_dialects{qdq_u8, qdq_s8, qdq_symmetric};

/// All dialects and their consumers in one line, for help texts and messages.
inline std::string qdq_dialect_help() {
  std::string text;
  for (const qdq_dialect& d : qdq_dialects)
    text.append(text.empty() ? "" : "; ").append(d.name).append(" (").append(d.consumers).append(")");
  return text;
}

namespace detail {

/// What a symmetric dialect takes, for messages.
inline std::string takes(const qdq_dialect& d) {
  return "the dialect '" + std::string(d.name) +
         "' takes zero points of 0 and one scale per map, as the recipe npu makes them";
}

}  // namespace detail

/// The dialect of this name, for a recipe that gives every map one scale and the zero point 0 (`symmetric`) or not.
/// Errors: there is none; the recipe cannot be spelled in it.
inline result<qdq_dialect> choose_dialect(std::string_view name, bool symmetric) {
  for (const qdq_dialect& d : qdq_dialects) {
    if (d.name != name) continue;
    if (d.symmetric && !symmetric) return error(errc::unsupported, detail::takes(d));
    return d;
  }
  return error(errc::invalid, "found '" + std::string(name) + "', expected one of " + qdq_dialect_help());
}

/// Whether the dialect can spell the model. The error names the first map that it cannot, and what to do.
inline result<void> check_dialect(const graph::integer_model& m, const qdq_dialect& d) {
  if (!d.symmetric) return {};
  for (int id = 0; id < m.net.size(); ++id) {
    const graph::quantization& q = m.quantizations[static_cast<std::size_t>(id)];
    const bool zero = std::all_of(q.zero_point.begin(), q.zero_point.end(), [](int z) { return z == 0; });
    if (zero && q.per_tensor()) continue;
    return error(errc::unsupported, "map '" + m.net[id].name + "' has " +
                                        (zero ? "scales of channels" : "a zero point other than 0") + "; " +
                                        detail::takes(d));
  }
  return {};
}

}  // namespace octet::io

#endif
