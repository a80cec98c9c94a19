// FP32 training from labels: a detector learns the categories of a COCO-format data set, from scratch by a named recipe, or
// from the weights of a file.
#include "support/labelled_set.hpp"
#include "support/ranks.hpp"
#include "support/training_page.hpp"

#include <octet/coco.hpp>
#include <octet/data.hpp>
#include <octet/deploy.hpp>
#include <octet/graph/gather.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/graph/picodet.hpp>
#include <octet/io.hpp>
#include <octet/train.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace octet;
namespace fs = std::filesystem;

struct job {
  support::ranks all;
  std::string images, annotations, output, recipe, network, model, from, norms = "batch", held_out, held_out_annotations;
  int iterations = 0, batch = 0, threads = 2, side = 0, save_every = 200, stop_after = 0, evaluate_every = 0, patience = 0;
  int cache = 1024;
  long long seed = 1;
  double rate = -1;
  bool resume = false, backbone_only = false;
  io::picture_options reading{"train"};
  train::detector_recipe how;  ///< the recipe with what the line changes

  explicit job(support::ranks processes) : all(std::move(processes)) {}

  /// Pictures of a step that this process takes.
  int own() const { return batch / all.size(); }

  /// What decides the outcome beside the data; a checkpoint of other settings is refused.
  std::string settings() const {
    std::string text = "recipe: " + std::string(how.name) + "\nside: " + std::to_string(how.measures.side) +
                       "\niterations: " + std::to_string(iterations) + "\nbatch: " + std::to_string(batch) +
                       "\nseed: " + std::to_string(seed) + "\nrate: " + io::fixed(rate, 12) +
                       "\norientation: " + (reading.decode.ignore_orientation ? "as stored" : "upright") + '\n';
    if (!network.empty()) text += "network: " + network + '\n';
    text += "norms: " + norms + "\nmodel: " + (model.empty() ? "new" : "of a file") + '\n';
    if (evaluate_every) text += "evaluate every: " + std::to_string(evaluate_every) + '\n';
    return text;
  }
};

int fail(const error& e) {
  std::fprintf(stderr, "train: %s\n", e.what());
  return 2;
}

/// A picture of the network's size and its objects there.
struct item {
  data::image picture;
  std::vector<labelled_box> objects;
  std::optional<error> failure;
};

/// Reads, changes and resizes the pictures of an iteration; from any thread.
class reader {
 public:
  reader(const job& j, const std::vector<support::example>& examples)
      : job_(j),
        examples_(examples),
        sample_{static_cast<int>(examples.size()), j.batch, static_cast<std::uint64_t>(j.seed)},
        cache_(files(examples), static_cast<std::size_t>(j.cache) << 20, j.reading.decode) {}

  item operator()(long iteration, int place, int side) {
    item to;
    random_source random{static_cast<std::uint64_t>(job_.seed * 1000003 + iteration * job_.batch + place)};
    const auto another = [&](std::size_t i) {
      auto picture = cache_.read(i);
      if (!picture) {
        to.failure = picture.failure();
        return data::labelled_picture{data::image(1, 1), {}};
      }
      return data::labelled_picture{std::move(*picture), examples_[i].objects};
    };
    data::labelled_picture p = another(taken(iteration, place));
    train::augment(p, job_.how.augment, static_cast<double>(iteration) / job_.iterations, random,
                   [&](random_source& r) { return another(r.below(static_cast<std::uint32_t>(examples_.size()))); });
    const auto size = static_cast<float>(side);
    data::move_boxes(p.objects, size / static_cast<float>(p.picture.width), size / static_cast<float>(p.picture.height), 0,
                     0);
    data::clip_boxes(p.objects, size, size);
    to.picture = p.picture.width == side && p.picture.height == side
                     ? std::move(p.picture)
                     : data::resize(p.picture, side, side, preprocessing{}.resize);
    to.objects = std::move(p.objects);
    return to;
  }

 private:
  static std::vector<fs::path> files(const std::vector<support::example>& examples) {
    std::vector<fs::path> all;
    for (const support::example& e : examples) all.push_back(e.file);
    return all;
  }
  std::size_t taken(long iteration, int place) {
    const std::lock_guard lock(guard_);
    if (iteration != sampled_) batch_ = sample_(iteration), sampled_ = iteration;
    return static_cast<std::size_t>(batch_[static_cast<std::size_t>(place)]);
  }

  const job& job_;
  const std::vector<support::example>& examples_;
  train::sampler sample_;
  data::picture_cache cache_;
  std::mutex guard_;
  long sampled_ = -1;
  std::vector<int> batch_;
};

/// The network at one size of its input.
struct stage {
  graph::model m;
  train::differentiable<> net;
  train::synchronised_batch<train::differentiable<>, support::ranks> batch;

  stage(graph::model model, const job& j)
      : m(std::move(model)),
        net(m.net, {}, train::normalised_convolutions(m.net)),
        batch(net, j.own(), j.threads, j.all, j.norms == "frozen") {}
};

template <class Rule>
class training {
 public:
  training(const job& j, const support::labelled_set& set, graph::model m) : job_(j), set_(set), start_(std::move(m)) {}

  int run() {
    if (const auto failed = graph::agree(job_.all, start())) return fail(*failed);
    if (const auto ended = learn(); !ended) return fail(ended.failure());
    if (done_ < job_.iterations && !stopped_early_) {
      std::printf("Stopped after %ld of %d iterations; --resume goes on.\n", done_, job_.iterations);
      return 0;
    }
    return finish();
  }

 private:
  result<void> start() {
    use(start_.pre.width);
    parameters_ = stage_->net.parameters();
    if (!job_.model.empty() && job_.norms == "batch") restore_norms();
    std::error_code problem;
    if (job_.all.rank() == 0) fs::create_directories(job_.output, problem);
    if (problem) return error(errc::io, job_.output + ": cannot be made a folder (" + problem.message() + ")");
    settings_ = set_.settings() + job_.settings();
    fingerprint_ = train::fingerprint(parameters_, settings_);
    train::groups groups = train::decay_weights;
    groups[static_cast<std::size_t>(train::role::weight)].decay = static_cast<float>(job_.how.decay);
    optimise_.emplace(parameters_, Rule{}, groups);
    average_.emplace(parameters_.values, job_.how.average);
    best_ = parameters_.values;
    if (job_.resume) return resume();
    return {};
  }

  /// The stage for a size; networks of all sizes have the same parameters.
  void use(int side) {
    if (stage_ && stage_->m.pre.width == side) return;
    graph::model m = start_;
    if (side != start_.pre.width) {
      graph::picodet_measures measures = job_.how.measures;
      measures.side = side, measures.classes = start_.classes;
      graph::model other = graph::make_picodet(measures, static_cast<unsigned>(job_.seed));
      m.net = std::move(other.net), m.heads = std::move(other.heads), m.pre = other.pre;
    }
    stage_.reset();
    stage_ = std::make_unique<stage>(std::move(m), job_);
  }

  /// Every ten iterations another size, by chance, where the recipe has some.
  int side_of(long iteration) const {
    if (job_.how.sides.empty()) return start_.pre.width;
    random_source random{static_cast<std::uint64_t>(job_.seed * 7919 + iteration / 10)};
    return job_.how.sides[random.below(static_cast<std::uint32_t>(job_.how.sides.size()))];
  }

  void restore_norms() {
    const int count = std::min(512, static_cast<int>(set_.examples.size()));
    const data::preprocessor<float> enter(start_.pre);
    parameters_ = train::restore_norms(stage_->net, count, [&](int i, map_view<float> to) {
      if (auto p = data::read_image(set_.examples[static_cast<std::size_t>(i)].file, job_.reading.decode)) enter(*p, to);
    });
  }

  fs::path checkpoint_file() const { return fs::path(job_.output) / "checkpoint.bin"; }

  result<void> resume() {
    const auto bytes = io::read_file(checkpoint_file());
    if (!bytes) return bytes.failure();
    auto c = train::checkpoint::read(*bytes, fingerprint_, checkpoint_file().string(), settings_);
    if (!c) return c.failure();
    const auto size = static_cast<std::ptrdiff_t>(parameters_.values.size());
    const auto moments = c->memory.begin() + static_cast<std::ptrdiff_t>(optimise_->memory().size());
    average_->restore(c->iterations, {moments, moments + size});
    best_.assign(moments + size, c->memory.end());
    c->memory.erase(moments, c->memory.end());
    optimise_->restore(c->iterations, std::move(c->memory));
    parameters_.values = std::move(c->values), losses_ = std::move(c->losses), done_ = c->iterations;
    scores_ = std::move(c->scores);
    return {};
  }

  result<void> save() const {
    if (job_.all.rank() > 0) return {};
    std::vector<float> memory = optimise_->memory();
    memory.insert(memory.end(), average_->values().begin(), average_->values().end());
    memory.insert(memory.end(), best_.begin(), best_.end());
    const train::checkpoint c{fingerprint_, done_, parameters_.values, std::move(memory), losses_, scores_, settings_};
    return io::write_file(checkpoint_file(), c.bytes());
  }

  double rate_at(long iteration) const {
    const auto part = [&](double x) { return static_cast<long>(x * job_.iterations); };
    const train::cosine_plateau after{job_.iterations, part(job_.how.plateau), job_.how.last};
    return job_.rate * train::exponential_warm_up<train::cosine_plateau>{part(job_.how.warm_up), after}(iteration);
  }

  result<void> learn() {
    reader read(job_, set_.examples);
    const long first = done_, last = job_.stop_after ? std::min(job_.iterations, job_.stop_after) : job_.iterations;
    const int before = job_.all.rank() * job_.own();  // of the step's pictures, those of other processes
    train::read_ahead<item> items(first, last, job_.own(), 3, job_.threads, [&](long iteration, int place) {
      return read(iteration, before + place, side_of(iteration));
    });
    long saved = done_;
    std::vector<float> gradient(parameters_.values.size());
    const auto begin = std::chrono::steady_clock::now();
    io::progress bar("train", static_cast<int>(last - first));
    // What a file brings may be the best already.
    if (job_.evaluate_every && !job_.model.empty() && done_ == 0)
      if (const auto measured = evaluate(); !measured) return measured.failure();
    while (done_ < last && !stopped_early_) {
      const std::vector<item> taken = items();
      const auto broken = std::ranges::find_if(taken, [](const item& i) { return i.failure.has_value(); });
      if (const auto failed = graph::agree(job_.all, broken == taken.end() ? std::nullopt : broken->failure)) return *failed;
      use(side_of(done_));
      stage_->net.load(parameters_.values, job_.threads);
      const double loss = step(taken, gradient);
      if (const auto good = train::check_gradient(done_ + 1, loss, gradient, parameters_, stage_->batch); !good)
        return train::with_checkpoint(good.failure(), saved);
      train::clip_norm(gradient, 35);
      const double rate = rate_at(done_);
      (*optimise_)(parameters_, gradient, static_cast<float>(rate));
      stage_->batch.follow(parameters_, done_ || !job_.model.empty() ? static_cast<float>(job_.how.norm_momentum) : 0.0f);
      if (const auto good = train::check_parameters(done_ + 1, parameters_); !good)
        return train::with_checkpoint(good.failure(), saved);
      (*average_)(parameters_.values);
      losses_.push_back(loss);
      ++done_;
      const bool some = std::ranges::any_of(taken, [](const item& i) { return !i.objects.empty(); });
      if (const auto good = train::check_losses(losses_, 1); !good) return train::with_checkpoint(good.failure(), saved);
      if (const auto failed = graph::agree(job_.all, train::check_learning(done_, loss, some)))
        return train::with_checkpoint(*failed, saved);
      if (job_.evaluate_every && (done_ % job_.evaluate_every == 0 || done_ == job_.iterations))
        if (const auto measured = evaluate(); !measured) return measured.failure();
      if (done_ % job_.save_every == 0 || done_ == last || stopped_early_) {
        if (const auto failed = graph::agree(job_.all, save())) return *failed;
        saved = done_;
      }
      const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
      speed_ = static_cast<double>(done_ - first) * job_.batch / seconds;
      char note[128];
      int size = std::snprintf(note, sizeof note, "loss %.3f, rate %.1e, %.1f images/s", loss, rate, speed_);
      if (!scores_.empty())
        std::snprintf(note + size, sizeof note - static_cast<std::size_t>(size), ", mAP %.3f", scores_.back()[1]);
      bar(static_cast<int>(done_ - first), note);
    }
    bar.finish();
    return {};
  }

  double step(const std::vector<item>& items, std::vector<float>& gradient) {
    const graph::model& m = stage_->m;
    const data::preprocessor<float> enter(m.pre);
    std::vector<train::lesson> lessons(items.size());
    const bool adaptive = static_cast<double>(done_) < job_.how.adaptive * job_.iterations;
    const train::supervision<train::adaptive_selection> first;
    const train::supervision<train::task_aligned> then;
    const auto objects = [&](int i) -> const auto& { return items[static_cast<std::size_t>(i)].objects; };
    return stage_->batch([&](int i, map_view<float> to) { enter(items[static_cast<std::size_t>(i)].picture, to); },
                         [&](int i, const train::workspace& w) {
                           train::lesson& l = lessons[static_cast<std::size_t>(i)];
                           l = adaptive ? first.prepare(m, w, objects(i)) : then.prepare(m, w, objects(i));
                           return l.weight;
                         },
                         [&](int i, train::workspace& w, double weights) {
                           return then.teach(m, w, objects(i), lessons[static_cast<std::size_t>(i)], weights);
                         },
                         gradient);
  }

  /// The detector with averaged parameters.
  graph::model averaged(const std::vector<float>& values) {
    use(start_.pre.width);
    stage_->net.load(values, job_.threads);
    graph::model m = start_;
    m.net = stage_->net.trained();
    return m;
  }

  result<void> evaluate() {
    const deploy::float_detector detector(averaged(average_->values()));
    const auto found = deploy::find_all(
        detector, *held_out, job_.held_out, job_.threads, [](int) {}, job_.reading.decode, job_.all);
    if (!found) return found.failure();
    const double score = coco::evaluate(*held_out, found->boxes).stats[0];
    const auto better = [](const auto& a, const auto& b) { return a[1] < b[1]; };
    const auto before = std::ranges::max_element(scores_, better);
    if (before == scores_.end() || score > (*before)[1]) best_ = average_->values();
    scores_.push_back({static_cast<double>(done_), score});
    const auto best = std::ranges::max_element(scores_, better);
    stopped_early_ = job_.patience && scores_.end() - best > job_.patience;
    return {};
  }

  int finish() {
    if (const std::string rise = train::risen(losses_, losses_.size() / 10, 1.3, 3); !rise.empty())
      job_.reading.warn(rise + "; a smaller --rate is expected to help");
    const bool measured = !scores_.empty();
    const graph::model m = averaged(measured ? best_ : average_->values());
    std::vector<coco::scored_box> boxes;
    if (measured) {
      auto found = deploy::find_all(
          deploy::float_detector(m), *held_out, job_.held_out, job_.threads, [](int) {}, job_.reading.decode, job_.all);
      if (!found) return fail(found.failure());
      boxes = std::move(found->boxes);
    }
    if (job_.all.rank() > 0) return 0;
    const fs::path folder = job_.output;
    if (const auto written = io::write_onnx(m, folder / "model.onnx"); !written) return fail(written.failure());
    if (const auto written = io::write_file(folder / "loss.svg", support::loss_chart("detection loss", losses_)); !written)
      return fail(written.failure());
    std::string extra;
    if (measured) {
      const std::string page = support::worst_page(
          *held_out, boxes, job_.held_out, support::loss_chart("detection loss", losses_), support::score_chart(scores_));
      if (const auto written = io::write_file(folder / "map.svg", support::score_chart(scores_)); !written)
        return fail(written.failure());
      if (const auto written = io::write_file(folder / "worst.html", page); !written) return fail(written.failure());
      extra = ", map.svg, worst.html";
    }
    io::json_writer w;
    w.begin_object()
        .member("annotations", job_.annotations)
        .member("recipe", job_.how.name)
        .member("side", m.pre.width)
        .member("classes", m.classes)
        .member("parameters", parameters_.values.size())
        .member("pictures", set_.examples.size())
        .member("annotations_left_out", set_.left_out())
        .member("iterations", done_)
        .member("batch", job_.batch)
        .member("rate", job_.rate)
        .member("images_per_second", speed_)
        .member("training_bytes", stage_->batch.bytes())
        .key("loss")
        .begin_array();
    for (const double l : losses_) w.value(l);
    w.end_array().key("map").begin_array();
    for (const auto& s : scores_) w.begin_object().member("iteration", s[0]).member("ap", s[1]).end_object();
    w.end_array().end_object();
    if (const auto written = io::write_file(folder / "report.json", w.take()); !written) return fail(written.failure());
    std::printf("Trained %zu parameters for %ld iterations of %d on %zu pictures: loss %.3f -> %.3f, %.1f images/s.\n",
                parameters_.values.size(), done_, job_.batch, set_.examples.size(), losses_.front(), losses_.back(), speed_);
    if (measured)
      std::printf("mAP on %zu held-out pictures: %.4f at best, after %.0f iterations.\n", held_out->images.size(),
                  std::ranges::max_element(scores_, {}, [](const auto& s) { return s[1]; })->at(1),
                  std::ranges::max_element(scores_, {}, [](const auto& s) { return s[1]; })->at(0));
    std::printf("Written: model.onnx, checkpoint.bin, loss.svg%s and report.json in %s\n", extra.c_str(),
                job_.output.c_str());
    return 0;
  }

 public:
  const coco::ground_truth* held_out = nullptr;

 private:
  const job& job_;
  const support::labelled_set& set_;
  const graph::model start_;
  std::unique_ptr<stage> stage_;
  train::parameters parameters_;
  std::optional<train::optimiser<Rule>> optimise_;
  std::optional<train::moving_average> average_;
  std::vector<float> best_;
  std::vector<double> losses_;
  std::vector<std::array<double, 2>> scores_;  // iteration and mAP on the held-out pictures
  std::string settings_;
  std::uint64_t fingerprint_ = 0;
  long done_ = 0;
  double speed_ = 0;
  bool stopped_early_ = false;
};

/// The network to begin with: of the recipe or of a file.
result<graph::model> begin(const job& j, const support::labelled_set& set) {
  graph::model m;
  if (j.model.empty()) {
    graph::picodet_measures measures = j.how.measures;
    measures.classes = static_cast<int>(set.categories.size());
    m = graph::make_picodet(measures, static_cast<unsigned>(j.seed));
  } else {
    auto read = io::read_onnx(j.model);
    if (!read) return read.failure();
    m = std::move(*read);
    graph::pass::simplify(m);
    if (m.heads.empty()) return error(errc::unsupported, j.model + ": " + io::onnx::no_heads(m.net, 0));
    if (m.classes != static_cast<int>(set.categories.size()))
      return error(errc::invalid, j.model + ": tells " + std::to_string(m.classes) + " classes, " + j.annotations +
                                      " lists " + std::to_string(set.categories.size()) +
                                      " categories; as many are expected");
  }
  m.categories = set.categories;
  if (!j.from.empty()) {
    auto other = io::read_onnx(j.from);
    if (!other) return other.failure();
    graph::pass::simplify(*other);
    const std::size_t taken = train::take_over(other->net, m.net, [&](std::string_view name) {
      return !j.backbone_only || !(name.starts_with("neck") || name.starts_with("head"));
    });
    if (!taken)
      return error(errc::invalid, j.from +
                                      ": no convolution has the name and shape of one of the recipe's network; a file that "
                                      "train has written is expected");
    std::printf("Taken over from %s: %zu convolutions.\n", j.from.c_str(), taken);
  }
  return m;
}

int run(job& j) {
  const auto set = support::read_labelled_set(j.annotations, j.images, j.reading, j.how.measures.side, j.threads);
  if (const auto failed = graph::agree(j.all, set)) return fail(*failed);
  std::optional<coco::ground_truth> held_out;
  if (!j.held_out.empty()) {
    auto truth = coco::read_annotations(j.held_out_annotations);
    if (const auto failed = graph::agree(j.all, truth)) return fail(*failed);
    held_out = std::move(*truth);
  }
  j.batch = (j.batch ? j.batch : j.how.batch) * j.all.size();
  if (!j.iterations)
    j.iterations = std::max(1, static_cast<int>(static_cast<std::size_t>(j.how.epochs) * set->examples.size() /
                                                static_cast<std::size_t>(j.batch)));
  if (j.rate < 0) j.rate = j.how.rate * j.batch / j.how.rate_batch;
  if (held_out && !j.evaluate_every) j.evaluate_every = std::max(1, j.iterations / 10);
  auto m = begin(j, *set);
  if (const auto failed = graph::agree(j.all, m)) return fail(*failed);
  const auto with = [&](auto rule) {
    training<decltype(rule)> t(j, *set, std::move(*m));
    t.held_out = held_out ? &*held_out : nullptr;
    return t.run();
  };
  return j.how.adam ? with(train::adam_w{}) : with(train::momentum{});
}

}  // namespace

int main(int argc, char** argv) {
  job j{support::ranks(argc, argv)};
  std::string names;
  for (const train::detector_recipe& r : train::detector_recipes())
    names += (names.empty() ? "" : "; ") + std::string(r.name) + ": " + std::string(r.about);
  io::arguments line("train", "Trains a detector on pictures with annotations in COCO's format.");
  line.required("--images", "DIR", j.images, "pictures");
  line.required("--annotations", "A.json", j.annotations,
                "their annotations; any categories, in the order of their ids, which model.onnx notes with their names");
  line.required("--output", "OUT", j.output, "folder for model.onnx, checkpoint.bin, loss.svg and report.json");
  line.option("--recipe", "NAME", j.recipe, "network and training, shapes unless --model is given; " + names);
  line.option("--network", "NAME", j.network, "the network of that recipe instead, at one size");
  line.option("--model", "M.onnx", j.model, "go on from this FP32 detector instead of a new one");
  line.option("--from", "M.onnx", j.from, "take over weights of convolutions with the same names and shapes");
  line.flag("--backbone-only", j.backbone_only, "take over no neck and no heads");
  line.option("--norms", "NAME", j.norms, "batch: statistics of each batch; frozen: those that are there already");
  line.option("--held-out", "DIR", j.held_out, "pictures to measure mAP on during training; the best parameters are kept");
  line.option("--held-out-annotations", "A.json", j.held_out_annotations, "their annotations");
  line.option("--evaluate-every", "N", j.evaluate_every, "steps between two measurements; 0: a tenth of the training", 0);
  line.option("--patience", "N", j.patience, "stop early after so many measurements without a better one; 0: never", 0);
  line.option("--side", "S", j.side, "width and height of the network's input, a multiple of 32; 0: the recipe's", 0, 2048);
  line.option("--iterations", "N", j.iterations, "steps of training; 0: the recipe's epochs", 0);
  line.option("--batch", "B", j.batch, "pictures per step, of each process under mpirun; 0: the recipe's", 0, 1024);
  line.option("--seed", "S", j.seed, "decides weights, the order of the pictures and their changes", 0LL);
  line.option("--threads", "N", j.threads, "pictures at the same time; does not change the result", 1, 256);
  line.option("--rate", "R", j.rate, "learning rate; without it the recipe's, which grows with the batch", 0.0);
  line.option("--cache", "MiB", j.cache, "memory for decoded pictures", 0);
  line.option("--save-every", "N", j.save_every, "iterations between checkpoints", 1);
  line.option("--stop-after", "N", j.stop_after, "write checkpoint.bin after so many steps and stop; 0: never", 0);
  line.flag("--resume", j.resume, "go on from OUT/checkpoint.bin");
  j.reading.add_to(line, false);
  if (const auto status = line.read(argc, argv)) return *status;
  const auto invalid = [](const std::string& sentence) { return fail(error(errc::invalid, sentence)); };
  const bool given = j.side != 0;
  if (given && (j.side % 32 != 0 || j.side < 64))
    return invalid("--side: found " + std::to_string(j.side) + ", expected a multiple of 32 from 64");
  if (j.norms != "batch" && j.norms != "frozen")
    return invalid("--norms: found '" + j.norms + "', expected batch or frozen");
  if (j.held_out.empty() != j.held_out_annotations.empty())
    return invalid("--held-out and --held-out-annotations are expected together");
  if (j.recipe.empty()) j.recipe = j.model.empty() ? "shapes" : "fine_tune";
  const train::detector_recipe* recipe = train::find_detector_recipe(j.recipe);
  if (!recipe) return invalid("--recipe: found '" + j.recipe + "', expected one of " + names);
  j.how = *recipe;
  if (!j.network.empty()) {
    const train::detector_recipe* other = train::find_detector_recipe(j.network);
    if (!other) return invalid("--network: found '" + j.network + "', expected one of " + names);
    j.how.measures = other->measures;
    j.how.sides.clear();
  }
  if (given || !j.model.empty()) j.how.sides.clear();
  if (given) j.how.measures.side = j.side;
  return run(j);
}
