// Quantisation-aware training without labels: an INT8 detector learns to answer as its FP32 original does.
#include "support/figures.hpp"
#include "support/training_page.hpp"

#include <octet/coco.hpp>
#include <octet/data.hpp>
#include <octet/deploy.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io.hpp>
#include <octet/ptq.hpp>
#include <octet/quant/recipe.hpp>
#include <octet/train.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace octet;
namespace fs = std::filesystem;

struct job {
  std::string model, images, output, recipe = "absorbed", estimator = "lsq", dialect = "u8", evaluate, annotations;
  int iterations = 200, batch = 8, threads = 2, calibration = 300, limit = 0, save_every = 50, stop_after = 0;
  long long seed = 1;
  double rate = 1e-5;
  bool resume = false;
  io::picture_options reading{"qat"};
  io::model_options importing{};

  /// What decides the outcome; a checkpoint of other settings is refused.
  std::string settings() const {
    return "recipe: " + recipe + "\nestimator: " + estimator + "\niterations: " + std::to_string(iterations) +
           "\nbatch: " + std::to_string(batch) + "\nseed: " + std::to_string(seed) +
           "\ncalibration: " + std::to_string(calibration) + "\nrate: " + io::fixed(rate, 12) +
           "\norientation: " + (reading.decode.ignore_orientation ? "as stored" : "upright") +
           "\ninput: " + (importing.size ? io::to_string(*importing.size) : "as in the file") + '\n';
  }
};

int fail(const error& e) {
  std::fprintf(stderr, "qat: %s\n", e.what());
  return 2;
}

/// Everything that the report says.
struct outcome {
  std::vector<double> losses;
  support::named_figures measured;
  double images_per_second = 0;
  std::size_t bytes = 0, pictures = 0;
};

/// What a checkpoint notes of the model and the pictures; folders may have moved in between.
std::string settings_of(const graph::model& m, const std::vector<fs::path>& pictures, const job& j) {
  const auto digits = [](std::uint64_t x) {
    char text[20];
    return std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(x)), std::string(text);
  };
  std::uint64_t names = train::hash("");
  for (const fs::path& p : pictures) names = train::hash(p.lexically_relative(j.images).string() + '\n', names);
  const train::parameters weights = train::differentiable<>(m.net).parameters();
  return "classes: " + std::to_string(m.classes) + "\nmodel: " + std::to_string(weights.values.size()) +
         " parameters, checksum " + digits(train::fingerprint(weights, "")) +
         "\npictures: " + std::to_string(pictures.size()) + ", checksum of names " + digits(names) + '\n' + j.settings();
}

using quantizations = std::vector<std::optional<graph::quantization>>;

/// Trains from `start`, or from the checkpoint in the output folder. Gives nothing where it stops on the way.
template <class Recipe, class Estimator>
result<std::optional<graph::integer_model>> train_on(const job& j, const graph::model& m, const quantizations& start,
                                                     const std::vector<fs::path>& pictures, outcome& out) {
  using network_type = train::differentiable<train::fake_quantization<Recipe, Estimator>>;
  network_type net(m.net, train::fake_quantization<Recipe, Estimator>(start));
  train::parameters parameters = net.parameters();
  const std::string settings = settings_of(m, pictures, j);
  const std::uint64_t fingerprint = train::fingerprint(parameters, settings);
  train::groups groups = train::decay_weights;
  groups[static_cast<std::size_t>(train::role::scale)].rate = 10;
  groups[static_cast<std::size_t>(train::role::zero_point)].rate = 1000;
  train::optimiser<train::adam_w> optimise(parameters, {}, groups);
  const train::linear_warm_up<train::cosine> rate{j.iterations / 20, {j.iterations, 0.01}};

  const fs::path file = fs::path(j.output) / "checkpoint.bin";
  long done = 0;
  if (j.resume) {
    const auto bytes = io::read_file(file);
    if (!bytes) return bytes.failure();
    auto c = train::checkpoint::read(*bytes, fingerprint, file.string(), settings);
    if (!c) return c.failure();
    parameters.values = std::move(c->values);
    optimise.restore(c->iterations, std::move(c->memory));
    out.losses = std::move(c->losses);
    done = c->iterations;
  }

  const graph::float_program teacher(m.net);
  const data::preprocessor<float> prepare(m.pre);
  const train::distillation<train::soft_label> lesson;
  const train::sampler sample{static_cast<int>(pictures.size()), j.batch, static_cast<std::uint64_t>(j.seed)};
  train::batch<network_type> batch(net, j.threads);
  std::vector<float> gradient(parameters.values.size());
  std::optional<error> failure;
  std::mutex guard;
  const auto begin = std::chrono::steady_clock::now();
  const long first = done;
  long saved = done;
  const long last = j.stop_after ? std::min(j.iterations, j.stop_after) : j.iterations;
  io::progress bar("train", static_cast<int>(last - first));
  while (done < last) {
    net.load(parameters.values, j.threads);
    const std::vector<int> taken = sample(done);
    const auto learn = [&](int i, train::workspace& w, std::span<float> to) -> double {
      const auto image = data::read_image(pictures[static_cast<std::size_t>(taken[static_cast<std::size_t>(i)])],
                                          j.reading.decode);
      if (!image) {
        const std::lock_guard lock(guard);
        failure = image.failure();
        return 0;
      }
      graph::float_program::arena arena(teacher);
      prepare(*image, teacher.map(arena, 0));
      prepare(*image, w.raw(0));
      teacher.run(arena);
      net.forward(w);
      w.clear();
      const double loss = lesson(m, w, [&](int id) { return map_view<const float>(teacher.map(arena, id)); });
      net.backward(w, to);
      return loss;
    };
    const double loss = batch(j.batch, learn, gradient);
    if (failure) return *failure;
    if (const auto good = train::check_gradient(done + 1, loss, gradient, parameters, batch); !good)
      return train::with_checkpoint(good.failure(), saved);
    train::clip_norm(gradient, 10);
    const double now = j.rate * rate(done);
    optimise(parameters, gradient, static_cast<float>(now));
    if (const auto good = train::check_parameters(done + 1, parameters); !good)
      return train::with_checkpoint(good.failure(), saved);
    out.losses.push_back(loss);
    ++done;
    if (const auto good = train::check_losses(out.losses, 1e-4); !good) return train::with_checkpoint(good.failure(), saved);
    if (done % j.save_every == 0 || done == last) {
      const train::checkpoint c{fingerprint, done, parameters.values, optimise.memory(), out.losses, {}, settings};
      if (const auto written = io::write_file(file, c.bytes()); !written) return written.failure();
      saved = done;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    out.images_per_second = static_cast<double>(done - first) * j.batch / seconds;
    char note[96];
    std::snprintf(note, sizeof note, "loss %.3e, rate %.1e, %.1f images/s", loss, now, out.images_per_second);
    bar(static_cast<int>(done - first), note);
  }
  bar.finish();
  if (last < j.iterations) return std::optional<graph::integer_model>();
  out.bytes = batch.bytes();
  net.load(parameters.values, j.threads);
  graph::model trained = m;
  trained.net = net.trained();
  auto lowered = ptq::lower<Recipe>(trained, net.quantization().quantizations());
  if (!lowered) return lowered.failure();
  return std::optional(std::move(*lowered));
}

std::string report(const job& j, const outcome& out) {
  io::json_writer w;
  w.begin_object()
      .member("model", j.model)
      .member("recipe", j.recipe)
      .member("estimator", j.estimator)
      .member("iterations", j.iterations)
      .member("batch", j.batch)
      .member("rate", j.rate)
      .member("training_pictures", out.pictures)
      .member("images_per_second", out.images_per_second)
      .member("training_bytes", out.bytes);
  w.key("loss").begin_array();
  for (const double l : out.losses) w.value(l);
  w.end_array();
  support::add_figures(w, out.measured);
  w.end_object();
  return w.take();
}

template <class Recipe, class Estimator>
int run(const job& j) {
  const auto dialect = io::choose_dialect(j.dialect, ptq::symmetric_maps<Recipe>);
  if (!dialect) return fail(dialect.failure().within(std::string("--export")));
  auto model = io::read_onnx(j.model, j.importing);
  if (!model) return fail(model.failure());
  graph::pass::simplify(*model);
  if (model->heads.empty())
    return fail(error(errc::unsupported, j.model + ": " + io::onnx::no_heads(model->net, j.importing.classes)));
  auto pictures = j.reading.list(j.images);
  if (!pictures) return fail(pictures.failure());
  if (j.reading.skip_broken) {
    const auto broken = data::drop_broken(*pictures, j.threads);
    if (const auto some = j.reading.skipped(broken, pictures->size()); !some) return fail(some.failure());
  }
  std::optional<coco::ground_truth> truth;
  if (!j.annotations.empty()) {
    auto read = coco::read_annotations(j.annotations);
    if (!read) return fail(read.failure());
    truth = std::move(*read);
    if (j.limit > 0 && truth->images.size() > static_cast<std::size_t>(j.limit))
      truth->images.resize(static_cast<std::size_t>(j.limit));
    if (j.reading.skip_broken) {
      const auto broken = deploy::drop_broken(*truth, j.evaluate, j.threads);
      if (const auto some = j.reading.skipped(broken, truth->images.size()); !some) return fail(some.failure());
    }
  }
  std::error_code problem;
  fs::create_directories(j.output, problem);
  if (problem) return fail(error(errc::io, j.output + ": cannot be made a folder (" + problem.message() + ")"));

  const graph::float_program program(model->net);
  const data::preprocessor<float> prepare(model->pre);
  const int count = std::min(j.calibration, static_cast<int>(pictures->size()));
  io::progress bar("calibrate", count);
  const auto fill = [&](int i, map_view<float> input) -> result<void> {
    const auto image = data::read_image((*pictures)[static_cast<std::size_t>(i)], j.reading.decode);
    if (!image) return image.failure();
    prepare(*image, input);
    return {};
  };
  const auto seen = ptq::calibrate<Recipe>(program, count, j.threads, fill, [&](int n) { bar(n); });
  bar.finish();
  if (!seen) return fail(seen.failure());
  const quantizations start = seen->quantizations();

  outcome out;
  out.pictures = pictures->size();
  auto ended = train_on<Recipe, Estimator>(j, *model, start, *pictures, out);
  if (!ended) return fail(ended.failure());
  std::optional<graph::integer_model> trained = std::move(*ended);
  if (!trained) {
    std::printf("Stopped after %d of %d iterations; --resume goes on.\n", j.stop_after, j.iterations);
    return 0;
  }
  if (const std::string how = train::risen(out.losses, out.losses.size() / 10, 2, 1e-4); !how.empty())
    j.reading.warn(how + "; a smaller --rate is expected to help");
  const fs::path folder = j.output;
  if (const auto fits = io::check_dialect(*trained, *dialect); !fits) return fail(fits.failure());
  const std::string bytes = io::to_onnx(*trained, *dialect);
  if (const auto read = io::import_quantized_onnx(std::as_bytes(std::span(bytes)), "the trained network"); !read)
    return fail(error(errc::invalid, read.failure().what() + std::string("; a smaller --rate is expected to help")));
  if (const auto written = io::write_file(folder / "model_int8.onnx", bytes); !written) return fail(written.failure());
  std::vector<double> logarithms;
  for (const double l : out.losses) logarithms.push_back(std::log10(l));
  if (const auto written = io::write_file(folder / "loss.svg", support::loss_chart("distillation loss, log10", logarithms));
      !written)
    return fail(written.failure());

  if (truth) {
    auto plain = ptq::lower<Recipe>(*model, start);
    if (!plain) return fail(plain.failure());
    std::error_code ignored;
    const std::uintmax_t size8 = fs::file_size(folder / "model_int8.onnx", ignored);
    const auto add = [&](const char* name, const auto& detector, std::uintmax_t size) -> result<void> {
      auto f = support::measure(name, detector, *truth, j.evaluate, j.threads, j.reading.decode);
      if (!f) return f.failure();
      if (!f->warning.empty() && out.measured.empty()) j.reading.warn(f->warning);
      f->bytes = size;
      out.measured.push_back({name, std::move(*f)});
      return {};
    };
    const deploy::float_detector real(std::move(*model));
    const deploy::integer_detector ptq(std::move(*plain)), qat(std::move(*trained));
    if (const auto done = add("fp32", real, fs::file_size(j.model, ignored)); !done) return fail(done.failure());
    if (const auto done = add("ptq", ptq, size8); !done) return fail(done.failure());
    if (const auto done = add("qat", qat, size8); !done) return fail(done.failure());
    if (const auto drawn = support::draw_both(real, "FP32", qat, "INT8", *truth, j.evaluate, folder, j.reading.decode);
        !drawn)
      return fail(drawn.failure());
    support::named_figures columns = out.measured;
    columns[0].first = "Baseline", columns[1].first = "PTQ", columns[2].first = "QAT";
    std::printf("%s", support::to_table(columns).c_str());
  }
  if (const auto written = io::write_file(folder / "report.json", report(j, out)); !written) return fail(written.failure());
  std::printf(
      "Trained %s with %s for %d iterations of %d on %zu pictures: loss %.3e -> %.3e, %.1f images/s, %.0f MB.\n"
      "Written: model_int8.onnx, checkpoint.bin, loss.svg and report.json in %s\n",
      j.recipe.c_str(), j.estimator.c_str(), j.iterations, j.batch, out.pictures, out.losses.front(), out.losses.back(),
      out.images_per_second, static_cast<double>(out.bytes) / 1e6, j.output.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::map<std::string, int (*)(const job&)> ways{
      {"absorbed straight_through", run<quant::absorbed, train::straight_through>},
      {"absorbed lsq", run<quant::absorbed, train::lsq>},
      {"npu lsq", run<quant::npu, train::lsq>},
      {"npu pact", run<quant::npu, train::pact>},
  };
  job j;
  std::string names;
  for (const auto& [name, f] : ways) names += (names.empty() ? "" : ", ") + name;
  io::arguments line("qat", "Trains an FP32 detector for INT8 by distillation from itself; needs pictures, no labels.");
  line.required("--model", "FP32.onnx", j.model, "FP32 detector, ONNX");
  line.required("--images", "DIR", j.images, "pictures to calibrate and train on");
  line.required("--output", "OUT", j.output, "folder for model_int8.onnx, checkpoint.bin, loss.svg and report.json");
  line.option("--iterations", "N", j.iterations, "steps of training", 1);
  line.option("--batch", "B", j.batch, "pictures per step", 1, 1024);
  line.option("--seed", "S", j.seed, "decides the order of the pictures", 0LL);
  line.option("--threads", "N", j.threads, "pictures at the same time; does not change the result", 1, 256);
  line.option("--rate", "R", j.rate, "learning rate", 0.0);
  line.option("--recipe", "NAME", j.recipe, "with --estimator: " + names);
  line.option("--estimator", "NAME", j.estimator, "how scales learn");
  line.option("--export", "DIALECT", j.dialect, "for whom the INT8 file is: " + io::qdq_dialect_help());
  line.option("--calibration", "N", j.calibration, "pictures that measure the first scales", 1);
  line.option("--save-every", "N", j.save_every, "iterations between checkpoints", 1);
  line.option("--stop-after", "N", j.stop_after, "write checkpoint.bin after so many steps and stop; 0: never", 0);
  line.flag("--resume", j.resume, "go on from OUT/checkpoint.bin");
  line.option("--evaluate", "DIR", j.evaluate, "pictures to measure mAP on, with --annotations");
  line.option("--annotations", "A.json", j.annotations, "their annotations, COCO format");
  line.option("--limit", "N", j.limit, "measure on the first N pictures only; 0: all", 0);
  j.importing.add_to(line);
  j.reading.add_to(line, true);
  if (const auto status = line.read(argc, argv)) return *status;
  const auto way = ways.find(j.recipe + ' ' + j.estimator);
  if (way == ways.end())
    return fail(error(errc::invalid,
                      "--recipe, --estimator: found '" + j.recipe + ' ' + j.estimator + "', expected one of " + names));
  return way->second(j);
}
