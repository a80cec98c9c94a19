// FP32 training from labels: a PicoDet of any measures learns the categories of a COCO-format data set from scratch.
#include <octet/coco.hpp>
#include <octet/data.hpp>
#include <octet/deploy/drop_broken.hpp>
#include <octet/deploy/picture_sizes.hpp>
#include <octet/graph/picodet.hpp>
#include <octet/io.hpp>
#include <octet/train.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace {

using namespace octet;
namespace fs = std::filesystem;

struct job {
  std::string images, annotations, output, size = "small";
  int iterations = 1500, batch = 16, threads = 2, side = 160, save_every = 200, stop_after = 0;
  long long seed = 1;
  double rate = 2e-3;
  bool resume = false;
  io::picture_options reading{"train"};

  /// What decides the outcome beside the data; a checkpoint of other settings is refused.
  std::string settings() const {
    return "size: " + size + "\nside: " + std::to_string(side) + "\niterations: " + std::to_string(iterations) +
           "\nbatch: " + std::to_string(batch) + "\nseed: " + std::to_string(seed) + "\nrate: " + io::fixed(rate, 12) +
           "\norientation: " + (reading.decode.ignore_orientation ? "as stored" : "upright") + '\n';
  }
};

/// Labels only: what pycocotools misses in annotations without iscrowd or area is not needed here.
struct labels_only : coco::strict {
  static constexpr bool complete_annotations = false;
};

int fail(const error& e) {
  std::fprintf(stderr, "train: %s\n", e.what());
  return 2;
}

graph::picodet_measures measures(const std::string& size) {
  if (size == "s") return {};
  return {.backbone = {8, 16, 24, 32, 64, 96}, .blocks = 2, .neck = 32, .tower = 1};
}

/// A picture and its objects in pixels of the network's input.
struct example {
  std::string name;  ///< in the annotations
  fs::path file;
  data::picture_size size;
  std::vector<train::labelled_box> objects;
};

struct lessons {
  std::vector<example> examples;
  std::vector<graph::category> categories;  ///< by ascending id
  deploy::picture_sizes sizes;
  std::size_t objects = 0, crowds = 0, empty = 0, small = 0, clipped = 0;  ///< annotations

  std::size_t left_out() const { return crowds + empty + small; }
  /// Why annotations are left out, for a message.
  std::string reasons() const {
    return std::to_string(crowds) + " crowds, " + std::to_string(empty) + " without area in their picture, " +
           std::to_string(small) + " smaller than a pixel of the network's input";
  }
  /// What a checkpoint notes of the run: what is said first where two runs differ in much comes first.
  std::string settings(const job& j) const {
    std::uint64_t sum = 0;
    const auto add = [&](const auto& x) { sum = train::hash({reinterpret_cast<const char*>(&x), sizeof x}, sum); };
    std::string ids;
    for (const graph::category& c : categories) {
      ids += ids.empty() ? "" : ", ";
      ids += c.text ? *c.text : std::to_string(c.id);
    }
    for (const example& e : examples) {
      sum = train::hash(e.name, sum);
      add(e.size.width), add(e.size.height), add(e.objects.size());
      for (const train::labelled_box& o : e.objects) add(o.box), add(o.label);
    }
    char digits[20];
    std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(sum));
    if (ids.size() > 100) ids = ids.substr(0, 100) + "... with checksum " + std::to_string(train::hash(ids));
    return "classes: " + std::to_string(categories.size()) + "\ncategory ids: " + ids + '\n' + j.settings() +
           "data set: " + std::to_string(examples.size()) + " pictures, " + std::to_string(objects) + " objects, checksum " +
           digits + '\n';
  }
};

/// The categories by ascending id, which is the order of the labels.
result<std::vector<graph::category>> categories_of(const coco::ground_truth& truth, const job& j) {
  std::vector<coco::category> all = truth.categories;
  std::ranges::stable_sort(all, {}, &coco::category::id);
  const auto twice = std::ranges::adjacent_find(all, {}, &coco::category::id);
  if (twice != all.end())
    return error(errc::invalid, j.annotations + ": two categories, '" + twice[0].name + "' and '" + twice[1].name +
                                    "', have the id " + coco::id_text(truth.category_texts, twice->id) +
                                    "; the ids of categories are to differ");
  std::vector<graph::category> classes;
  for (const coco::category& c : all) {
    graph::category& k = classes.emplace_back();
    k.id = c.id, k.name = c.name;
    if (!truth.category_texts.empty()) k.id = 0, k.text = coco::id_text(truth.category_texts, c.id);
  }
  return classes;
}

result<lessons> prepare(const coco::ground_truth& truth, const job& j) {
  lessons all;
  auto classes = categories_of(truth, j);
  if (!classes) return classes.failure();
  all.categories = std::move(*classes);
  std::vector<std::int64_t> ids;
  for (const auto& c : truth.categories) ids.push_back(c.id);
  std::ranges::sort(ids);
  std::map<std::int64_t, std::size_t> places;
  for (const auto& p : truth.images) {
    const auto [place, fresh] = places.emplace(p.id, all.examples.size());
    if (!fresh)
      return error(errc::invalid, j.annotations + ": two pictures, '" + all.examples[place->second].name + "' and '" +
                                      p.file_name + "', have the id " + coco::id_text(truth.image_texts, p.id) +
                                      "; the ids of pictures are to differ");
    const auto file = data::find_picture(j.images, p.file_name);
    if (!file) return file.failure().within(j.annotations);
    const auto size = data::read_size(*file, j.reading.decode);
    if (!size) return size.failure();
    all.sizes.compare(p, *size);
    all.examples.push_back({p.file_name, *file, *size, {}});
  }
  if (all.examples.empty() || ids.empty())
    return error(errc::missing, j.annotations + ": lists no picture or no category; at least one of each is expected");
  for (const auto& a : truth.annotations) {
    const auto place = places.find(a.image_id);
    const auto label = std::ranges::lower_bound(ids, a.category_id);
    if (place == places.end() || label == ids.end() || *label != a.category_id)
      return error(errc::invalid, j.annotations + ": annotation " + std::to_string(a.id) +
                                      " is of a picture or a category that the file does not list");
    example& e = all.examples[place->second];
    const auto finite = [](double x) { return std::isfinite(x); };
    if (!std::ranges::all_of(a.bbox, finite) || std::isnan(a.area))
      return error(errc::invalid, j.annotations + ": annotation " + std::to_string(a.id) + ", of picture '" + e.name +
                                      "', has a box or an area that is NaN or infinite; finite numbers are expected");
    const double w = e.size.width, h = e.size.height, sx = j.side / w, sy = j.side / h;
    const double right = a.bbox[0] + a.bbox[2], bottom = a.bbox[1] + a.bbox[3];
    const auto at = [](double x, double end, double scale) { return static_cast<float>(std::clamp(x, 0.0, end) * scale); };
    const box b{at(a.bbox[0], w, sx), at(a.bbox[1], h, sy), at(right, w, sx), at(bottom, h, sy)};
    if (a.crowd)
      ++all.crowds;
    else if (!(b.x2 > b.x1) || !(b.y2 > b.y1))
      ++all.empty;
    else if (!(b.x2 - b.x1 >= 1) || !(b.y2 - b.y1 >= 1))
      ++all.small;
    else {
      // Half a pixel beyond the border is how some tools count, and no news.
      all.clipped += a.bbox[0] < -1 || a.bbox[1] < -1 || right > w + 1 || bottom > h + 1;
      ++all.objects;
      e.objects.push_back({b, static_cast<std::int32_t>(label - ids.begin())});
    }
  }
  if (!all.objects)
    return error(errc::missing, j.annotations + ": no object is left to learn from (" +
                                    std::to_string(truth.annotations.size()) + " annotations: " + all.reasons() +
                                    "); at least one box with an area in its picture is expected");
  return all;
}

std::string loss_chart(const std::vector<double>& losses) {
  std::vector<io::line_chart::point> each, means;
  const std::size_t reach = losses.size() / 100;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const std::size_t first = i > reach ? i - reach : 0, last = std::min(losses.size(), i + reach + 1);
    double sum = 0;
    for (std::size_t k = first; k < last; ++k) sum += losses[k];
    each.push_back({static_cast<double>(i + 1), losses[i]});
    means.push_back({static_cast<double>(i + 1), sum / static_cast<double>(last - first)});
  }
  io::line_chart chart("detection loss", {"iteration"}, {"loss"});
  chart.add("", std::move(each), "#9bd");
  chart.add("mean", std::move(means), "#048");
  return chart.text();
}

int run(const job& j) {
  auto truth = coco::read_annotations<labels_only>(j.annotations);
  if (!truth) return fail(truth.failure());
  if (j.reading.skip_broken) {
    const auto broken = deploy::drop_broken(*truth, j.images, j.threads);
    if (const auto some = j.reading.skipped(broken, truth->images.size()); !some) return fail(some.failure());
  }
  const auto data = prepare(*truth, j);
  if (!data) return fail(data.failure());
  if (const std::string sentence = data->sizes.sentence(); !sentence.empty()) j.reading.warn(sentence);
  const std::vector<example>& examples = data->examples;
  if (data->left_out() || data->clipped)
    j.reading.warn(std::to_string(data->left_out()) + " of " + std::to_string(data->left_out() + data->objects) +
                   " annotations are left out (" + data->reasons() + "), " + std::to_string(data->clipped) +
                   " reach beyond their picture and are clipped");
  std::error_code problem;
  fs::create_directories(j.output, problem);
  if (problem) return fail(error(errc::io, j.output + ": cannot be made a folder (" + problem.message() + ")"));

  graph::picodet_measures how = measures(j.size);
  how.side = j.side, how.classes = static_cast<int>(data->categories.size());
  graph::model m = graph::make_picodet(how, static_cast<unsigned>(j.seed));
  m.categories = data->categories;
  const data::preprocessor<float> enter(m.pre);
  std::optional<error> failure;
  std::mutex guard;
  const auto read = [&](const example& e, bool mirrored, map_view<float> to) {
    auto image = data::read_image(e.file, j.reading.decode);
    if (!image) {
      const std::lock_guard lock(guard);
      failure = image.failure();
      return;
    }
    if (mirrored) data::flip(*image);
    enter(*image, to);
  };
  train::differentiable<> net(m.net, {}, train::normalised_convolutions(m.net));
  train::parameters parameters = net.parameters();
  const std::string settings = data->settings(j);
  const std::uint64_t fingerprint = train::fingerprint(parameters, settings);
  train::groups groups = train::decay_weights;
  groups[static_cast<std::size_t>(train::role::weight)].decay = 0.02f;
  train::optimiser<train::adam_w> optimise(parameters, {}, groups);
  train::moving_average average(parameters.values, 0.998);
  const train::linear_warm_up<train::cosine> rate{std::min(100, j.iterations / 10), {j.iterations, 0.01}};
  std::vector<double> losses;
  const fs::path file = fs::path(j.output) / "checkpoint.bin";
  long done = 0;
  if (j.resume) {
    const auto bytes = io::read_file(file);
    if (!bytes) return fail(bytes.failure());
    auto c = train::checkpoint::read(*bytes, fingerprint, file.string(), settings);
    if (!c) return fail(c.failure());
    const auto size = static_cast<std::ptrdiff_t>(parameters.values.size());
    average.restore(c->iterations, {c->memory.end() - size, c->memory.end()});
    c->memory.resize(c->memory.size() - parameters.values.size());
    optimise.restore(c->iterations, std::move(c->memory));
    parameters.values = std::move(c->values), losses = std::move(c->losses), done = c->iterations;
  }

  const train::supervision<> teach;
  const train::sampler sample{static_cast<int>(examples.size()), j.batch, static_cast<std::uint64_t>(j.seed)};
  train::synchronised_batch batch(net, j.batch, j.threads);
  std::vector<std::vector<train::labelled_box>> objects(static_cast<std::size_t>(j.batch));
  std::vector<train::lesson> lessons(static_cast<std::size_t>(j.batch));
  std::vector<float> gradient(parameters.values.size());
  const auto begin = std::chrono::steady_clock::now();
  const long first = done;
  long saved = done;
  double images_per_second = 0;
  const long last = j.stop_after ? std::min(j.iterations, j.stop_after) : j.iterations;
  io::progress bar("train", static_cast<int>(last - first));
  while (done < last) {
    net.load(parameters.values, j.threads);
    const std::vector<int> taken = sample(done);
    const auto fill = [&](int i, map_view<float> to) {
      train::random_source random{static_cast<std::uint64_t>(j.seed * 1000003 + done * j.batch + i)};
      const example& e = examples[static_cast<std::size_t>(taken[static_cast<std::size_t>(i)])];
      auto& boxes = objects[static_cast<std::size_t>(i)];
      boxes = e.objects;
      const bool mirrored = random() & 1;
      if (mirrored)
        for (auto& o : boxes) o.box = data::flipped(o.box, static_cast<float>(j.side));
      read(e, mirrored, to);
    };
    const auto weigh = [&](int i, const train::workspace& w) {
      const auto at = static_cast<std::size_t>(i);
      lessons[at] = teach.prepare(m, w, objects[at]);
      return lessons[at].weight;
    };
    const auto learn = [&](int i, train::workspace& w, double weights) {
      const auto at = static_cast<std::size_t>(i);
      return teach.teach(m, w, objects[at], lessons[at], weights);
    };
    const double loss = batch(fill, weigh, learn, gradient);
    if (failure) return fail(*failure);
    if (const auto good = train::check_gradient(done + 1, loss, gradient, parameters, batch); !good)
      return fail(train::with_checkpoint(good.failure(), saved));
    train::clip_norm(gradient, 10);
    const double now = j.rate * rate(done);
    optimise(parameters, gradient, static_cast<float>(now));
    batch.follow(parameters, done ? 0.9f : 0.0f);
    if (const auto good = train::check_parameters(done + 1, parameters); !good)
      return fail(train::with_checkpoint(good.failure(), saved));
    average(parameters.values);
    losses.push_back(loss);
    ++done;
    const bool some = std::ranges::any_of(objects, [](const auto& boxes) { return !boxes.empty(); });
    for (const auto& good : {train::check_losses(losses, 1), train::check_learning(done, loss, some)})
      if (!good) return fail(train::with_checkpoint(good.failure(), saved));
    if (done % j.save_every == 0 || done == last) {
      std::vector<float> memory = optimise.memory();
      memory.insert(memory.end(), average.values().begin(), average.values().end());
      const train::checkpoint c{fingerprint, done, parameters.values, std::move(memory), losses, settings};
      if (const auto written = io::write_file(file, c.bytes()); !written) return fail(written.failure());
      saved = done;
    }
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    images_per_second = static_cast<double>(done - first) * j.batch / seconds;
    char note[96];
    std::snprintf(note, sizeof note, "loss %.3f, rate %.1e, %.1f images/s", loss, now, images_per_second);
    bar(static_cast<int>(done - first), note);
  }
  bar.finish();
  if (last < j.iterations) {
    std::printf("Stopped after %ld of %d iterations; --resume goes on.\n", done, j.iterations);
    return 0;
  }

  if (const std::string rise = train::risen(losses, losses.size() / 10, 2, 3); !rise.empty())
    j.reading.warn(rise + "; a smaller --rate is expected to help");
  net.load(average.values(), j.threads);
  m.net = net.trained();
  const fs::path folder = j.output;
  if (const auto written = io::write_onnx(m, folder / "model.onnx"); !written) return fail(written.failure());
  if (const auto written = io::write_file(folder / "loss.svg", loss_chart(losses)); !written) return fail(written.failure());
  io::json_writer w;
  w.begin_object()
      .member("annotations", j.annotations)
      .member("size", j.size)
      .member("side", j.side)
      .member("classes", m.classes)
      .member("parameters", parameters.values.size())
      .member("pictures", examples.size())
      .member("annotations_left_out", data->left_out())
      .member("iterations", j.iterations)
      .member("batch", j.batch)
      .member("rate", j.rate)
      .member("images_per_second", images_per_second)
      .key("loss")
      .begin_array();
  for (const double l : losses) w.value(l);
  w.end_array().end_object();
  if (const auto written = io::write_file(folder / "report.json", w.take()); !written) return fail(written.failure());
  std::printf(
      "Trained %zu parameters for %d iterations of %d on %zu pictures: loss %.3f -> %.3f, %.1f images/s.\n"
      "Written: model.onnx, checkpoint.bin, loss.svg and report.json in %s\n",
      parameters.values.size(), j.iterations, j.batch, examples.size(), losses.front(), losses.back(), images_per_second,
      j.output.c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  job j;
  io::arguments line("train", "Trains a PicoDet from scratch on pictures with annotations in COCO's format.");
  line.required("--images", "DIR", j.images, "pictures");
  line.required("--annotations", "A.json", j.annotations,
                "their annotations; any categories, in the order of their "
                "ids, which model.onnx notes with their names");
  line.required("--output", "OUT", j.output, "folder for model.onnx, checkpoint.bin, loss.svg and report.json");
  line.option("--size", "NAME", j.size, "small, or s: PicoDet-S-NPU");
  line.option("--side", "S", j.side, "width and height of the network's input, a multiple of 32 from 64", 32, 2048);
  line.option("--iterations", "N", j.iterations, "steps of training", 1);
  line.option("--batch", "B", j.batch, "pictures per step", 1, 1024);
  line.option("--seed", "S", j.seed, "decides weights and the order of the pictures", 0LL);
  line.option("--threads", "N", j.threads, "pictures at the same time; does not change the result", 1, 256);
  line.option("--rate", "R", j.rate, "learning rate", 0.0);
  line.option("--save-every", "N", j.save_every, "iterations between checkpoints", 1);
  line.option("--stop-after", "N", j.stop_after, "write checkpoint.bin after so many steps and stop; 0: never", 0);
  line.flag("--resume", j.resume, "go on from OUT/checkpoint.bin");
  j.reading.add_to(line, false);
  if (const auto status = line.read(argc, argv)) return *status;
  if (j.side % 32 != 0 || j.side < 64)
    return fail(error(errc::invalid, "--side: found " + std::to_string(j.side) + ", expected a multiple of 32 from 64"));
  if (j.size != "small" && j.size != "s")
    return fail(error(errc::invalid, "--size: found '" + j.size + "', expected small or s"));
  return run(j);
}
