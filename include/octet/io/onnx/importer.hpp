#ifndef OCTET_IO_ONNX_IMPORTER_HPP
#define OCTET_IO_ONNX_IMPORTER_HPP

#include <octet/graph/model.hpp>
#include <octet/graph/pass/fuse_hard_swish.hpp>
#include <octet/io/onnx/categories.hpp>
#include <octet/io/onnx/convert.hpp>
#include <octet/io/onnx/heads.hpp>
#include <octet/io/onnx/import_options.hpp>
#include <octet/io/onnx/preprocessing.hpp>
#include <octet/io/onnx/qdq_metadata.hpp>
#include <octet/io/onnx/quantized_operators.hpp>

#include <optional>
#include <unordered_set>

namespace octet::io::onnx::detail {

/// Turns a parsed file into a model. What the graph cannot express becomes foreign, and the maps that foreign nodes read
/// are where the network ends: the arithmetic on boxes and the suppression behind the heads fall away like that. If
/// those maps are not the heads of a detector, the first node that could not be converted is the error.
class importer {
 public:
  importer(const file& f, const import_options& options) : file_(f), options_(options), b_(f.bytes) {}

  result<graph::model> run() {
    auto m = convert_file();
    return m || sized_.empty() ? std::move(m) : result<graph::model>(m.failure().within(sized_));
  }

 private:
  result<graph::model> convert_file() {
    graph::model m;
    if (auto r = check_opset(); !r) return r.failure();
    if (auto r = check_not_quantized(); !r) return r.failure();
    if (auto r = define_inputs(); !r) return r.failure();
    if (auto r = convert_nodes(); !r) return r.failure();
    if (auto r = find_outputs(m); !r) return r.failure();
    if (auto r = b_.load_weights(); !r) return r.failure();
    m.net = std::move(b_.net);
    if (auto r = prepare(m); !r) return r.failure();
    return m;
  }

  result<void> check_opset() const {
    if (file_.opsets.empty()) return error(errc::missing, "no operator set is named; a complete ONNX model names one");
    for (const auto& o : file_.opsets)
      if ((o.domain.empty() || o.domain == "ai.onnx") && (o.version < 7 || o.version > 22))
        return error(errc::unsupported, "operator set " + std::to_string(o.version) + "; 7 to 22 are accepted");
    return {};
  }

  result<void> check_not_quantized() const {
    const node* n = find_quantized_operator(file_);
    if (!n && !is_quantized(file_)) return {};
    return error(errc::unsupported,
                 "is already quantised (" + (is_quantized(file_) ? "by Octet" : std::string(n->type)) +
                     (n ? ", node " + quoted(n->name.empty() && !n->outputs.empty() ? n->outputs.front() : n->name) : "") +
                     "); an FP32 model is accepted");
  }

  // Old exporters list initializers as inputs too; what is left are the real inputs.
  result<void> define_inputs() {
    for (const auto& t : file_.initializers)
      if (!b_.define(t.name, {.constant = &t})) return error(errc::invalid, "two initializers are named " + quoted(t.name));
    const port* picture = nullptr;
    for (const auto& p : file_.inputs) {
      if (b_.find(p.name)) continue;
      const bool image = p.dims.size() == 4;
      if (image && picture)
        return error(errc::unsupported, "two inputs of four dimensions, " + quoted(picture->name) + " and " +
                                            quoted(p.name) + "; one picture [N,C,H,W] is accepted");
      if (image) picture = &p;
      b_.define(p.name, {.map = image ? 0 : -1});
    }
    if (!picture) return error(errc::missing, "no input of four dimensions; one picture [N,C,H,W] is accepted");
    if (storage_of(picture->type).width == 0)
      return error(errc::unsupported, "input " + quoted(picture->name) + " is of " + to_string(picture->type) +
                                          "; float32, float16, bfloat16 and float64 are accepted");
    auto d = picture->dims;
    if (options_.size) {
      const std::int64_t h = options_.size->height, w = options_.size->width;
      if (d[2] != h || d[3] != w)
        sized_ = "--size " + std::to_string(w) + "x" + std::to_string(h) + " in place of the file's " + to_string(d);
      d[2] = h, d[3] = w;
    }
    const bool one = d[0] <= 1 && d[1] >= 1 && d[1] <= 4096;
    if (one && (d[2] < 1 || d[3] < 1))
      return error(errc::unsupported, "input " + quoted(picture->name) + " is " + to_string(d) +
                                          ", its size left open; --size WxH fixes it (import_options::size), or an export "
                                          "with a fixed size");
    if (!one || d[2] < 1 || d[2] > 16384 || d[3] < 1 || d[3] > 16384)
      return error(errc::unsupported, "input " + quoted(picture->name) + " is " + to_string(d) +
                                          "; accepted: batch 1 or dynamic, up to 4096 channels, fixed sizes up to 16384");
    b_.net.nodes.push_back({std::string(picture->name), graph::op::input{}, {}, {int(d[2]), int(d[3]), int(d[1])}});
    return {};
  }

  /// Which nodes the outputs need. Nodes are in topological order, so one pass from the back suffices.
  std::vector<bool> needed_nodes() const {
    std::unordered_set<std::string_view> names;
    for (const auto& o : file_.outputs) names.insert(o.name);
    std::vector<bool> needed(file_.nodes.size());
    for (std::size_t i = needed.size(); i-- > 0;) {
      const node& n = file_.nodes[i];
      for (auto o : n.outputs) needed[i] = needed[i] || names.contains(o);
      if (needed[i]) names.insert(n.inputs.begin(), n.inputs.end());
    }
    return needed;
  }

  result<void> convert_nodes() {
    const auto needed = needed_nodes();
    for (std::size_t i = 0; i < needed.size(); ++i) {
      if (!needed[i]) continue;
      const node& n = file_.nodes[i];
      b_.current = &n;
      bool foreign = false, reads_map = false;
      for (auto name : n.inputs) {
        if (name.empty()) continue;
        const value* v = b_.find(name);
        if (!v) return b_.fail(errc::invalid, "input " + quoted(name) + " is made by no node before it");
        foreign = foreign || v->foreign();
        reads_map = reads_map || v->map >= 0;
      }
      for (auto name : n.outputs)
        if (!name.empty() && !b_.define(name, {}))
          return b_.fail(errc::invalid, "its output " + quoted(name) + " is defined twice");
      if (n.type == "Constant") {
        const attribute* a = n.find("value");
        if (!a || !a->has(5))
          return b_.fail(errc::unsupported, "a constant without a tensor; attribute 'value' is accepted");
        if (auto r = b_.bind({.constant = &a->t}); !r) return r;
        continue;
      }
      if (!foreign) {
        const auto converted = convert(b_);
        if (converted) continue;
        // The most telling failure is the first on a picture's way, not one on that of a scale factor.
        if (!failure_ || (reads_map && !failure_reads_map_))
          failure_.emplace(converted.failure()), failure_reads_map_ = reads_map;
      }
      for (auto name : n.inputs)
        if (const value* v = name.empty() ? nullptr : b_.find(name); v && v->map >= 0) cut_.push_back(v->map);
    }
    return {};
  }

  result<void> find_outputs(graph::model& m) {
    bool complete = true;
    std::vector<int> ends;
    for (const auto& o : file_.outputs) {
      const value* v = b_.find(o.name);
      if (!v) return error(errc::invalid, "output " + quoted(o.name) + " is made by no node");
      if (v->map >= 0)
        ends.push_back(v->map);
      else
        complete = false;
    }
    if (!complete && !failure_) return error(errc::unsupported, "an output that is a constant; feature maps are accepted");
    if (!complete) ends.insert(ends.end(), cut_.begin(), cut_.end());
    std::unordered_set<int> seen;
    for (int id : ends)
      if (seen.insert(id).second) b_.net.outputs.push_back(id);
    if (b_.net.outputs.empty()) return complete ? error(errc::missing, "no outputs") : *failure_;

    m.heads = recognise_heads(b_.net, b_.net.outputs);
    if (m.heads.empty()) {
      auto raw = recognise_raw_heads(b_.net, b_.net.outputs, options_.classes);
      if (!complete && !raw.doubt.empty()) return error(errc::unsupported, raw.doubt);
      for (graph::head& h : raw.heads) {
        const graph::node& before = b_.net[h.scores];
        b_.net.nodes.push_back(
            {before.name + "/sigmoid", graph::op::activate{nn::activation::sigmoid()}, {h.scores}, before.shape});
        h.scores = b_.net.size() - 1;
      }
      m.heads = std::move(raw.heads);
    }
    if (m.heads.empty()) return complete ? result<void>() : result<void>(*failure_);
    b_.net.outputs = head_outputs(m.heads);
    m.classes = b_.shape(m.heads.front().scores).c;
    if (options_.classes && *options_.classes != m.classes)
      return error(errc::invalid, "its scores are of " + std::to_string(m.classes) + " classes, not of the " +
                                      std::to_string(*options_.classes) + " that are given");
    const std::size_t bins = static_cast<std::size_t>(b_.shape(m.heads.front().distances).c) / 4;
    for (std::size_t i = 0; i < bins; ++i) m.projection.push_back(static_cast<float>(i));
    if (auto known = read_categories(file_, m.classes))
      m.categories = *std::move(known);
    else
      return known.failure();
    return complete ? result<void>() : read_projection(m.projection);
  }

  /// Training may leave the bins' values not quite whole; the post-processing then holds them as a factor.
  result<void> read_projection(std::vector<float>& projection) {
    for (const auto& n : file_.nodes) {
      if (n.type != "MatMul" || n.inputs.size() != 2) continue;
      const value* v = b_.find(n.inputs[1]);
      if (!v || !v->constant || element_count(*v->constant, projection.size()) != projection.size()) continue;
      const auto stored = floats(*v->constant);
      if (!stored) return stored.failure();
      projection = *stored;
      return {};
    }
    return {};
  }

  result<void> prepare(graph::model& m) const {
    const extent in = m.net.input_shape();
    for (const auto& [key, line] : file_.metadata) {
      if (key != preprocessing_key) continue;
      auto p = parse_preprocessing(line);
      if (!p) return p.failure().within(std::string(key));
      if (options_.size) p->width = in.w, p->height = in.h;
      if (p->width != in.w || p->height != in.h || in.c != 3)
        return error(errc::invalid, std::string(key) + ": '" + std::string(line) + "' for an input of " +
                                        std::to_string(in.c) + "x" + std::to_string(in.h) + "x" + std::to_string(in.w) +
                                        " (channels, height, width)");
      m.pre = *p;
      return {};
    }
    bool swish = false;
    for (int id = 0; id < m.net.size() && !swish; ++id) swish = graph::pass::hard_swish_source(m.net, id) >= 0;
    m.pre = swish ? preprocessing::imagenet(in.w, in.h) : preprocessing::unit(in.w, in.h);
    return {};
  }

  const file& file_;
  const import_options& options_;
  std::string sized_;  // which size stands for which, where options give one
  builder b_;
  std::vector<int> cut_;  // maps that nodes read which were not converted
  std::optional<error> failure_;
  bool failure_reads_map_ = false;
};

}  // namespace octet::io::onnx::detail

#endif
