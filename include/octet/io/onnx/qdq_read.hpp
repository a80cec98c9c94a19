#ifndef OCTET_IO_ONNX_QDQ_READ_HPP
#define OCTET_IO_ONNX_QDQ_READ_HPP

#include <octet/io/onnx/qdq_check.hpp>
#include <octet/io/onnx/qdq_operations.hpp>
#include <octet/io/onnx/qdq_write.hpp>
#include <octet/io/read_file.hpp>

#include <algorithm>

namespace octet::io {

namespace onnx::detail {

/// Reads the nodes of a file in the form of qdq_form.hpp into an integer model. Each map is made by a few nodes that end
/// with its QuantizeLinear and DequantizeLinear.
class qdq_reader {
 public:
  qdq_reader(const file& f, const qdq_dialect& d) : file_(f), c_(f, d) {}

  result<graph::integer_model> run() {
    if (auto r = c_.open_input(); !r) return r.failure();
    for (const node& n : file_.nodes) {
      c_.current = &n;
      auto r = n.type == "QuantizeLinear" ? quantize() : n.type == "DequantizeLinear" ? dequantize() : qdq_operation(c_);
      if (!r) return r.failure();
    }
    if (c_.work || !c_.quantised.empty())
      return error(errc::missing, "the nodes end before the last map is quantised and dequantised");
    for (const port& o : file_.outputs) {
      const auto id = c_.find_map(o.name);
      if (id < 0) return error(errc::invalid, "output " + quoted(o.name) + " is no map");
      if (std::find(c_.model.net.outputs.begin(), c_.model.net.outputs.end(), id) != c_.model.net.outputs.end())
        return error(errc::invalid, "output " + quoted(o.name) + " is there twice");
      c_.model.net.outputs.push_back(id);
    }
    const auto output_id = [&](std::string_view name) {
      const bool found =
          std::any_of(file_.outputs.begin(), file_.outputs.end(), [&](const port& o) { return o.name == name; });
      return found ? c_.find_map(name) : -1;
    };
    if (auto r = read_metadata(file_, c_.model, output_id); !r) return r.failure();
    if (auto r = check_constants(c_.model); !r) return r.failure();
    return std::move(c_.model);
  }

 private:
  /// Weights and biases, or the second half of a map's end.
  result<void> dequantize() {
    if (c_.current->outputs.size() != 1) return c_.fail(errc::invalid, "one output is accepted");
    if (const tensor* t = c_.find_constant(0)) {
      const tensor* scale = c_.find_constant(1);
      if (!scale) return c_.fail(errc::missing, "its scale is no constant");
      c_.dequantised[c_.current->outputs[0]] = {t, scale};
      return {};
    }
    if (c_.quantised.empty() || c_.current->inputs.empty() || c_.current->inputs[0] != c_.quantised)
      return c_.fail(errc::invalid, "its input is neither a constant nor the map that was quantised last");
    c_.maps[c_.current->outputs[0]] = c_.model.net.size() - 1;
    c_.quantised = {};
    return {};
  }

  /// The first half of a map's end: adds the node.
  result<void> quantize() {
    if (!c_.work) {
      if (auto r = c_.begin_rescale(); !r) return r;
    }
    if (c_.current->inputs.empty() || c_.current->inputs[0] != c_.work->out)
      return c_.fail(errc::invalid, "its input is not what was computed last");
    const auto steps = c_.floats(1);
    if (!steps) return steps.failure();
    const int raised = c_.dialect.unsigned_maps ? 128 : 0;
    const auto zeros = c_.integers(2, raised - 128, raised + 127);
    if (!zeros) return zeros.failure();
    const auto channels = static_cast<std::size_t>(c_.work->shape.c);
    if (steps->size() != 1 || zeros->size() != 1) return c_.fail(errc::invalid, "more than one scale or zero point");
    if (!(steps->front() > 0)) return c_.fail(errc::invalid, "its scale is not a positive number");
    graph::quantization q{
        steps->front(), {}, std::vector<std::int8_t>(channels, static_cast<std::int8_t>(zeros->front() - raised))};
    for (std::size_t c = 0; c < c_.work->offset.size(); ++c)
      q.zero_point[c] = static_cast<std::int8_t>(clamp(
          rounding::half_even{}(static_cast<double>(c_.work->offset[c]) / static_cast<double>(q.step)), -128.0, 127.0));
    if (moves(c_.work->op)) {
      auto moved = carried(c_.work->op, inputs_of(c_.model, c_.work->inputs));
      if (!moved || moved->step != q.step || moved->zero_point != q.zero_point)
        return c_.fail(errc::invalid, "scale and zero point are not those of the maps whose values are moved");
      q = std::move(*moved);
    } else {
      q.gain = c_.work->gain.empty() ? std::vector<float>(channels, 1.0f) : std::move(c_.work->gain);
    }
    const std::string prefix = std::to_string(c_.model.net.size()) + ":";
    const std::string_view label = c_.current->outputs.empty() ? std::string_view() : c_.current->outputs[0];
    if (!label.starts_with(prefix) || !label.ends_with("/q") || label.size() < prefix.size() + 2)
      return c_.fail(errc::invalid, "its output is not named '" + prefix + "<name>/q'");
    c_.quantised = label;
    const std::string_view name = label.substr(prefix.size(), label.size() - prefix.size() - 2);
    c_.model.net.nodes.push_back({std::string(name), std::move(c_.work->op), std::move(c_.work->inputs), c_.work->shape});
    c_.model.quantizations.push_back(std::move(q));
    c_.work.reset();
    return {};
  }

  const file& file_;
  qdq_cursor c_;
};

}  // namespace onnx::detail

namespace onnx {

/// The dialect that a file says it is written in. Errors: it says none, or one that is not known here.
inline result<qdq_dialect> dialect_of(const file& f) {
  const auto format = detail::metadata_value(f, format_key);
  if (!format) return format.failure();
  for (const qdq_dialect& d : qdq_dialects)
    if (*format == d.format) return d;
  std::string accepted;
  for (const qdq_dialect& d : qdq_dialects) accepted += (accepted.empty() ? "" : ", ") + quoted(d.format);
  return error(errc::unsupported, "its format is " + quoted(*format) + "; accepted: " + accepted);
}

}  // namespace onnx

/// Reads a model that to_onnx wrote: the integer model that it was written from, constants derived. Files of any other
/// form are refused, also where they would compute something: the model read must give the same bytes when it is
/// written again. `name` begins each error, which names the node, or the byte, what was found and what is accepted.
inline result<graph::integer_model> import_quantized_onnx(std::span<const std::byte> bytes,
                                                          std::string_view name = "model") {
  const auto file = onnx::parse(bytes);
  if (!file) return file.failure().within(name);
  const auto dialect = onnx::dialect_of(*file);
  if (!dialect) return dialect.failure().within(name);
  auto m = onnx::detail::qdq_reader(*file, *dialect).run();
  if (!m) return m.failure().within(name);
  if (const auto possible = check_dialect(*m, *dialect); !possible) return possible.failure().within(name);
  const std::string again = to_onnx(*m, *dialect);
  const std::string_view found(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  if (again != found) {
    const auto at = std::mismatch(again.begin(), again.end(), found.begin(), found.end()).second - found.begin();
    return error(errc::unsupported, "byte " + std::to_string(at) +
                                        ": not what Octet writes for this model; accepted are files as Octet wrote them")
        .within(name);
  }
  graph::derive_constants(*m);
  return m;
}

/// The same from a file.
inline result<graph::integer_model> read_quantized_onnx(const std::filesystem::path& path) {
  const auto bytes = read_file(path);
  if (!bytes) return bytes.failure();
  return import_quantized_onnx(*bytes, path.string());
}

}  // namespace octet::io

#endif
