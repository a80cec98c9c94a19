#ifndef OCTET_IO_ONNX_BUILDER_HPP
#define OCTET_IO_ONNX_BUILDER_HPP

#include <octet/graph/network.hpp>
#include <octet/io/onnx/constant.hpp>

#include <unordered_map>

namespace octet::io::onnx {

/// How a tensor of the file shows a feature map of the graph, which itself is always [H,W,C]. Layouts cost nothing.
enum class layout : unsigned char {
  nchw,       ///< [1,C,H,W]
  nhwc,       ///< [1,H,W,C]
  grouped,    ///< [1,G,C/G,H,W], first step of a channel shuffle
  swapped,    ///< [1,C/G,G,H,W], second step
  flat,       ///< [1,C,H*W]
  flat_last,  ///< [1,H*W,C]
};

/// What a tensor name stands for while a file is imported: a map, a constant, or (neither) something foreign: a value
/// that Octet's graph cannot express, as in the box arithmetic behind the heads.
struct value {
  int map = -1;
  layout as = layout::nchw;
  int groups = 0;
  const tensor* constant = nullptr;

  bool foreign() const noexcept { return map < 0 && !constant; }
};

/// The graph that grows while nodes are converted, and what converters may ask of it. Weights of convolutions are loaded
/// last, so that a file whose structure is wrong is refused before its weights are touched.
class builder {
 public:
  explicit builder(std::size_t file_bytes) : budget_(16 * file_bytes + (1u << 20)) {}

  graph::network net;
  const node* current = nullptr;

  error fail(errc code, const std::string& what) const {
    return {code, "node " + quoted(label()) + " (" + std::string(current->type.substr(0, 40)) + "): " + what};
  }
  error fail(const error& e) const { return fail(e.code(), e.what()); }

  bool has_input(std::size_t i) const noexcept { return i < current->inputs.size() && !current->inputs[i].empty(); }

  result<value> input(std::size_t i) const {
    if (!has_input(i)) return fail(errc::missing, "input " + std::to_string(i) + " is missing");
    return values_.at(current->inputs[i]);
  }
  /// A map in any layout.
  result<value> map(std::size_t i) const {
    auto v = input(i);
    if (v && v->map < 0)
      return fail(errc::unsupported, "input " + quoted(current->inputs[i]) + " is no feature map [N,C,H,W]");
    return v;
  }
  /// The graph index of a map in layout [1,C,H,W].
  result<int> image(std::size_t i) const {
    const auto v = map(i);
    if (!v) return v.failure();
    if (v->as != layout::nchw)
      return fail(errc::unsupported,
                  "input " + quoted(current->inputs[i]) + " is reshaped or transposed; [N,C,H,W] is accepted");
    return v->map;
  }
  result<const tensor*> constant(std::size_t i) const {
    const auto v = input(i);
    if (!v) return v.failure();
    if (!v->constant)
      return fail(errc::unsupported, "input " + quoted(current->inputs[i]) + " is computed; a constant is accepted");
    return v->constant;
  }
  result<std::vector<float>> floats(std::size_t i) {
    const auto t = constant(i);
    if (!t) return t.failure();
    if (auto r = spend(**t); !r) return r.failure();
    auto v = onnx::floats(**t);
    if (!v) return fail(v.failure());
    return v;
  }
  result<std::vector<std::int64_t>> integers(std::size_t i) {
    const auto t = constant(i);
    if (!t) return t.failure();
    if (auto r = spend(**t); !r) return r.failure();
    auto v = onnx::integers(**t);
    if (!v) return fail(v.failure());
    return v;
  }
  result<float> scalar(std::size_t i) {
    const auto v = floats(i);
    if (!v) return v.failure();
    if (v->size() != 1)
      return fail(errc::unsupported,
                  "input " + quoted(current->inputs[i]) + " has " + std::to_string(v->size()) + " elements; 1 is accepted");
    return v->front();
  }

  extent shape(int id) const { return net[id].shape; }

  /// Adds a node and lets output `out` of the current node stand for it.
  result<void> add_node(graph::operation op, std::vector<int> inputs, extent shape, std::size_t out = 0,
                        layout as = layout::nchw) {
    constexpr int most = 1 << 16;
    constexpr std::size_t most_values = std::size_t{1} << 28;
    if (shape.h < 1 || shape.w < 1 || shape.c < 1) return fail(errc::invalid, "an output of no size");
    if (shape.h > most || shape.w > most || shape.c > most || shape.size() > most_values)
      return fail(errc::limit, "an output of more than 2^28 values or 2^16 in one direction");
    const bool several = current->outputs.size() > 1;
    net.nodes.push_back({std::string(several ? current->outputs[out] : label()), std::move(op), std::move(inputs), shape});
    return bind({net.size() - 1, as}, out);
  }
  /// Lets output `out` of the current node stand for `v`.
  result<void> bind(value v, std::size_t out = 0) {
    if (out < current->outputs.size() && !current->outputs[out].empty()) values_[current->outputs[out]] = v;
    return {};
  }

  /// Defines a name from outside of the nodes. False if it is taken.
  bool define(std::string_view name, value v) { return values_.emplace(name, v).second; }
  const value* find(std::string_view name) const {
    const auto at = values_.find(name);
    return at == values_.end() ? nullptr : &at->second;
  }

  /// Notes whose weights and bias (or nullptr: zeros) convolution `id`, the latest node, loads in the end.
  void load_later(const tensor* weights, const tensor* bias) {
    pending_.push_back({net.size() - 1, weights, bias, current});
  }

  result<void> load_weights() {
    for (const auto& p : pending_) {
      current = p.source;
      if (auto r = load(std::get<graph::op::conv2d>(net[p.id].op), p); !r) return r.failure();
    }
    return {};
  }

 private:
  struct pending {
    int id;
    const tensor *weights, *bias;
    const node* source;
  };

  std::string_view label() const noexcept {
    if (!current->name.empty() || current->outputs.empty()) return current->name;
    return current->outputs.front();
  }

  // A small file may name one large tensor in many places.
  result<void> spend(const tensor& t) {
    const std::size_t bytes = (t.body.size() + t.elements.size()) * (storage_of(t.type).width == 2 ? 2 : 1);
    if (bytes > budget_)
      return fail(errc::limit, "the graph copies its constants to more than 16 times the size of the file");
    budget_ -= bytes;
    return {};
  }

  result<void> load(graph::op::conv2d& conv, const pending& p) {
    const auto& g = conv.geometry;
    if (auto r = spend(*p.weights); !r) return r;
    const std::size_t oc = static_cast<std::size_t>(g.oc), ic = static_cast<std::size_t>(g.ic / g.groups);
    const std::size_t window = static_cast<std::size_t>(g.kh) * static_cast<std::size_t>(g.kw);
    conv.weights =
        graph::tensor<float, 4>::from_shape({oc, static_cast<std::size_t>(g.kh), static_cast<std::size_t>(g.kw), ic});
    const std::span<float> out(conv.weights.data(), g.weight_count());
    if (window == 1 || ic == 1) {  // [OC,IC,KH,KW] and [OC,KH,KW,IC] are the same
      if (auto r = copy_floats(*p.weights, out); !r) return fail(r.failure());
    } else {
      std::vector<float> in(out.size());
      if (auto r = copy_floats(*p.weights, in); !r) return fail(r.failure());
      for (std::size_t o = 0; o < oc; ++o)
        for (std::size_t i = 0; i < ic; ++i)
          for (std::size_t k = 0; k < window; ++k) out[(o * window + k) * ic + i] = in[(o * ic + i) * window + k];
    }
    conv.bias.assign(oc, 0.0f);
    if (!p.bias) return {};
    if (auto r = spend(*p.bias); !r) return r;
    if (auto r = copy_floats(*p.bias, conv.bias); !r) return fail(r.failure());
    return {};
  }

  std::unordered_map<std::string_view, value> values_;
  std::vector<pending> pending_;
  std::size_t budget_;
};

}  // namespace octet::io::onnx

#endif
