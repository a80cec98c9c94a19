#ifndef OCTET_IO_ONNX_QDQ_CURSOR_HPP
#define OCTET_IO_ONNX_QDQ_CURSOR_HPP

#include <octet/io/onnx/qdq_dialect.hpp>
#include <octet/io/onnx/qdq_form.hpp>
#include <octet/io/onnx/qdq_metadata.hpp>

#include <algorithm>
#include <optional>
#include <unordered_map>
#include <utility>

namespace octet::io::onnx::detail {

/// Where the reader of the form "qdq 1" stands: the model so far, what the file's names mean, and the integer operation
/// whose nodes are being read. A map is made by a few nodes, which `begin` and `follow` its operation, and ends with its
/// QuantizeLinear and DequantizeLinear.
class qdq_cursor {
 public:
  static constexpr int most_side = 1 << 14;  ///< of a map

  qdq_cursor(const onnx::file& f, const qdq_dialect& d) : file(f), dialect(d), budget_(2 * f.bytes + (1u << 16)) {
    for (const tensor& t : f.initializers) constants_.emplace(t.name, &t);
  }

  struct operation {
    graph::integer_operation op;
    std::vector<int> inputs;
    extent shape;
    std::string_view out;             ///< the tensor that the next node must read
    std::string_view before;          ///< the one before it
    std::vector<float> gain, offset;  ///< by channel; empty: all 1, all 0
  };

  error fail(errc code, const std::string& what) const {
    return {code, "node " + quoted(current->name) + " (" + std::string(current->type.substr(0, 40)) + "): " + what};
  }

  result<void> open_input() {
    if (file.inputs.size() != 1 || file.inputs[0].dims.size() != 4)
      return error(errc::invalid, "its inputs are not one picture [1,C,H,W]");
    const port& p = file.inputs[0];
    for (std::size_t i = 1; i < 4; ++i)
      if (p.dims[i] < 1 || p.dims[i] > most_side)
        return error(errc::limit,
                     "input " + quoted(p.name) + " is " + to_string(p.dims) + "; sizes from 1 to 16384 are accepted");
    const auto side = [&](std::size_t i) { return static_cast<int>(p.dims[i]); };
    work.emplace(operation{graph::op::input{}, {}, {side(2), side(3), side(1)}, p.name, {}, {}, {}});
    return {};
  }

  /// A map that is quantised again, with or without a Mul by its gain in between.
  result<void> begin_rescale() {
    const auto x = map(0);
    if (!x) return x.failure();
    if (auto r = begin(graph::integer::rescale{}, {*x}, shape(*x)); !r) return r;
    work->out = current->inputs[0];
    return {};
  }

  const tensor* find_constant(std::size_t i) const {
    const auto at = i < current->inputs.size() ? constants_.find(current->inputs[i]) : constants_.end();
    return at == constants_.end() ? nullptr : at->second;
  }
  int find_map(std::string_view name) const {
    const auto at = maps.find(name);
    return at == maps.end() ? -1 : at->second;
  }

  result<std::vector<float>> floats(std::size_t i) { return floats(find_constant(i)); }
  result<std::vector<float>> floats(const tensor* t) {
    if (auto r = spend(t); !r) return r.failure();
    auto v = onnx::floats(*t);
    if (!v) return fail(v.failure().code(), v.failure().what());
    return v;
  }
  result<std::vector<std::int64_t>> integers(std::size_t i, std::int64_t lo, std::int64_t hi) {
    return integers(find_constant(i), lo, hi);
  }
  result<std::vector<std::int64_t>> integers(const tensor* t, std::int64_t lo, std::int64_t hi) {
    if (auto r = spend(t); !r) return r.failure();
    auto v = onnx::integers(*t);
    if (!v) return fail(v.failure().code(), v.failure().what());
    for (auto x : *v)
      if (x < lo || x > hi)
        return fail(errc::invalid, "constant " + quoted(t->name) + " holds " + std::to_string(x) + "; " +
                                       std::to_string(lo) + " to " + std::to_string(hi) + " are accepted");
    return v;
  }

  /// The map that input `i` of the current node stands for.
  result<int> map(std::size_t i) const {
    const int id = i < current->inputs.size() ? find_map(current->inputs[i]) : -1;
    if (id < 0)
      return fail(errc::invalid, "its input " + std::to_string(i) + " is no map that was quantised and dequantised before");
    return id;
  }
  extent shape(int id) const { return model.net[id].shape; }

  /// Begins an operation whose output has shape `e`.
  result<void> begin(graph::integer_operation op, std::vector<int> inputs, extent e) {
    if (work) return fail(errc::invalid, quoted(work->out) + " is not quantised before this node");
    if (e.h < 1 || e.w < 1 || e.c < 1) return fail(errc::invalid, "an output of no size");
    if (e.h > most_side || e.w > most_side || e.c > most_side || e.size() > most_values)
      return fail(errc::limit, "an output of more than 2^28 values or 2^14 in one direction");
    if (!take(static_cast<std::size_t>(e.c))) return fail(errc::limit, "more channels than a file of this size can have");
    work.emplace(operation{std::move(op), std::move(inputs), e, current->outputs[0], {}, {}, {}});
    return {};
  }
  /// The current node must read what was computed last.
  result<void> follow() {
    if (!work || current->inputs.empty() || current->inputs[0] != work->out)
      return fail(errc::invalid, "its input is not what was computed last");
    work->before = std::exchange(work->out, current->outputs[0]);
    return {};
  }

  /// `count` integers of an attribute, all between lo and hi.
  result<std::vector<int>> attribute(std::string_view name, std::size_t count, int lo, int hi) const {
    const onnx::attribute* a = current->find(name);
    const bool good = a && a->ints.size() == count &&
                      std::all_of(a->ints.begin(), a->ints.end(), [&](auto x) { return x >= lo && x <= hi; });
    if (!good)
      return fail(errc::invalid, "attribute " + quoted(name) + " is not " + std::to_string(count) + " integers from " +
                                     std::to_string(lo) + " to " + std::to_string(hi));
    return std::vector<int>(a->ints.begin(), a->ints.end());
  }

  const onnx::file& file;
  qdq_dialect dialect;
  graph::integer_model model;
  const node* current = nullptr;
  std::optional<operation> work;  // between two maps
  std::string_view quantised;     // output of a QuantizeLinear whose DequantizeLinear comes next
  std::unordered_map<std::string_view, int> maps;
  std::unordered_map<std::string_view, std::pair<const tensor*, const tensor*>> dequantised;  // a constant and its scale

 private:
  static constexpr std::size_t most_values = std::size_t{1} << 28;

  // A small file may name a large constant, or join a wide map, many times.
  bool take(std::size_t n) {
    if (n > budget_) return false;
    budget_ -= n;
    return true;
  }
  result<void> spend(const tensor* t) {
    if (!t) return fail(errc::missing, "a constant is expected among its inputs");
    if (!take(t->body.size())) return fail(errc::limit, "constants are used too often");
    return {};
  }

  std::unordered_map<std::string_view, const tensor*> constants_;
  std::size_t budget_;
};

}  // namespace octet::io::onnx::detail

#endif
