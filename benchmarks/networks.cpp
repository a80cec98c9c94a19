// Whole networks, from the prepared picture to the head tensors: Octet in FP32 and INT8 and onnxruntime in turns.
#include "octet_methods.hpp"
#include "peers/onnxruntime.hpp"
#include "resized.hpp"
#include "sampling.hpp"

#include <octet/graph/float_backend.hpp>
#include <octet/graph/integer_backend.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/graph/picodet.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/json_writer.hpp>
#include <octet/io/onnx/float_write.hpp>
#include <octet/io/onnx/import.hpp>
#include <octet/io/onnx/parse.hpp>
#include <octet/io/onnx/qdq_read.hpp>
#include <octet/io/onnx/qdq_write.hpp>
#include <octet/io/progress.hpp>
#include <octet/io/table.hpp>
#include <octet/io/write_file.hpp>
#include <octet/ptq/calibrate.hpp>
#include <octet/ptq/lower.hpp>
#include <octet/quant/recipe.hpp>

#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace octet;
using bench::timing;

/// What a node is timed with: convolutions by their kind, the rest together.
struct work {
  std::string kind = "other";
  double products = 0;
};

template <class Operation>
work work_of(const Operation& operation, extent out) {
  return std::visit(
      [&](const auto& f) -> work {
        if constexpr (requires { f.geometry.depth(); }) {
          const nn::conv2d_geometry& g = f.geometry;
          const double products = static_cast<double>(out.size()) * g.depth();
          if (g.depthwise()) return {"depthwise", products};
          return {g.pointwise() ? "pointwise" : "dense", products};
        }
        return {};
      },
      operation);
}

/// Any picture will do: no kernel's time depends on the values but through rare ties.
template <class T>
void fill(map_view<T> input, unsigned seed) {
  std::mt19937 bits(seed);
  std::uniform_real_distribution<float> pixel(-2, 2);
  constexpr float unit = std::is_same_v<T, float> ? 1.0f : 60.0f;
  for (std::size_t i = 0; i < input.shape().size(); ++i) input.data[i] = static_cast<T>(pixel(bits) * unit);
}

/// One form of a network, ready to run. Times and peers are filled in by `measure`.
struct contestant {
  std::string network, form;
  bool ours = true;
  int side = 0;
  double products = 0;
  std::size_t arena = 0, least_arena = 0;
  std::function<void()> run = {};
  std::function<std::map<std::string, double>(int)> parts = {};  ///< least ns of every kind of operation in so many runs
  timing time = {};
};

template <class Program>
contestant ours(std::string network, std::string form, typename Program::network_type net, graph::fork_join& on) {
  struct state {
    explicit state(typename Program::network_type n, graph::fork_join& f)
        : program(std::move(n)), arena(program, f.size()), on(f) {
      fill(program.map(arena, 0), 20);
    }
    Program program;
    typename Program::arena arena;
    graph::fork_join& on;
  };
  const auto s = std::make_shared<state>(std::move(net), on);
  contestant c{std::move(network), std::move(form)};
  c.side = s->program.network().input_shape().w;
  for (const auto& n : s->program.network().nodes) c.products += work_of(n.op, n.shape).products;
  c.arena = s->program.memory().arena_bytes;
  c.least_arena = s->program.memory().lower_bound;
  c.run = [s] { s->program.run(s->arena, s->on); };
  c.parts = [s](int runs) {
    std::map<std::string, double> sums;
    std::vector<double> least(s->program.network().nodes.size(), 1e18);
    for (int i = 0; i < runs; ++i) {
      double before = bench::now_ns(s->on.size());
      s->program.run(s->arena, s->on, [&](int id, const auto&) {
        const double now = bench::now_ns(s->on.size());
        auto& l = least[static_cast<std::size_t>(id)];
        l = std::min(l, now - before), before = now;
      });
    }
    for (std::size_t id = 0; id < least.size(); ++id) {
      const auto& n = s->program.network().nodes[id];
      sums[work_of(n.op, n.shape).kind] += least[id];
    }
    return sums;
  };
  return c;
}

template <class Recipe>
result<graph::integer_model> quantize(const graph::model& m) {
  const graph::float_program program(m.net);
  constexpr int pictures = 4;
  const auto draw = [](int i, map_view<float> input) -> result<void> {
    fill(input, static_cast<unsigned>(i));
    return {};
  };
  auto seen = ptq::calibrate<Recipe>(program, pictures, 1, draw, [](int) {});
  if (!seen) return seen.failure();
  return ptq::lower<Recipe>(m, seen->quantizations());
}

class tournament {
 public:
  tournament(int rounds, graph::fork_join& on, bool peers, bool sizes)
      : rounds_(rounds), on_(on), peers_(peers), sizes_(sizes) {}

  /// All forms of an FP32 model, or the one of a full-INT8 file. The INT8 forms are calibrated on noise: for times only.
  result<void> add(std::span<const std::byte> bytes, const std::string& path) {
    const std::string name = std::filesystem::path(path).stem().string();
    const auto file = io::onnx::parse(bytes);
    if (!file) return file.failure().within(path);
    group_.clear();
    if (io::onnx::is_quantized(*file)) {
      auto m = io::import_quantized_onnx(bytes, path);
      if (!m) return m.failure();
      enter<graph::integer_program>(name, "INT8", m->net);
      if (auto r = challenge(bytes, *file, name, "onnxruntime QDQ"); !r) return r;
      return measure();
    }
    auto m = io::import_onnx(bytes, path);
    if (!m) return m.failure();
    graph::pass::simplify(*m);
    enter<graph::float_program>(name, "FP32", m->net);
    const auto int8 = quantize<quant::recipe>(*m);
    if (!int8) return int8.failure();
    enter<graph::integer_program>(name, "INT8", int8->net);
    if (auto r = challenge(bytes, *file, name, "onnxruntime FP32"); !r) return r;
    // onnxruntime knows no scales of activations per channel, so it gets the form that it is fast with.
    const auto per_tensor = quantize<quant::npu>(*m);
    if (!per_tensor) return per_tensor.failure();
    for (const io::qdq_dialect& dialect : io::qdq_dialects) {
      const std::string qdq = io::to_onnx(*per_tensor, dialect);
      const auto qdq_bytes = std::as_bytes(std::span(qdq));
      const auto qdq_file = io::onnx::parse(qdq_bytes);
      if (!qdq_file) return qdq_file.failure();
      if (auto r = challenge(qdq_bytes, *qdq_file, name, "onnxruntime " + std::string(dialect.name)); !r) return r;
    }
    return measure();
  }

  const std::vector<std::vector<contestant>>& groups() const { return groups_; }

 private:
  template <class Program>
  void enter(const std::string& name, const std::string& form, const typename Program::network_type& net) {
    group_.push_back(ours<Program>(name, form, net, on_));
    if (!sizes_) return;
    for (int side : {224, 320, 416, 640})
      if (side != net.input_shape().w)
        if (auto other = bench::resized(net, side)) group_.push_back(ours<Program>(name, form, std::move(*other), on_));
  }

  result<void> challenge(std::span<const std::byte> bytes, const io::onnx::file& file, const std::string& name,
                         const std::string& form) {
    if (!peers_) return {};
    std::vector<bench::onnxruntime::input> inputs;
    for (const auto& p : file.inputs) {
      const auto same = [&](const auto& t) { return t.name == p.name; };
      if (std::ranges::any_of(file.initializers, same)) continue;
      bench::onnxruntime::input i{std::string(p.name), {}};
      for (std::size_t d = 0; d < p.dims.size(); ++d)
        i.shape.push_back(p.dims[d] > 0 ? p.dims[d] : d == 0 || p.dims.size() < 4 ? 1 : group_.front().side);
      inputs.push_back(std::move(i));
    }
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    auto run = bench::onnxruntime::load(text, inputs, on_.size());
    if (!run) return run.failure().within(name);
    contestant c{name, form, false, group_.front().side, group_.front().products};
    c.run = std::move(*run);
    group_.push_back(std::move(c));
    return {};
  }

  result<void> measure() {
    std::vector<std::function<void()>> runs;
    for (const contestant& c : group_) runs.push_back(c.run);
    const auto times = bench::take_turns(runs, rounds_, on_.size());
    for (std::size_t i = 0; i < group_.size(); ++i) group_[i].time = times[i];
    groups_.push_back(std::move(group_));
    return {};
  }

  int rounds_;
  graph::fork_join& on_;
  bool peers_, sizes_;
  std::vector<contestant> group_;
  std::vector<std::vector<contestant>> groups_;
};

const contestant* best_peer(const std::vector<contestant>& group, const contestant& c) {
  const contestant* best = nullptr;
  for (const contestant& p : group)
    if (!p.ours && p.side == c.side && (!best || p.time.median < best->time.median)) best = &p;
  return best;
}

std::string to_text(const std::vector<std::vector<contestant>>& groups, bool parts) {
  io::table whole({"network", "side", "form", "median ms", "least ms", "MMAC", "GMAC/s", "us/MMAC", "maps KiB", "of least",
                   "best peer", "faster"});
  io::table kinds({"network", "form", "part", "least ms"});
  for (const auto& group : groups)
    for (const contestant& c : group) {
      const contestant* p = c.ours ? best_peer(group, c) : nullptr;
      whole.add({c.network, std::to_string(c.side), c.ours ? "Octet " + c.form : c.form, io::fixed(c.time.median / 1e6, 2),
                 io::fixed(c.time.minimum / 1e6, 2), io::fixed(c.products / 1e6, 1),
                 io::fixed(c.products / c.time.median, 1),
                 io::fixed(c.time.median / c.products * 1e3, 1), c.ours ? std::to_string(c.arena >> 10) : "-",
                 c.ours ? io::fixed(static_cast<double>(c.arena) / static_cast<double>(c.least_arena), 3) : "-",
                 p ? p->form : "-", p ? io::fixed(p->time.median / c.time.median, 2) + "x" : "-"});
      if (parts && c.ours && c.side == group.front().side)
        for (const auto& [kind, ns] : c.parts(10)) kinds.add({c.network, c.form, kind, io::fixed(ns / 1e6, 2)});
    }
  return whole.text() + (parts ? "\n" + kinds.text() : "");
}

std::string to_json(const std::vector<std::vector<contestant>>& groups, bench::peaks peak, int threads) {
  io::json_writer w;
  w.begin_object().key("rows").begin_array();
  for (const auto& group : groups)
    for (const contestant& c : group) {
      if (!c.ours) continue;
      const bool int8 = c.form == "INT8";
      const std::string op = int8 ? "network_s8" : "network_f32", shape = c.network + "_" + std::to_string(c.side);
      const double speed = c.products / c.time.median;
      w.begin_object().member("name", op + "/" + arch::current::name + "/" + shape).member("op", op);
      w.member("arch", arch::current::name).member("shape", shape).member("threads", threads);
      w.member("ns_median", c.time.median).member("ns_min", c.time.minimum).member("gmacs", speed);
      w.member("peak_share", speed / (int8 ? peak.int8 : peak.fp32));
      const contestant* p = best_peer(group, c);
      w.key("best_peer"), p ? w.value(p->form) : w.value(nullptr);
      w.key("ratio_best_peer"), p ? w.value(p->time.median / c.time.median) : w.value(nullptr);
      w.member("arena_bytes", c.arena).member("arena_lower_bound", c.least_arena).end_object();
    }
  w.end_array().end_object();
  return w.take();
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> models;
  int rounds = 15, threads = 1;
  bool peers = false, sizes = false, parts = false;
  std::string json;
  io::arguments line("networks", "Times PicoDet-S-NPU with random weights, and models, from picture to head tensors.");
  line.positional("MODEL", models, "FP32 models, or full-INT8 ones written by quantize", 0);
  line.option("--threads", "N", threads, "threads", 1, 256);
  line.option("--rounds", "N", rounds, "samples of each", 1, 1000000);
  line.flag("--peers", peers, "onnxruntime in the same rounds, from the library OCTET_ONNXRUNTIME names");
  line.flag("--sizes", sizes, "for pictures of 224, 320, 416 and 640 pixels too");
  line.flag("--parts", parts, "tell what kinds of operations take");
  line.option("--json", "FILE", json, "write the rows there");
  if (const auto status = line.read(argc, argv)) return *status;
  const auto fail = [](const error& e) { return std::fprintf(stderr, "networks: %s\n", e.what()), 2; };
  if (peers) {
    if (const std::string why = bench::onnxruntime::missing(); !why.empty()) {
      std::printf("onnxruntime: %s\n", why.c_str());
      peers = false;
    } else {
      std::printf("onnxruntime takes all instructions of this processor; Octet is built for %s.\n", arch::current::name);
    }
  }

  graph::fork_join on(threads);
  tournament t(rounds, on, peers, sizes);
  io::progress bar("networks", static_cast<int>(models.size()) + 1);
  const std::string npu = io::to_onnx(graph::make_picodet());
  if (auto r = t.add(std::as_bytes(std::span(npu)), "picodet_s_npu.onnx"); !r) return fail(r.failure());
  bar(1);
  for (std::size_t i = 0; i < models.size(); ++i) {
    const auto bytes = io::read_file(models[i]);
    if (!bytes) return fail(bytes.failure());
    if (auto r = t.add(*bytes, models[i]); !r) return fail(r.failure());
    bar(static_cast<int>(i) + 2);
  }
  bar.finish();
  std::printf("%s on %d thread%s\n\n%s", arch::current::name, threads, threads > 1 ? "s" : "",
              to_text(t.groups(), parts).c_str());
  if (json.empty()) return 0;
  if (const auto r = io::write_file(json, to_json(t.groups(), bench::measure_peaks(on), threads)); !r)
    return fail(r.failure());
}
