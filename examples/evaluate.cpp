// Scores detections, of a file or of a model that it runs, against annotations in COCO's format: the twelve lines of
// pycocotools, or JSON; and on demand what is behind them, as tables, charts, or one page to send around.
#include "support/find_objects.hpp"

#include <octet/coco.hpp>
#include <octet/deploy/drop_broken.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/coco_findings.hpp>
#include <octet/io/picture_options.hpp>
#include <octet/io/progress.hpp>
#include <octet/io/write_file.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace coco = octet::coco;
namespace io = octet::io;

namespace {

struct job {
  std::string annotations, detections, model, save, other, curves, page, images, policy = "strict", limits;
  coco::parameters parameters{};
  int limit = 0, threads = 2;
  io::model_options importing{};
  io::picture_options reading{"evaluate"};
  bool json = false, per_class = false, errors = false, confusion = false;
};

int fail(const octet::error& e) {
  std::fprintf(stderr, "evaluate: %s\n", e.what());
  return 2;
}

/// hint: how to have the file accepted.
int fail(const octet::error& e, const char* hint) {
  return fail(octet::error(e.code(), std::string(e.what()) + hint));
}

void warn(const std::string& file, const std::vector<std::string>& sentences) {
  for (const std::string& s : sentences) std::fprintf(stderr, "evaluate: warning: %s: %s\n", file.c_str(), s.c_str());
}

/// "1,10,100"; false unless all are numbers above 0.
bool read_limits(const std::string& text, std::vector<std::size_t>& limits) {
  limits.clear();
  for (const char *at = text.data(), *const end = at + text.size();; ++at) {
    const auto [next, problem] = std::from_chars(at, end, limits.emplace_back());
    if (problem != std::errc{} || limits.back() == 0 || (next != end && *next != ',')) return false;
    if ((at = next) == end) return true;
  }
}

/// A chart of precision over recall for all classes together, and one for each that has objects.
template <class Policy>
octet::result<void> write_curves(const io::coco_findings<Policy>& f, const std::filesystem::path& folder) {
  std::error_code problem;
  std::filesystem::create_directories(folder, problem);
  if (problem) return octet::error(octet::errc::io, folder.string() + ": is no folder and cannot become one");
  const auto all = io::precision_recall_chart("All classes", f.result);
  if (auto written = io::write_file(folder / "all.svg", all.text()); !written) return written;
  for (std::size_t k = 0; k < f.result.categories.size(); ++k) {
    if (!f.result.curves.has(k, 0)) continue;
    const std::string name = io::category_name(f.truth, f.result.categories[k]);
    std::string file = std::to_string(f.result.categories[k]) + "_";
    for (const char c : name) file += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    const auto one = io::precision_recall_chart(name, f.result, k);
    if (auto written = io::write_file(folder / (file + ".svg"), one.text()); !written) return written;
  }
  return {};
}

/// Only the first pictures and their annotations.
void keep_first(coco::ground_truth& truth, std::size_t count) {
  if (truth.images.size() > count) truth.images.resize(count);
  const auto ids = coco::detail::ids_of(truth.images, {});
  std::erase_if(truth.annotations, [&](const auto& a) { return !std::binary_search(ids.begin(), ids.end(), a.image_id); });
}

/// The detections of a file, or those that a model makes now.
template <class Policy>
octet::result<support::model_findings> find(const job& j, const coco::ground_truth& truth) {
  if (j.model.empty()) {
    auto found = coco::read_results<Policy>(j.detections, truth);
    if (!found) return found.failure();
    return support::model_findings{std::move(*found)};
  }
  io::progress bar("detect", static_cast<int>(truth.images.size()));
  auto found = support::find_objects(
      j.model, j.importing, truth, j.images, j.threads, [&](int n) { bar(n); }, j.reading.decode);
  bar.finish();
  if (!found) return found.failure();
  if (!found->warning.empty()) j.reading.warn(found->warning);
  if (!j.save.empty())
    if (const auto written = io::write_file(j.save, coco::to_json(found->boxes, truth)); !written) return written.failure();
  return found;
}

/// By the rules of a policy; where they refuse a file that those of `Other` take, the message names the switch.
template <class Policy, class Other>
int run(const job& j, const char* hint) {
  constexpr bool upright = !coco::rotated_overlap_rule<typename Policy::overlap>;
  if (!upright && (j.errors || !j.page.empty()))
    return fail(
        octet::error(octet::errc::unsupported, "--errors and --html take upright boxes only, no --policy rotated"));
  auto truth = coco::read_annotations<Policy>(j.annotations);
  if (!truth) return fail(truth.failure(), coco::read_annotations<Other>(j.annotations) ? hint : "");
  if (j.limit > 0) keep_first(*truth, static_cast<std::size_t>(j.limit));
  if (j.reading.skip_broken && !j.model.empty()) {
    const auto broken = octet::deploy::drop_broken(*truth, j.images, j.threads);
    if (const auto some = j.reading.skipped(broken, truth->images.size()); !some) return fail(some.failure());
  }
  auto found = find<Policy>(j, *truth);
  if (!found) return fail(found.failure(), j.model.empty() && coco::read_results<Other>(j.detections, *truth) ? hint : "");
  const std::string& source = j.model.empty() ? j.detections : j.model;
  warn(j.annotations, coco::annotation_warnings<Policy>(*truth));
  warn(source, coco::detection_warnings<Policy>(*truth, found->boxes, j.parameters));
  io::coco_findings<Policy> all(*std::move(truth), std::move(found->boxes), j.parameters);
  if (!j.model.empty()) all.cost.emplace(found->milliseconds, found->float_operations);
  if (!j.other.empty()) {
    const auto second = coco::read_results<Policy>(j.other, all.truth);
    if (!second) return fail(second.failure(), coco::read_results<Other>(j.other, all.truth) ? hint : "");
    warn(j.other, coco::detection_warnings<Policy>(all.truth, *second, j.parameters));
    all.compare(*second);
  }
  if (j.per_class) all.find_points();
  if constexpr (upright)
    if (j.errors) all.find_errors();
  if (j.confusion) all.find_confusions();
  const std::string text = j.json ? io::to_json(all) : io::to_text(all);

  if (!j.curves.empty())
    if (const auto written = write_curves(all, j.curves); !written) return fail(written.failure());
  if constexpr (upright)
    if (!j.page.empty()) {
      std::string title = std::filesystem::path(source).filename().string();
      if (!j.other.empty()) title += " (first) and " + std::filesystem::path(j.other).filename().string() + " (second)";
      const auto html = io::to_html(all, title, j.images);
      if (!html) return fail(html.failure());
      if (const auto written = io::write_file(j.page, *html); !written) return fail(written.failure());
    }
  std::fputs(text.c_str(), stdout);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  job j;
  io::arguments line("evaluate", "Scores detections as COCO does: average precision and recall of bounding boxes.");
  line.required("--annotations", "A.json", j.annotations, "ground truth in COCO's annotation format");
  line.option("--detections", "D.json", j.detections, "detections in COCO's result format; or a model that makes them:");
  line.option("--model", "M.onnx", j.model, "FP32 detector, or a full-INT8 one that Octet wrote, run on --images");
  line.option("--save", "D.json", j.save, "write the model's detections");
  line.option("--limit", "N", j.limit, "evaluate on the first N pictures of the annotations only; 0: all", 0);
  line.option("--threads", "N", j.threads, "pictures at the same time", 1, 256);
  line.option("--policy", "NAME", j.policy,
              "strict: as pycocotools, to the last bit; corrected: without its traps (no detections, no iscrowd or area, "
              "id 0); lvis: for categories not looked for everywhere; rotated: boxes with an angle");
  line.option("--max-detections", "N[,N...]", j.limits,
              "limits of detections for an image and category (default 1,10,100; lvis 300); strict takes the third, and its "
              "first number is -1 unless 100 is among them, as in pycocotools; the others take the largest");
  line.flag("--per-class", j.per_class, "add a table of the classes, with the best F1 and the score it is at");
  line.flag("--errors", j.errors, "add what each kind of error costs");
  line.flag("--confusion", j.confusion, "add what was most often taken for what, from a score of 0.5");
  line.option("--compare", "D2.json", j.other, "add how far the AP of these detections is from that of D.json");
  line.flag("--json", j.json, "print {\"stats\":[12 numbers],...} instead of text");
  line.option("--pr", "DIR", j.curves, "write curves of precision over recall, all.svg and one for each class");
  line.option("--html", "PAGE.html", j.page, "write one page with all of this and the worst pictures");
  line.option("--images", "DIR", j.images, "pictures for the model, and for the page (default: boxes alone)");
  j.importing.add_to(line);
  j.reading.add_to(line, false);
  if (const auto status = line.read(argc, argv)) return *status;

  const auto wrong = [](const std::string& what) { return fail(octet::error(octet::errc::invalid, what)); };
  if (j.detections.empty() == j.model.empty()) return wrong("--detections or --model is expected, one of them");
  if (!j.model.empty() && j.images.empty()) return wrong("--images is missing; --model runs on pictures");
  if (j.model.empty() && (!j.save.empty() || j.limit > 0))
    return wrong("--save and --limit go with --model, which is missing");
  if (j.policy == "lvis") j.parameters.max_detections = {300};
  if (!j.limits.empty() && !read_limits(j.limits, j.parameters.max_detections))
    return wrong("--max-detections: found '" + j.limits + "', expected numbers from 1 with commas between them");
  if (j.policy == "strict") {
    if (j.parameters.max_detections.size() < 3)
      return wrong("--max-detections: found '" + j.limits +
                   "', expected at least three numbers, as pycocotools; --policy corrected takes any");
    return run<coco::strict, coco::corrected>(j, "; --policy corrected accepts it");
  }
  if (j.policy == "corrected") return run<coco::corrected, coco::strict>(j, "; --policy strict accepts it");
  if (j.policy == "lvis") return run<coco::lvis, coco::strict>(j, "; --policy strict accepts it");
  if (j.policy == "rotated") return run<coco::rotated, coco::corrected>(j, "; --policy corrected accepts it");
  return wrong("--policy: found '" + j.policy + "', expected strict, corrected, lvis or rotated");
}
