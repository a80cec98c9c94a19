// A step of training of PicoDet-S-NPU with random weights, FP32 with batch norms and quantisation-aware with a teacher,
// beside PyTorch in turns with it: bench_training --peer benchmarks/training_peer.py.
#include "../tests/train/describe.hpp"
#include "peak.hpp"
#include "peer_process.hpp"

#include <octet/graph/float_backend.hpp>
#include <octet/graph/picodet.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/table.hpp>
#include <octet/ptq/calibrate.hpp>
#include <octet/train.hpp>

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace octet;

double now() {
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double peak_mebibytes() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

/// Milliseconds of one step. load: the parameters are packed; losses: assignment too; update: clipping and the optimiser.
struct parts {
  double load = 0, teacher = 0, forward = 0, losses = 0, backward = 0, update = 0;
  double all() const { return load + teacher + forward + losses + backward + update; }
};

struct data_set {
  std::vector<std::vector<float>> pictures;
  std::vector<std::vector<labelled_box>> labels;
};

/// Eight objects of all sizes in every picture.
data_set make_data(const graph::model& m, int count) {
  data_set d;
  train::random_source random{3};
  const extent e = m.net.input_shape();
  for (int i = 0; i < count; ++i) {
    auto& x = d.pictures.emplace_back(e.size());
    for (float& v : x) v = static_cast<float>(random.unit());
    auto& objects = d.labels.emplace_back();
    for (int k = 0; k < 8; ++k) {
      const auto place = [&](int side, double size) { return static_cast<float>(random.unit() * (side - size)); };
      const double w = (0.05 + 0.6 * random.unit()) * e.w, h = (0.05 + 0.6 * random.unit()) * e.h;
      const float x1 = place(e.w, w), y1 = place(e.h, h);
      objects.push_back({{x1, y1, x1 + static_cast<float>(w), y1 + static_cast<float>(h)},
                         static_cast<std::int32_t>(random.below(static_cast<std::uint32_t>(m.classes)))});
    }
  }
  return d;
}

double products_of(const graph::network& net) {
  double all = 0;
  for (const graph::node& n : net.nodes)
    if (const auto* f = std::get_if<graph::op::conv2d>(&n.op))
      all += static_cast<double>(n.shape.size()) * f->geometry.depth();
  return all;
}

/// As examples/train.cpp does it.
class float_step {
 public:
  float_step(const graph::model& m, const data_set& data, int threads)
      : m_(m),
        data_(data),
        threads_(threads),
        net_(m.net, {}, train::normalised_convolutions(m.net)),
        parameters_(net_.parameters()),
        optimise_(parameters_),
        lessons_(data.pictures.size()),
        batch_(net_, static_cast<int>(data.pictures.size()), threads),
        gradient_(parameters_.values.size()) {}

  parts operator()() {
    parts p;
    const double begin = now();
    net_.load(parameters_.values, threads_);
    const double loaded = now();
    double weighed = 0, taught = 0, weighing = 0;
    std::mutex guard;
    const auto at = [](int i) { return static_cast<std::size_t>(i); };
    batch_([&](int i, map_view<float> to) { std::ranges::copy(data_.pictures[at(i)], to.data); },
           [&](int i, const train::workspace& w) {
             const double start = now();
             lessons_[at(i)] = supervise_.prepare(m_, w, data_.labels[at(i)]);
             const std::lock_guard lock(guard);
             weighed = now(), weighing += weighed - start;
             return lessons_[at(i)].weight;
           },
           [&](int i, train::workspace& w, double weights) {
             const double loss = supervise_.teach(m_, w, data_.labels[at(i)], lessons_[at(i)], weights);
             const std::lock_guard lock(guard);
             taught = now();
             return loss;
           },
           gradient_);
    const double back = now();
    train::clip_norm(gradient_, 35);
    optimise_(parameters_, gradient_, 0.01f);
    batch_.follow(parameters_);
    p.load = loaded - begin;
    p.forward = weighed - loaded - weighing / threads_;
    p.losses = weighing / threads_ + taught - weighed;
    p.backward = back - taught;
    p.update = now() - back;
    return p;
  }

 private:
  const graph::model& m_;
  const data_set& data_;
  int threads_;
  train::differentiable<> net_;
  train::parameters parameters_;
  train::optimiser<train::momentum> optimise_;
  train::supervision<train::task_aligned> supervise_;
  std::vector<train::lesson> lessons_;
  train::synchronised_batch<train::differentiable<>> batch_;
  std::vector<float> gradient_;
};

/// As examples/qat.cpp does it.
template <class Recipe>
class quantised_step {
 public:
  quantised_step(const graph::model& m, const data_set& data, int threads)
      : m_(m),
        data_(data),
        threads_(threads),
        teacher_(m.net),
        net_(m.net, calibrated()),
        parameters_(net_.parameters()),
        optimise_(parameters_, {}, train::decay_weights),
        batch_(net_, threads),
        gradient_(parameters_.values.size()) {}

  parts operator()() {
    parts p;
    const double begin = now();
    net_.load(parameters_.values, threads_);
    p.load = now() - begin;
    std::mutex guard;
    const auto learn = [&](int i, train::workspace& w, std::span<float> to) {
      std::array<double, 5> t{now()};
      const auto& picture = data_.pictures[static_cast<std::size_t>(i)];
      graph::float_program::arena arena(teacher_);
      std::ranges::copy(picture, teacher_.map(arena, 0).data);
      std::ranges::copy(picture, w.raw(0).data);
      teacher_.run(arena);
      t[1] = now();
      net_.forward(w);
      t[2] = now();
      w.clear();
      const double loss = lesson_(m_, w, [&](int id) { return map_view<const float>(teacher_.map(arena, id)); });
      t[3] = now();
      net_.backward(w, to);
      t[4] = now();
      const std::lock_guard lock(guard);
      p.teacher += (t[1] - t[0]) / threads_, p.forward += (t[2] - t[1]) / threads_;
      p.losses += (t[3] - t[2]) / threads_, p.backward += (t[4] - t[3]) / threads_;
      return loss;
    };
    batch_(static_cast<int>(data_.pictures.size()), learn, gradient_);
    train::clip_norm(gradient_, 10);
    optimise_(parameters_, gradient_, 1e-5f);
    p.update = now() - begin - p.all();  // and the pictures' gradients are added up
    return p;
  }

 private:
  typename train::fake_quantization<Recipe, train::lsq> calibrated() const {
    const auto fill = [&](int i, map_view<float> to) -> result<void> {
      std::ranges::copy(data_.pictures[static_cast<std::size_t>(i)], to.data);
      return {};
    };
    const auto seen = ptq::calibrate<Recipe>(teacher_, 2, threads_, fill, [](int) {});
    return train::fake_quantization<Recipe, train::lsq>(seen->quantizations());
  }

  using network_type = train::differentiable<train::fake_quantization<Recipe, train::lsq>>;
  const graph::model& m_;
  const data_set& data_;
  int threads_;
  graph::float_program teacher_;
  network_type net_;
  train::parameters parameters_;
  train::optimiser<train::adam_w> optimise_;
  train::distillation<train::soft_label> lesson_;
  train::batch<network_type> batch_;
  std::vector<float> gradient_;
};

struct contestant {
  std::string name;
  std::function<parts()> step = {};
  std::vector<parts> seen = {};
  double mebibytes = 0;

  double median(double (*of)(const parts&)) const {
    std::vector<double> all;
    for (const parts& p : seen) all.push_back(of(p));
    return bench::summarize(std::move(all)).median;
  }
};

void print(const std::vector<contestant>& all, double products, int pictures) {
  io::table t({"step", "ms", "load", "teacher", "forward", "losses", "backward", "update", "pictures/s", "GMAC/s forward",
               "backward", "MiB"});
  for (const contestant& c : all) {
    const auto ms = [&](double (*of)(const parts&)) { return io::fixed(c.median(of), 1); };
    const auto rate = [&](double passes, double (*of)(const parts&)) {
      return io::fixed(passes * products * pictures / c.median(of) / 1e6, 1);
    };
    const auto forward = [](const parts& p) { return p.forward; };
    const auto backward = [](const parts& p) { return p.backward; };
    const auto whole = [](const parts& p) { return p.all(); };
    t.add({c.name, ms(whole), ms([](const parts& p) { return p.load; }), ms([](const parts& p) { return p.teacher; }),
           ms(forward), ms([](const parts& p) { return p.losses; }), ms(backward),
           ms([](const parts& p) { return p.update; }), io::fixed(pictures * 1e3 / c.median(whole), 1), rate(1, forward),
           rate(2, backward), io::fixed(c.mebibytes, 0)});
  }
  std::printf("%s", t.text().c_str());
}

}  // namespace

int main(int argc, char** argv) {
  std::string script, python = "python3", only;
  int rounds = 9, threads = 2, pictures = 8, side = 416;
  io::arguments line("bench_training", "Measures steps of training of PicoDet-S-NPU; medians of rounds in turns.");
  line.option("--peer", "FILE.py", script, "benchmarks/training_peer.py, to have PyTorch in the same run");
  line.option("--python", "PYTHON", python, "what runs it");
  line.option("--rounds", "N", rounds, "steps of each, in turns", 1);
  line.option("--threads", "N", threads, "threads of each", 1, 256);
  line.option("--pictures", "N", pictures, "in a step", 2, 1024);
  line.option("--side", "N", side, "of a picture, a multiple of 32", 32, 4096);
  line.option("--only", "NAME", only, "measure the steps with this in their names");
  if (const auto status = line.read(argc, argv)) return *status;
  const graph::model m = graph::make_picodet({.side = side / 32 * 32});
  const data_set data = make_data(m, pictures);

  std::vector<contestant> all;
  const auto add = [&](const char* name, auto make) {
    if (std::string_view(name).find(only) == std::string_view::npos) return;
    const double before = peak_mebibytes();
    const auto step = make();
    (*step)();
    all.push_back({name, [step] { return (*step)(); }, {}, peak_mebibytes() - before});
  };
  add("FP32", [&] { return std::make_shared<float_step>(m, data, threads); });
  add("QAT, per tensor", [&] { return std::make_shared<quantised_step<quant::npu>>(m, data, threads); });
  add("QAT, per channel", [&] { return std::make_shared<quantised_step<quant::absorbed>>(m, data, threads); });
  bench::peer_process peer(python, script);
  double mebibytes = 0;
  if (!script.empty()) {
    const auto path = std::filesystem::temp_directory_path() / ("octet_training_" + std::to_string(::getpid()));
    const std::vector<char> norms = train::normalised_convolutions(m.net);
    io::json_writer out(0);
    out.begin_object();
    describing::describe(out, m, norms, train::differentiable<>(m.net, {}, norms).parameters(), data.labels);
    std::ofstream(path) << out.end_object().take();
    const std::string version = peer.ask("load " + path.string() + " " + std::to_string(threads));
    std::filesystem::remove(path);
    if (version.empty()) return std::fprintf(stderr, "bench_training: %s does not start\n", script.c_str()), 2;
    const auto step = [&peer, &mebibytes] {
      parts p;
      std::istringstream(peer.ask("step")) >> p.forward >> p.losses >> p.backward >> p.update >> mebibytes;
      return p;
    };
    step();
    all.push_back({version, step, {}, mebibytes});
  }
  for (int i = 0; i < rounds; ++i)
    for (contestant& c : all) {
      // PyTorch's threads spin for a while after their work.
      std::this_thread::sleep_for(std::chrono::milliseconds(300));
      c.seen.push_back(c.step());
    }
  print(all, products_of(m.net), pictures);
  graph::fork_join on(threads);
  std::printf("%.1f MMAC forward per picture; the processor does at most %.1f GMAC/s of FP32 on %d threads.\n",
              products_of(m.net) / 1e6, bench::measure_peak<bench::peak_step_f32>(on), threads);
}
