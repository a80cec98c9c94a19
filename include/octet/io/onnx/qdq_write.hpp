#ifndef OCTET_IO_ONNX_QDQ_WRITE_HPP
#define OCTET_IO_ONNX_QDQ_WRITE_HPP

#include <octet/io/onnx/qdq_dialect.hpp>
#include <octet/io/onnx/qdq_metadata.hpp>
#include <octet/io/onnx/write_graph.hpp>
#include <octet/io/write_file.hpp>

#include <cmath>

namespace octet::io {

namespace onnx::detail {

/// Writes one integer model, node by node; see qdq_form.hpp for the form.
class qdq_writer {
 public:
  qdq_writer(const graph::integer_model& m, const qdq_dialect& d)
      : m_(m), dialect_(d), y_(m.net.nodes.size()), real_(y_), gain_(y_) {}

  std::string run() {
    const extent in = m_.net.input_shape();
    out_.input("image", nchw(in));
    for (id_ = 0; id_ < m_.net.size(); ++id_) {
      const auto& n = m_.net[id_];
      if (moves(n.op))
        OCTET_EXPECTS(carried(n.op, inputs_of(m_, n.inputs)) == m_.quantizations[static_cast<std::size_t>(id_)]);
      std::visit([&](const auto& f) { quantize(compute(f)); }, n.op);
    }
    for (int o : m_.net.outputs) out_.output(output_name(m_, o), nchw(m_.net[o].shape));
    return out_.finish(m_.name, qdq_ir_version, qdq_opset, "octet", metadata_of(m_, dialect_.format));
  }

 private:
  using numbers = graph_writer::numbers;

  static numbers nchw(extent e) { return {1, e.c, e.h, e.w}; }
  std::string name(int id, const char* part) const { return std::to_string(id) + ":" + m_.net[id].name + "/" + part; }
  std::string name(const char* part) const { return name(id_, part); }
  int input(std::size_t i) const { return m_.net[id_].inputs[i]; }
  const std::string& y(int id) const { return y_[static_cast<std::size_t>(id)]; }

  std::string indices(const char* part, const numbers& values) {
    return out_.constant<std::int64_t>(name(part), {static_cast<std::int64_t>(values.size())}, values);
  }
  template <class T>
  std::string scalar(const char* part, T value) {
    return out_.constant<T>(name(part), {}, std::span<const T>(&value, 1));
  }

  std::string zero_point(std::int8_t z) {
    return dialect_.unsigned_maps ? scalar("zero", static_cast<std::uint8_t>(z + 128)) : scalar("zero", z);
  }

  /// Weights or their zero points; of uint8 all are higher by 128.
  std::string weights(const char* part, const numbers& dims, std::span<const std::int8_t> values) {
    if (!dialect_.unsigned_weights) return out_.constant<std::int8_t>(name(part), dims, values);
    std::vector<std::uint8_t> raised;
    raised.reserve(values.size());
    for (std::int8_t v : values) raised.push_back(static_cast<std::uint8_t>(v + 128));
    return out_.constant<std::uint8_t>(name(part), dims, raised);
  }

  std::string per_channel(std::string constant, std::span<const float> values) {
    return out_.constant<float>(std::move(constant), {1, static_cast<std::int64_t>(values.size()), 1, 1}, values);
  }

  /// The gains of map `id` as a constant [1,C,1,1].
  const std::string& gain(int id) {
    auto& constant = gain_[static_cast<std::size_t>(id)];
    const auto& values = m_.quantizations[static_cast<std::size_t>(id)].gain;
    if (constant.empty()) constant = per_channel(name(id, "gain"), values);
    return constant;
  }

  /// The real numbers that map `id` stands for.
  const std::string& real(int id) {
    auto& divided = real_[static_cast<std::size_t>(id)];
    if (!has_gain(m_.quantizations[static_cast<std::size_t>(id)])) return y(id);
    if (divided.empty())
      divided = out_.node("Div", {y(id), gain(id)}, is_output(id) ? output_name(m_, id) : name(id, "real"));
    return divided;
  }

  bool is_output(int id) const {
    return std::find(m_.net.outputs.begin(), m_.net.outputs.end(), id) != m_.net.outputs.end();
  }

  /// Ends a node: from what it computes to what its consumers read.
  void quantize(std::string x) {
    const auto& q = m_.quantizations[static_cast<std::size_t>(id_)];
    const bool scaled = has_gain(q);
    if (scaled && !moves(m_.net[id_].op)) x = out_.node("Mul", {x, gain(id_)}, name("scaled"));
    const bool shifted = !one_zero_point(q);
    std::string offset;
    if (shifted) {
      std::vector<float> offsets;
      for (std::int8_t z : q.zero_point) offsets.push_back(q.step * static_cast<float>(z));
      offset = per_channel(name("offset"), offsets);
      x = out_.node("Add", {x, offset}, name("shifted"));
    }
    const auto step = scalar("step", q.step), zero = zero_point(shifted ? std::int8_t{0} : q.zero_point.front());
    const auto bytes = out_.node("QuantizeLinear", {x, step, zero}, name("q"));
    const auto y_name = is_output(id_) && !scaled ? output_name(m_, id_) : name("y");
    auto y = out_.node("DequantizeLinear", {bytes, step, zero}, shifted ? name("unshifted") : y_name);
    y_[static_cast<std::size_t>(id_)] = shifted ? out_.node("Sub", {y, offset}, y_name) : std::move(y);
    if (is_output(id_)) real(id_);
  }

  std::string compute(const graph::op::input&) { return "image"; }

  std::string compute(const graph::integer::conv2d& f) {
    const auto& g = f.geometry;
    const std::size_t taps = static_cast<std::size_t>(g.kh * g.kw), depth = static_cast<std::size_t>(g.ic / g.groups);
    std::vector<std::int8_t> values;  // [OC,IC/G,KH,KW]
    values.reserve(g.weight_count());
    for (std::size_t oc = 0; oc < static_cast<std::size_t>(g.oc); ++oc)
      for (std::size_t i = 0; i < depth; ++i)
        for (std::size_t t = 0; t < taps; ++t) values.push_back(f.weights.data()[(oc * taps + t) * depth + i]);

    const std::int64_t axis = 0;
    const auto scale = out_.constant<float>(name("weight_scale"), {g.oc}, f.weight_scale);
    const auto zero = weights("weight_zero", {g.oc}, std::vector<std::int8_t>(static_cast<std::size_t>(g.oc)));
    const auto w = weights("weight", {g.oc, g.ic / g.groups, g.kh, g.kw}, values);
    std::string real_w, real_b;
    if (dialect_.float_bias) {
      real_b = bias(f);
      real_w = out_.node("DequantizeLinear", {w, scale, zero}, name("weight_y"), {{"axis", axis}});
    } else {
      const auto unit = out_.constant<float>(name("bias_scale"), {g.oc}, bias_scale(f));
      const auto b = out_.constant<std::int32_t>(name("bias"), {g.oc}, f.bias);
      real_w = out_.node("DequantizeLinear", {w, scale, zero}, name("weight_y"), {{"axis", axis}});
      real_b = out_.node("DequantizeLinear", {b, unit}, name("bias_y"), {{"axis", axis}});
    }
    return activate(f.act, out_.node("Conv", {y(input(0)), real_w, real_b}, name("conv"),
                                     {{"group", std::int64_t{g.groups}},
                                      {"kernel_shape", numbers{g.kh, g.kw}},
                                      {"pads", numbers{g.pad_top, g.pad_left, g.pad_bottom, g.pad_right}},
                                      {"strides", numbers{g.stride, g.stride}}}));
  }

  /// What one unit of the accumulator stands for, by output channel.
  std::vector<float> bias_scale(const graph::integer::conv2d& f) const {
    const float step = m_.quantizations[static_cast<std::size_t>(input(0))].step;
    std::vector<float> unit;
    for (float s : f.weight_scale) unit.push_back(step * s);
    return unit;
  }
  std::string bias(const graph::integer::conv2d& f) {
    std::vector<float> real = bias_scale(f);
    for (std::size_t oc = 0; oc < real.size(); ++oc)
      real[oc] = static_cast<float>(static_cast<double>(real[oc]) * f.bias[oc]);
    return out_.constant<float>(name("bias"), {f.geometry.oc}, real);
  }

  std::string activate(const nn::activation& act, const std::string& x) {
    using kind = nn::activation::kind;
    switch (act.function) {
      case kind::none:
        break;
      case kind::clip:
        if (act == nn::activation::relu()) return out_.node("Relu", {x}, name("act"));
        return out_.node("Clip", {x, bound("lo", act.a), bound("hi", act.b)}, name("act"));
      case kind::hard_sigmoid:
        return out_.node("HardSigmoid", {x}, name("act"), {{"alpha", act.a}, {"beta", act.b}});
      case kind::sigmoid:
        return out_.node("Sigmoid", {x}, name("act"));
      case kind::hard_swish: {
        // ONNX's own HardSwish needs opset 14.
        const auto slope = out_.node("HardSigmoid", {x}, name("slope"), {{"alpha", 1.0f / 6.0f}, {"beta", 0.5f}});
        return out_.node("Mul", {x, slope}, name("act"));
      }
    }
    return x;
  }

  std::string bound(const char* part, float value) { return std::isinf(value) ? "" : scalar(part, value); }

  std::string compute(const graph::integer::add&) { return binary("Add", "sum"); }
  std::string compute(const graph::integer::multiply&) { return binary("Mul", "product"); }
  std::string binary(const char* type, const char* part) {
    const std::string a = real(input(0)), b = real(input(1));
    return out_.node(type, {a, b}, name(part));
  }
  std::string compute(const graph::integer::global_average_pool&) {
    return out_.node("GlobalAveragePool", {real(input(0))}, name("mean"));
  }
  std::string compute(const graph::integer::rescale&) { return real(input(0)); }

  std::string compute(const graph::op::concat&) {
    std::vector<std::string_view> parts;
    for (int i : m_.net[id_].inputs) parts.push_back(y(i));
    return out_.node("Concat", parts, name("joined"), {{"axis", std::int64_t{1}}});
  }
  std::string compute(const graph::op::slice& f) {
    return out_.node("Slice",
                     {y(input(0)), indices("first", {f.first}), indices("last", {f.first + f.count}), indices("axis", {1})},
                     name("part"));
  }
  std::string compute(const graph::op::shuffle& f) {
    const extent e = m_.net[id_].shape;
    const auto rows =
        out_.node("Reshape", {y(input(0)), indices("groups", {1, f.groups, e.c / f.groups, e.h, e.w})}, name("rows"));
    const auto columns = out_.node("Transpose", {rows}, name("columns"), {{"perm", numbers{0, 2, 1, 3, 4}}});
    return out_.node("Reshape", {columns, indices("shape", nchw(e))}, name("shuffled"));
  }
  std::string compute(const graph::op::resize_nearest& f) {
    const auto factor = static_cast<float>(f.factor);
    const auto scales = out_.constant<float>(name("factors"), {4}, std::vector<float>{1, 1, factor, factor});
    return out_.node("Resize", {y(input(0)), "", scales}, name("resized"),
                     {{"coordinate_transformation_mode", "asymmetric"}, {"mode", "nearest"}, {"nearest_mode", "floor"}});
  }
  std::string compute(const graph::op::max_pool& f) {
    const auto& g = f.geometry;
    return out_.node("MaxPool", {y(input(0))}, name("largest"),
                     {{"kernel_shape", numbers{g.kernel, g.kernel}},
                      {"pads", numbers{g.pad, g.pad, g.pad, g.pad}},
                      {"strides", numbers{g.stride, g.stride}}});
  }

  const graph::integer_model& m_;
  qdq_dialect dialect_;
  graph_writer out_;
  int id_ = 0;                                // the node at work
  std::vector<std::string> y_, real_, gain_;  // tensor names per node, empty until written
};

}  // namespace onnx::detail

/// The model as an ONNX QDQ file (see onnx/qdq_form.hpp). Equal models give equal bytes. Preconditions: every head's maps
/// are graph outputs, no map plays two roles, strides ascend; operations that only move values have the quantization of
/// their inputs; check_dialect(m, d) succeeds.
inline std::string to_onnx(const graph::integer_model& m, const qdq_dialect& d = qdq_u8) {
  return onnx::detail::qdq_writer(m, d).run();
}

/// Writes to_onnx(m, d), aside first and then renamed. Errors: the dialect cannot spell the model; the file cannot be
/// written.
inline result<void> write_onnx(const graph::integer_model& m, const std::filesystem::path& path,
                               const qdq_dialect& d = qdq_u8) {
  if (auto possible = check_dialect(m, d); !possible) return possible.failure().within(path.string());
  return write_file(path, to_onnx(m, d));
}

}  // namespace octet::io

#endif
