// Scores detections against annotations, both files in COCO format: the twelve lines of pycocotools, or JSON; and on demand
// what is behind them, as tables, charts, or one page to send around.
#include <octet/coco.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/coco_findings.hpp>
#include <octet/io/write_file.hpp>

#include <cctype>
#include <cstdio>
#include <filesystem>
#include <string>

namespace coco = octet::coco;
namespace io = octet::io;

namespace {

int fail(const octet::error& e) {
  std::fprintf(stderr, "evaluate: %s\n", e.what());
  return 2;
}

/// A chart of precision over recall for all classes together, and one for each that has objects.
octet::result<void> write_curves(const io::coco_findings& f, const std::filesystem::path& folder) {
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

}  // namespace

int main(int argc, char** argv) {
  std::string annotations, detections, other, curves, page, images;
  bool json = false, per_class = false, errors = false, confusion = false;
  io::arguments line("evaluate", "Scores detections as COCO does: average precision and recall of bounding boxes.");
  line.required("--annotations", "A.json", annotations, "ground truth in COCO's annotation format");
  line.required("--detections", "D.json", detections, "detections in COCO's result format");
  line.flag("--per-class", per_class, "add a table of the classes, with the best F1 and the score it is at");
  line.flag("--errors", errors, "add what each kind of error costs");
  line.flag("--confusion", confusion, "add what was most often taken for what, from a score of 0.5");
  line.option("--compare", "D2.json", other, "add how far the AP of these detections is from that of D.json");
  line.flag("--json", json, "print {\"stats\":[12 numbers],...} instead of text");
  line.option("--pr", "DIR", curves, "write curves of precision over recall, all.svg and one for each class");
  line.option("--html", "PAGE.html", page, "write one page with all of this and the worst pictures");
  line.option("--images", "DIR", images, "where the page takes pictures from (default: boxes alone)");
  if (const auto status = line.read(argc, argv)) return *status;

  auto truth = coco::read_annotations(annotations);
  if (!truth) return fail(truth.failure());
  auto found = coco::read_results(detections, *truth);
  if (!found) return fail(found.failure());
  io::coco_findings all(*std::move(truth), *std::move(found));
  if (!other.empty()) {
    const auto second = coco::read_results(other, all.truth);
    if (!second) return fail(second.failure());
    all.compare(*second);
  }
  if (per_class) all.find_points();
  if (errors) all.find_errors();
  if (confusion) all.find_confusions();
  const std::string text = json ? io::to_json(all) : io::to_text(all);

  if (!curves.empty())
    if (const auto written = write_curves(all, curves); !written) return fail(written.failure());
  if (!page.empty()) {
    std::string title = std::filesystem::path(detections).filename().string();
    if (!other.empty()) title += " (first) and " + std::filesystem::path(other).filename().string() + " (second)";
    const auto html = io::to_html(all, title, images);
    if (!html) return fail(html.failure());
    if (const auto written = io::write_file(page, *html); !written) return fail(written.failure());
  }
  std::fputs(text.c_str(), stdout);
  return 0;
}
