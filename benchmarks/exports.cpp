// What the exported forms of an INT8 detector score and take in onnxruntime, beside Octet's own integers.
#include "peers/onnxruntime.hpp"
#include "sampling.hpp"

#include <octet/coco/evaluate.hpp>
#include <octet/coco/read.hpp>
#include <octet/data/folder.hpp>
#include <octet/deploy/evaluate.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/onnx/import.hpp>
#include <octet/io/onnx/qdq_write.hpp>
#include <octet/io/progress.hpp>
#include <octet/io/table.hpp>
#include <octet/ptq/quantize.hpp>

#include <cstdio>
#include <functional>
#include <string>
#include <vector>

namespace {

using namespace octet;

/// The default recipe with weights within +-63, whose products by uint8 cannot saturate 16 bits in pairs.
struct seven_bits : quant::recipe {
  using weights =
      quant::fake_quant<quant::abs_max, quant::symmetric<std::int8_t, quant::codes::narrow, 7>, quant::per_channel<0>>;
};

struct job {
  std::string model, calibration, images, annotations;
  int limit = 0, calibration_limit = 128, threads = 2, rounds = 25;
};

/// An exported model in onnxruntime as a detector.
class exported {
 public:
  exported(const graph::integer_model& m, bench::onnxruntime::model peer)
      : model_(m), prepare_(m.pre), peer_(std::move(peer)) {}

  std::vector<detection> operator()(const data::image& picture) {
    const extent in = model_.net.input_shape();
    const std::size_t pixels = in.pixels();
    std::vector<float> input(in.size());
    prepare_(picture, {input.data(), in});
    for (std::size_t c = 0; c < 3; ++c)
      for (std::size_t i = 0; i < pixels; ++i) peer_.input(0)[c * pixels + i] = input[i * 3 + c];
    const auto maps = peer_.outputs();
    std::vector<detection> room(1 << 16);
    detect::candidates found{room};
    for (const graph::head& h : model_.heads) {
      const std::vector<float> scores = by_pixel(maps, h.scores), distances = by_pixel(maps, h.distances),
                               quality = h.quality < 0 ? std::vector<float>() : by_pixel(maps, h.quality);
      detect::level<detect::real> level;
      level.stride = h.stride;
      level.scores = {scores.data(), model_.net[h.scores].shape};
      if (h.quality >= 0) level.quality = {quality.data(), model_.net[h.quality].shape};
      level.distances = {distances.data(), model_.net[h.distances].shape};
      detect::decode(level, std::span<const float>(model_.projection), nms_.score_threshold,
                     static_cast<float>(in.w) / static_cast<float>(picture.width),
                     static_cast<float>(in.h) / static_cast<float>(picture.height), found);
    }
    std::vector<std::uint32_t> scratch(detect::multiclass_nms::scratch_size(found.list().size()));
    std::vector<detection> kept;
    for (const std::uint32_t k : nms_(found.list(), scratch)) kept.push_back(found.list()[k]);
    return kept;
  }

 private:
  /// A map [1,C,H,W] of the file as [H,W,C].
  std::vector<float> by_pixel(const std::map<std::string, std::vector<float>>& maps, int id) const {
    const extent e = model_.net[id].shape;
    const std::vector<float>& planes = maps.at(io::onnx::detail::output_name(model_, id));
    std::vector<float> pixels(e.size());
    const auto channels = static_cast<std::size_t>(e.c);
    for (std::size_t c = 0; c < channels; ++c)
      for (std::size_t i = 0; i < e.pixels(); ++i) pixels[i * channels + c] = planes[c * e.pixels() + i];
    return pixels;
  }

  const graph::integer_model& model_;
  data::preprocessor<float> prepare_;
  bench::onnxruntime::model peer_;
  detect::multiclass_nms nms_;
};

class table_of_forms {
 public:
  table_of_forms(const job& j, const graph::model& real, const coco::ground_truth& truth,
                 std::vector<std::filesystem::path> pictures)
      : j_(j), real_(real), truth_(truth), pictures_(std::move(pictures)) {}

  template <class Recipe>
  result<void> add(const std::string& recipe, const std::vector<io::qdq_dialect>& dialects) {
    auto int8 = ptq::quantize<Recipe>(real_, pictures_, {j_.threads, [](int) {}});
    if (!int8) return int8.failure();
    const graph::integer_model m = *int8;
    const deploy::integer_detector ours(*std::move(int8));
    const auto found = deploy::find_all(ours, truth_, j_.images, j_.threads, [](int) {});
    if (!found) return found.failure();
    table_.add({recipe, "Octet's integers", io::fixed(coco::evaluate(truth_, found->boxes).stats[0], 4), "-"});
    for (const io::qdq_dialect& dialect : dialects) {
      const std::string file = io::to_onnx(m, dialect);
      const extent in = m.net.input_shape();
      auto peer = bench::onnxruntime::load(file, {{"image", {1, 3, in.h, in.w}}}, 1);
      if (!peer) return peer.failure();
      const auto score = evaluate(m, *peer, recipe + " " + std::string(dialect.name));
      if (!score) return score.failure();
      names_.push_back({recipe, std::string(dialect.name), io::fixed(*score, 4)});
      runs_.push_back(*peer);
    }
    return {};
  }

  std::string text() {
    const auto times = bench::take_turns(runs_, j_.rounds, 1);
    for (std::size_t i = 0; i < runs_.size(); ++i) {
      names_[i].push_back(io::fixed(times[i].median / 1e6, 1));
      table_.add(names_[i]);
    }
    return table_.text();
  }

 private:
  result<double> evaluate(const graph::integer_model& m, const bench::onnxruntime::model& peer, const std::string& name) {
    const auto classes = deploy::classes_of(m.classes, truth_);
    if (!classes) return classes.failure();
    exported detector(m, peer);
    std::vector<coco::scored_box> boxes;
    io::progress bar(name, static_cast<int>(truth_.images.size()));
    int done = 0;
    for (const coco::picture& p : truth_.images) {
      const auto image = data::read_image(std::filesystem::path(j_.images) / p.file_name);
      if (!image) return image.failure();
      for (const detection& d : detector(*image)) boxes.push_back(deploy::to_coco(d, p.id, *classes));
      bar(++done);
    }
    bar.finish();
    return coco::evaluate(truth_, boxes).stats[0];
  }

  const job& j_;
  const graph::model& real_;
  const coco::ground_truth& truth_;
  std::vector<std::filesystem::path> pictures_;
  io::table table_{{"recipe", "dialect", "mAP", "median ms"}};
  std::vector<std::vector<std::string>> names_;
  std::vector<std::function<void()>> runs_;
};

}  // namespace

int main(int argc, char** argv) {
  job j;
  io::arguments line("exports", "Scores and times the exported forms of an INT8 detector in onnxruntime, as it comes.");
  line.required("--model", "M.onnx", j.model, "FP32 detector");
  line.required("--calibration", "DIR", j.calibration, "pictures to calibrate on");
  line.required("--images", "DIR", j.images, "pictures to evaluate on");
  line.required("--annotations", "A.json", j.annotations, "their annotations, COCO format");
  line.option("--limit", "N", j.limit, "evaluate on the first N pictures only; 0: all", 0);
  line.option("--calibration-limit", "N", j.calibration_limit, "calibrate on the first N pictures", 1);
  line.option("--rounds", "N", j.rounds, "samples of each time", 1, 1000000);
  if (const auto status = line.read(argc, argv)) return *status;
  const auto fail = [](const error& e) { return std::fprintf(stderr, "exports: %s\n", e.what()), 2; };
  if (const std::string why = bench::onnxruntime::missing(); !why.empty())
    return fail(error(errc::missing, "onnxruntime: " + why));
  auto model = io::read_onnx(j.model);
  if (!model) return fail(model.failure());
  graph::pass::simplify(*model);
  auto truth = coco::read_annotations(j.annotations);
  if (!truth) return fail(truth.failure());
  if (j.limit > 0 && truth->images.size() > static_cast<std::size_t>(j.limit))
    truth->images.resize(static_cast<std::size_t>(j.limit));
  auto pictures = data::list_pictures(j.calibration);
  if (!pictures) return fail(pictures.failure());
  if (pictures->size() > static_cast<std::size_t>(j.calibration_limit))
    pictures->resize(static_cast<std::size_t>(j.calibration_limit));

  table_of_forms forms(j, *model, *truth, *std::move(pictures));
  if (const auto r = forms.add<quant::absorbed>("absorbed", {io::qdq_u8, io::qdq_s8}); !r) return fail(r.failure());
  if (const auto r = forms.add<seven_bits>("absorbed, weights within +-63", {io::qdq_s8}); !r) return fail(r.failure());
  if (const auto r = forms.add<quant::npu>("npu", {io::qdq_u8, io::qdq_s8, io::qdq_symmetric}); !r) return fail(r.failure());
  std::printf("%s", forms.text().c_str());
}
