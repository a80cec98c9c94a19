#ifndef OCTET_IO_ONNX_FLOAT_WRITE_HPP
#define OCTET_IO_ONNX_FLOAT_WRITE_HPP

#include <octet/core/result.hpp>
#include <octet/graph/model.hpp>
#include <octet/io/onnx/categories.hpp>
#include <octet/io/onnx/preprocessing.hpp>
#include <octet/io/onnx/write_graph.hpp>
#include <octet/io/write_file.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace octet::io {

namespace onnx::detail {

/// Writes a network of real numbers node by node; tensors are named after their nodes.
class float_writer {
 public:
  explicit float_writer(const graph::model& m) : m_(m) {}

  std::string run() {
    for (id_ = 0; id_ < m_.net.size(); ++id_)
      names_.push_back(std::visit([&](const auto& f) { return compute(f); }, m_.net[id_].op));
    for (int o : m_.net.outputs) out_.output(names_[static_cast<std::size_t>(o)], nchw(m_.net[o].shape));
    std::vector<std::pair<std::string_view, std::string>> metadata{{preprocessing_key, to_text(m_.pre)}};
    if (!m_.categories.empty()) metadata.emplace_back(categories_key, to_text(m_.categories));
    return out_.finish(m_.name, 8, 13, "octet", metadata);
  }

 private:
  using numbers = graph_writer::numbers;

  static numbers nchw(extent e) { return {1, e.c, e.h, e.w}; }
  const std::string& in(std::size_t i) const { return names_[static_cast<std::size_t>(m_.net[id_].inputs[i])]; }
  /// Unique, whatever the nodes are called.
  std::string name(std::string_view part) const {
    return m_.net[id_].name + "#" + std::to_string(id_) + (part.empty() ? "" : ".") + std::string(part);
  }
  std::string values(std::string_view part, const numbers& dims, std::span<const float> x) {
    return out_.constant(name(part), dims, x);
  }
  std::string scalar(std::string_view part, float x) { return values(part, {}, std::span(&x, 1)); }
  std::string indices(std::string_view part, const numbers& x) {
    return out_.constant(name(part), {static_cast<std::int64_t>(x.size())}, std::span<const std::int64_t>(x));
  }

  std::string activate(const nn::activation& a, const std::string& x) {
    using kind = nn::activation::kind;
    switch (a.function) {
      case kind::none:
        break;
      case kind::clip: {
        if (a == nn::activation::relu()) return out_.node("Relu", {x}, name("relu"));
        const std::string lo = scalar("lo", a.a), hi = scalar("hi", a.b);
        return out_.node("Clip", {x, lo, hi}, name("clip"));
      }
      case kind::hard_swish: {
        const std::string gate = out_.node("HardSigmoid", {x}, name("gate"), {{"alpha", 1.0f / 6}, {"beta", 0.5f}});
        return out_.node("Mul", {x, gate}, name("swish"));
      }
      case kind::hard_sigmoid:
        return out_.node("HardSigmoid", {x}, name("hard_sigmoid"), {{"alpha", a.a}, {"beta", a.b}});
      case kind::sigmoid:
        return out_.node("Sigmoid", {x}, name("sigmoid"));
    }
    return x;
  }

  std::string compute(const graph::op::input&) {
    out_.input(m_.net[id_].name, nchw(m_.net[id_].shape));
    return m_.net[id_].name;
  }
  std::string compute(const graph::op::conv2d& f) {
    const nn::conv2d_geometry& g = f.geometry;
    const int depth = g.ic / g.groups, area = g.kh * g.kw;
    std::vector<float> w(g.weight_count());
    for (int o = 0; o < g.oc; ++o)
      for (int k = 0; k < area; ++k)
        for (int i = 0; i < depth; ++i)
          w[static_cast<std::size_t>((o * depth + i) * area + k)] =
              f.weights.data()[static_cast<std::size_t>((o * area + k) * depth + i)];
    const std::string weights = values("weights", {g.oc, depth, g.kh, g.kw}, w), bias = values("bias", {g.oc}, f.bias);
    return activate(f.act, out_.node("Conv", {in(0), weights, bias}, name("conv"),
                                     {{"group", std::int64_t{g.groups}},
                                      {"kernel_shape", numbers{g.kh, g.kw}},
                                      {"pads", numbers{g.pad_top, g.pad_left, g.pad_bottom, g.pad_right}},
                                      {"strides", numbers{g.stride, g.stride}}}));
  }
  std::string compute(const graph::op::batch_norm& f) {
    const auto channels = static_cast<std::int64_t>(f.scale.size());
    const std::string scale = values("scale", {1, channels, 1, 1}, f.scale);
    const std::string shift = values("shift", {1, channels, 1, 1}, f.shift);
    return out_.node("Add", {out_.node("Mul", {in(0), scale}, name("scaled")), shift}, name("shifted"));
  }
  std::string compute(const graph::op::activate& f) { return activate(f.act, in(0)); }
  std::string compute(const graph::op::affine& f) {
    const std::string factor = scalar("factor", f.factor), offset = scalar("offset", f.offset);
    return out_.node("Add", {out_.node("Mul", {in(0), factor}, name("scaled")), offset}, name("shifted"));
  }
  std::string compute(const graph::op::add&) { return out_.node("Add", {in(0), in(1)}, name("sum")); }
  std::string compute(const graph::op::multiply&) { return out_.node("Mul", {in(0), in(1)}, name("product")); }
  std::string compute(const graph::op::concat&) {
    std::vector<std::string_view> parts;
    for (std::size_t i = 0; i < m_.net[id_].inputs.size(); ++i) parts.push_back(in(i));
    return out_.node("Concat", parts, name("joined"), {{"axis", std::int64_t{1}}});
  }
  std::string compute(const graph::op::slice& f) {
    const std::string first = indices("first", {f.first}), last = indices("last", {f.first + f.count});
    return out_.node("Slice", {in(0), first, last, indices("axis", {1})}, name("part"));
  }
  std::string compute(const graph::op::shuffle& f) {
    const extent e = m_.net[id_].shape;
    const auto rows =
        out_.node("Reshape", {in(0), indices("groups", {1, f.groups, e.c / f.groups, e.h, e.w})}, name("rows"));
    const auto columns = out_.node("Transpose", {rows}, name("columns"), {{"perm", numbers{0, 2, 1, 3, 4}}});
    return out_.node("Reshape", {columns, indices("shape", nchw(e))}, name("shuffled"));
  }
  std::string compute(const graph::op::resize_nearest& f) {
    const auto factor = static_cast<float>(f.factor);
    const std::string scales = values("factors", {4}, std::vector<float>{1, 1, factor, factor});
    return out_.node("Resize", {in(0), "", scales}, name("resized"),
                     {{"coordinate_transformation_mode", std::string_view("asymmetric")},
                      {"mode", std::string_view("nearest")},
                      {"nearest_mode", std::string_view("floor")}});
  }
  std::string compute(const graph::op::max_pool& f) {
    const auto& g = f.geometry;
    return out_.node("MaxPool", {in(0)}, name("largest"),
                     {{"kernel_shape", numbers{g.kernel, g.kernel}},
                      {"pads", numbers{g.pad, g.pad, g.pad, g.pad}},
                      {"strides", numbers{g.stride, g.stride}}});
  }
  std::string compute(const graph::op::global_average_pool&) {
    return out_.node("GlobalAveragePool", {in(0)}, name("mean"));
  }

  const graph::model& m_;
  graph_writer out_;
  int id_ = 0;
  std::vector<std::string> names_;
};

}  // namespace onnx::detail

/// The FP32 model as an ONNX file; read_onnx gives it back, heads, preprocessing and categories
/// included. Equal models give equal bytes.
inline std::string to_onnx(const graph::model& m) { return onnx::detail::float_writer(m).run(); }

/// Writes to_onnx(m), aside first and then renamed. Errors: the file cannot be written.
inline result<void> write_onnx(const graph::model& m, const std::filesystem::path& path) {
  return write_file(path, to_onnx(m));
}

}  // namespace octet::io

#endif
