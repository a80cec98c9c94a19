#ifndef OCTET_IO_ANALYSIS_PAGE_HPP
#define OCTET_IO_ANALYSIS_PAGE_HPP

#include <octet/coco/evaluate.hpp>
#include <octet/coco/sink/image_scores.hpp>
#include <octet/core/result.hpp>
#include <octet/data/picture_file.hpp>
#include <octet/io/boxes_view.hpp>
#include <octet/io/html_page.hpp>
#include <octet/io/quantization_report.hpp>
#include <octet/io/read_file.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octet::io {

/// What the page is made of. fp32, int8: what both networks found in the pictures of `truth`, whose files lie in `images`.
struct analysis {
  std::string model, recipe;
  const layer_errors& layers;
  std::size_t analysed = 0;  ///< pictures behind `layers`
  const coco::ground_truth& truth;
  std::span<const coco::scored_box> fp32, int8;
  std::filesystem::path images;
  double confidence = 0.4;
};

/// A picture and by how much its F1 fell.
struct fallen_picture {
  const coco::picture* picture;
  double before, after;
};

/// The pictures that lost most from FP32 to INT8 first.
inline std::vector<fallen_picture> fallen_pictures(const analysis& a) {
  coco::image_scores before{a.confidence}, after{a.confidence};
  coco::evaluate(a.truth, a.fp32, {}, before);
  coco::evaluate(a.truth, a.int8, {}, after);
  std::vector<fallen_picture> list;
  for (const coco::picture& p : a.truth.images) list.push_back({&p, before.pictures[p.id].f1(), after.pictures[p.id].f1()});
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& x, const auto& y) { return x.before - x.after > y.before - y.after; });
  return list;
}

/// One self-contained page: which layers hurt and why, every map in numbers, the noisiest ones' values between their
/// thresholds, and the pictures that lost most with the boxes of both. Errors: a picture that cannot be read.
inline result<std::string> analysis_page(const analysis& a, std::size_t histograms = 12, std::size_t pictures = 6) {
  html_page page("What INT8 costs: " + std::filesystem::path(a.model).filename().string());
  const double before = coco::evaluate(a.truth, a.fp32).stats[0], after = coco::evaluate(a.truth, a.int8).stats[0];
  page.figures({{"mAP FP32", fixed(before, 4)},
                {"mAP INT8", fixed(after, 4)},
                {"recipe", a.recipe},
                {"maps", std::to_string(a.layers.size())},
                {"pictures evaluated", std::to_string(a.truth.images.size())},
                {"pictures analysed", std::to_string(a.analysed)}});
  for (const std::string& sentence : verdict(a.layers)) page.paragraph(sentence);

  page.heading("From the picture to the heads");
  page.paragraph(
      "Each line is the noise that has gathered on the way: with all in integers, with the weights alone, and with "
      "the maps alone.");
  page.drawings({{sqnr_chart(a.layers).text(), ""}});
  page.add(layer_table(a.layers), "Every map");

  page.heading("Layers that add most noise");
  page.paragraph(
      "How often float values fall on which codes (square roots of the counts). What lies beyond the red thresholds "
      "is clipped.");
  std::vector<std::pair<std::string, std::string>> drawings;
  for (const std::size_t i : worst_layers(a.layers)) {
    if (drawings.size() == histograms) break;
    const auto& l = a.layers[i];
    if (l.values == 0) continue;
    drawings.emplace_back(code_histogram(l), l.name + " (" + l.op + "), " + fixed(l.sqnr_db(), 1) + " dB: " + reason(l));
  }
  page.drawings(drawings);

  page.heading("Pictures that lost most");
  page.paragraph("Green is annotated, red is found, from a score of " + fixed(a.confidence, 1) + ". Left FP32, right INT8.");
  auto worst = fallen_pictures(a);
  worst.resize((std::min)(worst.size(), pictures));
  for (const fallen_picture& p : worst) {
    const auto file = read_file(data::picture_path(a.images, p.picture->file_name));
    if (!file) return file.failure();
    const std::string_view bytes(reinterpret_cast<const char*>(file->data()), file->size());
    page.drawings({{boxes_view(a.truth, a.fp32, *p.picture, bytes, a.confidence, 480),
                    p.picture->file_name + ", FP32: F1 " + fixed(p.before, 2)},
                   {boxes_view(a.truth, a.int8, *p.picture, bytes, a.confidence, 480), "INT8: F1 " + fixed(p.after, 2)}});
  }
  return page.text();
}

}  // namespace octet::io

#endif
