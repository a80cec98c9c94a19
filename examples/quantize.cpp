// The main job: an FP32 detector in, a full-INT8 one out, with the COCO numbers of both.
#include "support/figures.hpp"

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

std::string to_json(const job& j, const support::named_figures& both, std::size_t pictures, std::size_t calibration) {
  io::json_writer w;
  w.begin_object()
      .member("model", j.model)
      .member("recipe", j.recipe)
      .member("pictures", pictures)
      .member("calibration_pictures", calibration);
  support::add_figures(w, both);
  w.end_object();
  return w.take();
}

/// Writes how far each map of the integer network is from the float one, over the first pictures, as a page and as JSON.
result<void> analyse(const graph::model& real, const graph::integer_model& integer, const job& j,
                     const coco::ground_truth& truth, const support::figures& fp32, const support::figures& int8) {
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
  auto a = support::measure("FP32", real, *truth, j.images, j.threads, j.reading.decode);
  if (!a) return fail(a.failure());
  if (!a->warning.empty()) j.reading.warn(a->warning);
  auto b = support::measure("INT8", integer, *truth, j.images, j.threads, j.reading.decode);
  if (!b) return fail(b.failure());

  std::error_code problem;
  fs::create_directories(j.output, problem);
  if (problem) return fail(error(errc::io, j.output + ": cannot be made a folder (" + problem.message() + ")"));
  const fs::path out = j.output, file = out / "model_int8.onnx";
  if (const auto written = io::write_onnx(integer.network(), file, dialect); !written) return fail(written.failure());
  a->bytes = fs::file_size(j.model, problem);
  b->bytes = fs::file_size(file, problem);
  if (const auto written = io::write_file(out / "report.json",
                                          to_json(j, {{"fp32", *a}, {"int8", *b}}, truth->images.size(), pictures->size()));
      !written)
    return fail(written.failure());
  if (const auto drawn = support::draw_both(real, "FP32", integer, "INT8", *truth, j.images, out, j.reading.decode); !drawn)
    return fail(drawn.failure());
  if (j.analyse)
    if (const auto done = analyse(real.network(), integer.network(), j, *truth, *a, *b); !done) return fail(done.failure());
  std::printf("%s\nRecipe %s, calibrated on %zu pictures, evaluated on %zu.\nWritten: %s, report.json and pictures in %s\n",
              support::to_table({{"FP32", *a}, {"INT8", *b}}).c_str(), j.recipe.c_str(), pictures->size(),
              truth->images.size(), file.string().c_str(), j.output.c_str());
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
