// The main job: an FP32 detector in, a full-INT8 one out, with the COCO numbers of both.
#include <octet/coco.hpp>
#include <octet/data.hpp>
#include <octet/deploy.hpp>
#include <octet/graph/float_operations.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io.hpp>
#include <octet/io/analysis_page.hpp>
#include <octet/ptq.hpp>
#include <octet/quant/recipe.hpp>

#include <cstdio>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace {

using namespace octet;
namespace fs = std::filesystem;

struct job {
  std::string model, calibration, images, annotations, output, recipe = "absorbed", dialect = "u8";
  int limit = 0, calibration_limit = 300, threads = 2;
  bool analyse = false;
  io::picture_options reading{"quantize"};
  io::model_options importing{};
};

int fail(const error& e) {
  std::fprintf(stderr, "quantize: %s\n", e.what());
  return 2;
}

struct quantizer {
  result<graph::integer_model> (*run)(const graph::model&, const std::vector<fs::path>&, const ptq::quantize_options&);
  bool symmetric;  ///< zero points of 0 and one scale per map
};
template <class Recipe>
constexpr quantizer by_recipe{ptq::quantize<Recipe>, ptq::symmetric_maps<Recipe>};
const std::map<std::string, quantizer> recipes{
    {"absorbed", by_recipe<quant::absorbed>},
    {"absorbed_symmetric", by_recipe<quant::absorbed_symmetric>},
    {"npu", by_recipe<quant::npu>},
    {"minmax", by_recipe<quant::minmax>},
};

/// What the table and the report say of one form of the model.
struct figures {
  coco::summary stats{};
  double ms = 0;
  std::uintmax_t bytes = 0, arena = 0, maps = 0;
  int float_ops = 0;
  std::vector<coco::scored_box> boxes{};
  std::string warning{};
};

template <class Detector>
result<figures> measure(const char* name, const Detector& detector, const job& j, const coco::ground_truth& truth) {
  io::progress bar(std::string("evaluate ") + name, static_cast<int>(truth.images.size()));
  auto found = deploy::find_all(detector, truth, j.images, j.threads, [&](int done) { bar(done); }, j.reading.decode);
  bar.finish();
  if (!found) return found.failure();
  const auto& memory = detector.memory();
  const auto stats = coco::evaluate(truth, found->boxes).stats;
  return figures{stats,
                 found->network_seconds * 1e3,
                 0,
                 memory.arena_bytes,
                 memory.sum_bytes,
                 graph::float_operations(detector.network().net),
                 std::move(found->boxes),
                 std::move(found->warning)};
}

std::string to_table(const figures& fp32, const figures& int8) {
  io::table t({"", "FP32", "INT8"});
  const std::vector<std::pair<const char*, std::size_t>> rows{{"mAP", 0},      {"AP50", 1},      {"AP75", 2},
                                                              {"AP small", 3}, {"AP medium", 4}, {"AP large", 5}};
  for (const auto& [name, i] : rows) t.add({name, io::fixed(fp32.stats[i], 4), io::fixed(int8.stats[i], 4)});
  t.add({"ms/image (network)", io::fixed(fp32.ms, 1), io::fixed(int8.ms, 1)});
  t.add({"model bytes", std::to_string(fp32.bytes), std::to_string(int8.bytes)});
  t.add({"activation bytes", std::to_string(fp32.arena), std::to_string(int8.arena)});
  t.add({"all maps, unplanned", std::to_string(fp32.maps), std::to_string(int8.maps)});
  t.add({"float ops left", std::to_string(fp32.float_ops), std::to_string(int8.float_ops)});
  return t.text();
}

std::string to_json(const job& j, const figures& fp32, const figures& int8, std::size_t pictures, std::size_t calibration) {
  static constexpr const char* names[] = {"ap",   "ap50",  "ap75",   "ap_small", "ap_medium", "ap_large",
                                          "ar_1", "ar_10", "ar_100", "ar_small", "ar_medium", "ar_large"};
  io::json_writer w;
  w.begin_object()
      .member("model", j.model)
      .member("recipe", j.recipe)
      .member("pictures", pictures)
      .member("calibration_pictures", calibration);
  for (const auto& [key, f] : {std::pair{"fp32", &fp32}, {"int8", &int8}}) {
    w.key(key).begin_object();
    for (std::size_t i = 0; i < 12; ++i) w.member(names[i], f->stats[i]);
    w.member("ms", f->ms)
        .member("bytes", f->bytes)
        .member("activation_bytes", f->arena)
        .member("activation_bytes_unplanned", f->maps);
    w.member("float_ops", f->float_ops).end_object();
  }
  w.end_object();
  return w.take();
}

/// Writes how far each map of the integer network is from the float one, over the first pictures, as a page and as JSON.
result<void> analyse(const graph::model& real, const graph::integer_model& integer, const job& j,
                     const coco::ground_truth& truth, const figures& fp32, const figures& int8) {
  const graph::float_program float_program(real.net);
  const graph::integer_program integer_program(integer.net);
  const deploy::float_form float_form(real);
  const deploy::integer_form integer_form(integer);
  ptq::analyser analyser(float_program, integer_program, integer);
  const std::size_t count = std::min<std::size_t>(8, truth.images.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto image = data::read_image(data::picture_path(j.images, truth.images[i].file_name), j.reading.decode);
    if (!image) return image.failure();
    float_form.prepare(*image, analyser.real_input());
    integer_form.prepare(*image, analyser.integer_input());
    analyser.run();
  }
  const auto& layers = analyser.rows();
  const auto page = io::analysis_page({j.model, j.recipe, layers, count, truth, fp32.boxes, int8.boxes, j.images});
  if (!page) return page.failure();
  io::json_writer w(0);
  w.begin_object().member("model", j.model).member("recipe", j.recipe).member("pictures", count).key("layers");
  io::write(w, layers);
  w.end_object();
  if (const auto written = io::write_file(fs::path(j.output) / "analysis.json", w.take()); !written)
    return written.failure();
  if (const auto written = io::write_file(fs::path(j.output) / "analysis.html", *page); !written) return written.failure();
  for (const std::string& sentence : io::verdict(layers)) std::printf("%s\n", sentence.c_str());
  std::printf("Every map: analysis.html and analysis.json\n\n");
  return {};
}

/// Eight pictures with what both found, side by side.
result<void> draw(const deploy::float_detector& real, const deploy::integer_detector& integer, const job& j,
                  const coco::ground_truth& truth) {
  deploy::float_detector::workspace a(real);
  deploy::integer_detector::workspace b(integer);
  const auto classes = deploy::classes_of(real.network(), truth);
  if (!classes) return classes.failure();
  const auto name = [&](std::int32_t label) -> std::string_view { return (*classes)[static_cast<std::size_t>(label)].name; };
  const auto sure = [](std::span<const detection> all) {
    std::vector<detection> some;
    for (const detection& d : all)
      if (d.score >= 0.4f) some.push_back(d);
    return some;
  };
  for (std::size_t i = 0; i < std::min<std::size_t>(8, truth.images.size()); ++i) {
    const auto image = data::read_image(data::picture_path(j.images, truth.images[i].file_name), j.reading.decode);
    if (!image) return image.failure();
    data::image left = *image, right = *image;
    data::draw_detections(left, sure(real(*image, a)), name);
    data::draw_detections(right, sure(integer(*image, b)), name);
    const std::string stem = data::picture_path(j.images, truth.images[i].file_name).stem().string();
    const fs::path file = fs::path(j.output) / (stem + ".png");
    if (const auto written = data::write_image(file, data::side_by_side(left, "FP32", right, "INT8")); !written)
      return written.failure();
  }
  return {};
}

int run(const job& j, quantizer quantize, const io::qdq_dialect& dialect) {
  if (fs::exists(j.output) && !fs::is_directory(j.output))
    return fail(error(errc::io, j.output + ": is a file; --output expects a folder, or a name for a new one"));
  auto model = io::read_onnx(j.model, j.importing);
  if (!model) return fail(model.failure());
  graph::pass::simplify(*model);
  if (model->heads.empty())
    return fail(error(errc::unsupported, j.model + ": " + io::onnx::no_heads(model->net, j.importing.classes)));
  auto truth = coco::read_annotations(j.annotations);
  if (!truth) return fail(truth.failure());
  if (j.limit > 0 && truth->images.size() > static_cast<std::size_t>(j.limit))
    truth->images.resize(static_cast<std::size_t>(j.limit));
  auto pictures = j.reading.list(j.calibration);
  if (!pictures) return fail(pictures.failure());
  if (pictures->size() > static_cast<std::size_t>(j.calibration_limit))
    pictures->resize(static_cast<std::size_t>(j.calibration_limit));
  if (j.reading.skip_broken) {
    const auto uncalibrated = data::drop_broken(*pictures, j.threads);
    if (const auto some = j.reading.skipped(uncalibrated, pictures->size()); !some) return fail(some.failure());
    const auto unmeasured = deploy::drop_broken(*truth, j.images, j.threads);
    if (const auto some = j.reading.skipped(unmeasured, truth->images.size()); !some) return fail(some.failure());
  }

  io::progress bar("calibrate", static_cast<int>(pictures->size()));
  auto int8 = quantize.run(*model, *pictures, {j.threads, [&](int done) { bar(done); }, j.reading.decode});
  bar.finish();
  if (!int8) return fail(int8.failure());

  const deploy::float_detector real(std::move(*model));
  const deploy::integer_detector integer(std::move(*int8));
  auto a = measure("FP32", real, j, *truth);
  if (!a) return fail(a.failure());
  if (!a->warning.empty()) j.reading.warn(a->warning);
  auto b = measure("INT8", integer, j, *truth);
  if (!b) return fail(b.failure());

  std::error_code problem;
  fs::create_directories(j.output, problem);
  if (problem) return fail(error(errc::io, j.output + ": cannot be made a folder (" + problem.message() + ")"));
  const fs::path out = j.output, file = out / "model_int8.onnx";
  if (const auto written = io::write_onnx(integer.network(), file, dialect); !written) return fail(written.failure());
  a->bytes = fs::file_size(j.model, problem);
  b->bytes = fs::file_size(file, problem);
  if (const auto written = io::write_file(out / "report.json", to_json(j, *a, *b, truth->images.size(), pictures->size()));
      !written)
    return fail(written.failure());
  if (const auto drawn = draw(real, integer, j, *truth); !drawn) return fail(drawn.failure());
  if (j.analyse)
    if (const auto done = analyse(real.network(), integer.network(), j, *truth, *a, *b); !done) return fail(done.failure());
  std::printf("%s\nRecipe %s, calibrated on %zu pictures, evaluated on %zu.\nWritten: %s, report.json and pictures in %s\n",
              to_table(*a, *b).c_str(), j.recipe.c_str(), pictures->size(), truth->images.size(), file.string().c_str(),
              j.output.c_str());
  std::printf("The file's dialect is %s: %s (--export)\n", j.dialect.c_str(), std::string(dialect.consumers).c_str());
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  job j;
  std::string names;
  for (const auto& [name, f] : recipes) names += (names.empty() ? "" : ", ") + name;
  io::arguments line("quantize", "Turns an FP32 detector into a full-INT8 one and measures both on COCO.");
  line.required("--model", "M.onnx", j.model, "FP32 detector, ONNX");
  line.required("--calibration", "DIR", j.calibration, "pictures to calibrate on; no labels needed");
  line.required("--images", "DIR", j.images, "pictures to evaluate on");
  line.required("--annotations", "A.json", j.annotations, "their annotations, COCO format");
  line.required("--output", "OUT", j.output, "folder for model_int8.onnx, report.json and pictures");
  line.option("--limit", "N", j.limit, "evaluate on the first N pictures only; 0: all", 0);
  line.option("--calibration-limit", "N", j.calibration_limit, "calibrate on the first N pictures", 1);
  line.option("--recipe", "NAME", j.recipe, "how to quantise: " + names);
  line.option("--export", "DIALECT", j.dialect, "for whom the INT8 file is: " + io::qdq_dialect_help());
  line.option("--threads", "N", j.threads, "pictures at the same time", 1, 256);
  line.flag("--analyse", j.analyse, "write analysis.html and analysis.json: every map's error, its causes, and pictures");
  j.importing.add_to(line);
  j.reading.add_to(line, true);
  if (const auto status = line.read(argc, argv)) return *status;
  const auto recipe = recipes.find(j.recipe);
  if (recipe == recipes.end())
    return fail(error(errc::invalid, "--recipe: found '" + j.recipe + "', expected one of " + names));
  const auto dialect = io::choose_dialect(j.dialect, recipe->second.symmetric);
  if (!dialect) return fail(dialect.failure().within(std::string("--export")));
  return run(j, recipe->second, *dialect);
}
