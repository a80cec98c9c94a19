// Whole networks, from the prepared picture to the head tensors: FP32 models and full-INT8 ones, in turns, on one thread.
#include <octet/graph/float_backend.hpp>
#include <octet/graph/integer_backend.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/onnx/import.hpp>
#include <octet/io/onnx/parse.hpp>
#include <octet/io/onnx/qdq_read.hpp>
#include <octet/io/table.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace {

using namespace octet;
using clock_type = std::chrono::steady_clock;

double since(clock_type::time_point start) {
  return std::chrono::duration<double, std::milli>(clock_type::now() - start).count();
}

double least(const std::vector<double>& all) { return *std::ranges::min_element(all); }
double median(std::vector<double> all) {
  std::ranges::nth_element(all, all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2));
  return all[all.size() / 2];
}

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

template <class Program>
class candidate {
 public:
  candidate(std::string name, typename Program::network_type net) : name_(std::move(name)), program_(std::move(net)) {
    for (const auto& n : program_.network().nodes) works_.push_back(work_of(n.op, n.shape));
    nodes_.resize(works_.size());
    // Any picture will do: no kernel's time depends on the values but through rare ties.
    const auto input = program_.map(arena_, 0);
    unsigned x = 1;
    for (std::size_t i = 0; i < input.shape().size(); ++i) {
      x = x * 1664525u + 1013904223u;
      input.data[i] = static_cast<typename Program::element>(static_cast<int>(x >> 24) - 128);
    }
  }

  void run() {
    const auto start = clock_type::now();
    auto before = start;
    program_.run(arena_, [&](int id, const auto&) {
      const auto now = clock_type::now();
      nodes_[static_cast<std::size_t>(id)].push_back(std::chrono::duration<double, std::milli>(now - before).count());
      before = now;
    });
    all_.push_back(since(start));
  }

  void tell(io::table& whole, io::table& parts) const {
    std::map<std::string, work> sums;
    std::map<std::string, double> times;
    double products = 0;
    for (std::size_t i = 0; i < works_.size(); ++i) {
      sums[works_[i].kind].products += works_[i].products;
      times[works_[i].kind] += least(nodes_[i]);
      products += works_[i].products;
    }
    const double ms = median(all_);
    const auto& memory = program_.memory();
    whole.add({name_, io::fixed(ms, 2), io::fixed(least(all_), 2), io::fixed(products / 1e6, 1),
               io::fixed(products / ms / 1e6, 1), std::to_string(memory.arena_bytes >> 10)});
    for (const auto& [kind, sum] : sums)
      parts.add({name_, kind, io::fixed(times[kind], 2), io::fixed(sum.products / 1e6, 1),
                 sum.products > 0 ? io::fixed(sum.products / times[kind] / 1e6, 1) : "-"});
  }

  void tell_layers(io::table& layers) const {
    for (std::size_t i = 0; i < works_.size(); ++i) {
      const extent e = program_.network()[static_cast<int>(i)].shape;
      const double ms = least(nodes_[i]);
      layers.add({name_, std::to_string(i), works_[i].kind,
                  std::to_string(e.h) + "x" + std::to_string(e.w) + "x" + std::to_string(e.c), io::fixed(ms * 1e3, 1),
                  works_[i].products > 0 ? io::fixed(works_[i].products / ms / 1e6, 1) : "-"});
    }
  }

 private:
  std::string name_;
  Program program_;
  typename Program::arena arena_{program_};
  std::vector<work> works_;
  std::vector<std::vector<double>> nodes_;
  std::vector<double> all_;
};

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> models;
  int rounds = 30;
  bool layers = false;
  io::arguments line("network", "Times networks from the prepared picture to the head tensors, in turns.");
  line.positional("MODEL", models, "FP32 models, or full-INT8 ones written by quantize");
  line.option("--rounds", "N", rounds, "runs of each model", 1);
  line.flag("--layers", layers, "tell every operation too");
  if (const auto status = line.read(argc, argv)) return *status;

  std::vector<std::unique_ptr<candidate<graph::float_program>>> floats;
  std::vector<std::unique_ptr<candidate<graph::integer_program>>> integers;
  for (const std::string& path : models) {
    const auto fail = [](const error& e) { return std::fprintf(stderr, "network: %s\n", e.what()), 2; };
    const auto bytes = io::read_file(path);
    if (!bytes) return fail(bytes.failure());
    const auto file = io::onnx::parse(*bytes);
    if (!file) return fail(file.failure().within(path));
    const std::string name = std::filesystem::path(path).stem().string();
    if (io::onnx::is_quantized(*file)) {
      auto m = io::import_quantized_onnx(*bytes, path);
      if (!m) return fail(m.failure());
      integers.push_back(std::make_unique<candidate<graph::integer_program>>(name + " INT8", std::move(m->net)));
    } else {
      auto m = io::import_onnx(*bytes, path);
      if (!m) return fail(m.failure());
      graph::pass::simplify(*m);
      floats.push_back(std::make_unique<candidate<graph::float_program>>(name + " FP32", std::move(m->net)));
    }
  }
  for (int round = 0; round < rounds; ++round) {
    for (const auto& c : floats) c->run();
    for (const auto& c : integers) c->run();
  }
  io::table whole({"network", "median ms", "least ms", "MMAC", "GMAC/s", "arena KiB"});
  io::table parts({"network", "part", "least ms", "MMAC", "GMAC/s"});
  io::table each({"network", "node", "part", "map", "least us", "GMAC/s"});
  const auto tell = [&](const auto& all) {
    for (const auto& c : all) {
      c->tell(whole, parts);
      if (layers) c->tell_layers(each);
    }
  };
  tell(floats), tell(integers);
  std::fputs((whole.text() + "\n" + parts.text() + (layers ? "\n" + each.text() : "")).c_str(), stdout);
}
