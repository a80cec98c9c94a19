#ifndef OCTET_IO_ONNX_QDQ_FORM_HPP
#define OCTET_IO_ONNX_QDQ_FORM_HPP

#include <octet/graph/integer_network.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

/// The form "qdq 1" in which full-INT8 models are kept as ONNX (opset 13, batch 1, NCHW), for consumers of any kind. Signed
/// or unsigned, and where biases are kept, is the dialect's choice (qdq_dialect.hpp); said here for "s8".
///
/// Every map of the network is quantised and dequantised once: QuantizeLinear -> "<id>:<name>/q" -> DequantizeLinear ->
/// "<id>:<name>/y" with y = real * gain = step * (q - zero_point), scale and zero point scalars. Zero points that differ by
/// channel become a zero point of 0 and an offset = step * zero_point [1,C,1,1] that an Add puts on before the pair and a
/// Sub takes off behind it (vectors along axis 1 say the same, but onnxruntime 1.30 builds a QLinearConcat from such
/// pairs and then refuses it). A producer whose gains are not all 1 computes real numbers, which a Mul by gain [1,C,1,1]
/// brings to y; operations on several maps and graph outputs read y / gain (a Div).
/// Convolutions read y, because their weights have the gains divided out: int8 weights (axis 0) and int32 bias (scale =
/// float(step * weight scale)) behind DequantizeLinear. Operations that only move values work on y.
///
/// The input "image" [1,3,H,W] holds normalised pixels, the outputs real numbers: "scores_<stride>" [1,K,H,W],
/// "quality_<stride>" [1,1,H,W] and "distances_<stride>" [1,4*bins,H,W], others "output_<id>".
/// metadata_props say the rest: see qdq_metadata.hpp.
namespace octet::io::onnx {

inline constexpr std::int64_t qdq_ir_version = 7, qdq_opset = 13;

namespace detail {

inline bool has_gain(const graph::quantization& q) {
  return std::any_of(q.gain.begin(), q.gain.end(), [](float g) { return g != 1.0f; });
}

/// True if one zero point serves all channels.
inline bool one_zero_point(const graph::quantization& q) {
  return std::all_of(q.zero_point.begin(), q.zero_point.end(), [&](auto z) { return z == q.zero_point.front(); });
}

/// True for operations that only move values.
inline bool moves(const graph::integer_operation& o) {
  return std::visit(
      []<class F>(const F&) {
        using namespace graph::op;
        return std::is_same_v<F, concat> || std::is_same_v<F, slice> || std::is_same_v<F, shuffle> ||
               std::is_same_v<F, resize_nearest> || std::is_same_v<F, max_pool>;
      },
      o);
}

/// The quantization that a moving operation hands on; nothing if the inputs' steps differ. Preconditions: moves(o), and
/// the channels that o names exist.
inline std::optional<graph::quantization> carried(const graph::integer_operation& o,
                                                  const std::vector<const graph::quantization*>& in) {
  graph::quantization all{in.front()->step, {}, {}};
  for (const auto* q : in) {
    if (q->step != all.step) return {};
    all.gain.insert(all.gain.end(), q->gain.begin(), q->gain.end());
    all.zero_point.insert(all.zero_point.end(), q->zero_point.begin(), q->zero_point.end());
  }
  const auto pick = [&](std::size_t count, auto&& source) {
    graph::quantization q{all.step, {}, {}};
    for (std::size_t c = 0; c < count; ++c) {
      q.gain.push_back(all.gain[source(c)]);
      q.zero_point.push_back(all.zero_point[source(c)]);
    }
    return q;
  };
  if (const auto* s = std::get_if<graph::op::slice>(&o))
    return pick(static_cast<std::size_t>(s->count), [&](std::size_t c) { return static_cast<std::size_t>(s->first) + c; });
  if (const auto* s = std::get_if<graph::op::shuffle>(&o)) {
    const auto groups = static_cast<std::size_t>(s->groups), size = all.gain.size() / groups;
    return pick(all.gain.size(), [&](std::size_t c) { return c % groups * size + c / groups; });
  }
  return all;
}

/// Quantizations of a node's inputs.
inline std::vector<const graph::quantization*> inputs_of(const graph::integer_model& m, const std::vector<int>& ids) {
  std::vector<const graph::quantization*> in;
  for (int i : ids) in.push_back(&m.quantizations[static_cast<std::size_t>(i)]);
  return in;
}

/// Name of a graph output.
inline std::string output_name(const graph::integer_model& m, int id) {
  for (const graph::head& h : m.heads) {
    const std::string stride = std::to_string(h.stride);
    if (h.scores == id) return "scores_" + stride;
    if (h.quality == id) return "quality_" + stride;
    if (h.distances == id) return "distances_" + stride;
  }
  return "output_" + std::to_string(id);
}

}  // namespace detail

}  // namespace octet::io::onnx

#endif
