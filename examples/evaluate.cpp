// Scores detections against annotations, both files in COCO format: the twelve lines of pycocotools, or JSON.
#include <octet/coco.hpp>
#include <octet/io/arguments.hpp>

#include <cstdio>
#include <string>

namespace {

int fail(const octet::error& e) {
  std::fprintf(stderr, "evaluate: %s\n", e.what());
  return 2;
}

/// {"stats":[...]} with the shortest digits that read back as the same numbers.
std::string to_json(const octet::coco::summary& stats) {
  std::string text = "{\"stats\":[";
  for (const double x : stats) {
    if (text.back() != '[') text += ',';
    octet::coco::append_number(text, x);
  }
  return text + "]}\n";
}

}  // namespace

int main(int argc, char** argv) {
  namespace coco = octet::coco;
  std::string annotations, detections;
  bool json = false;
  octet::io::arguments line("evaluate", "Scores detections as COCO does: average precision and recall of bounding boxes.");
  line.required("--annotations", "A.json", annotations, "ground truth in COCO's annotation format");
  line.required("--detections", "D.json", detections, "detections in COCO's result format");
  line.flag("--json", json, "print {\"stats\":[12 numbers]} instead of twelve lines");
  if (const auto status = line.read(argc, argv)) return *status;

  const auto truth = coco::read_annotations(annotations);
  if (!truth) return fail(truth.failure());
  const auto found = coco::read_results(detections, *truth);
  if (!found) return fail(found.failure());
  const coco::evaluation result = coco::evaluate(*truth, *found);
  std::fputs((json ? to_json(result.stats) : coco::to_text(result.stats)).c_str(), stdout);
  return 0;
}
