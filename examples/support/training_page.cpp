#include "training_page.hpp"

#include <octet/coco/evaluate.hpp>
#include <octet/coco/sink/image_scores.hpp>
#include <octet/data/picture_file.hpp>
#include <octet/io/boxes_view.hpp>
#include <octet/io/html_page.hpp>
#include <octet/io/line_chart.hpp>
#include <octet/io/read_file.hpp>

#include <algorithm>
#include <cstddef>

namespace support {

using namespace octet;

std::string loss_chart(const std::string& title, const std::vector<double>& losses) {
  std::vector<io::line_chart::point> each, means;
  const std::size_t reach = losses.size() / 100;
  for (std::size_t i = 0; i < losses.size(); ++i) {
    const std::size_t first = i > reach ? i - reach : 0, last = std::min(losses.size(), i + reach + 1);
    double sum = 0;
    for (std::size_t k = first; k < last; ++k) sum += losses[k];
    each.push_back({static_cast<double>(i + 1), losses[i]});
    means.push_back({static_cast<double>(i + 1), sum / static_cast<double>(last - first)});
  }
  io::line_chart chart(title, {"iteration"}, {"loss"});
  chart.add("", std::move(each), "#9bd");
  chart.add("mean", std::move(means), "#048");
  return chart.text();
}

std::string score_chart(const std::vector<std::array<double, 2>>& scores) {
  io::line_chart chart("mAP on the held-out pictures", {"iteration"}, {"mAP", 0, 1});
  chart.add("", {scores.begin(), scores.end()}, "#048");
  return chart.text();
}

std::string worst_page(const coco::ground_truth& truth, std::span<const coco::scored_box> found,
                       const std::filesystem::path& folder, const std::string& loss, const std::string& score) {
  coco::image_scores scores{0.4};
  coco::evaluate(truth, found, {}, scores);
  std::vector<coco::image_score> worst = scores.worst_first();
  std::ranges::stable_sort(worst, std::ranges::greater{}, [](const auto& e) { return e.missed + e.wrong; });
  worst.resize(std::min<std::size_t>(worst.size(), 12));
  io::html_page page("Training");
  page.drawings({{loss, ""}, {score, ""}});
  page.heading("Pictures with the most errors");
  page.paragraph("Green: annotations; red: detections from a score of 0.4.");
  std::vector<std::pair<std::string, std::string>> drawings;
  for (const coco::image_score& e : worst) {
    const auto& picture = *std::ranges::find(truth.images, e.image_id, &coco::picture::id);
    const auto file = io::read_file(data::picture_path(folder, picture.file_name));
    const std::string_view bytes =
        file ? std::string_view(reinterpret_cast<const char*>(file->data()), file->size()) : std::string_view();
    drawings.push_back(
        {io::boxes_view(truth, found, picture, bytes, scores.confidence),
         picture.file_name + ": " + std::to_string(e.missed) + " missed, " + std::to_string(e.wrong) + " wrong"});
  }
  page.drawings(drawings);
  return page.text();
}

}  // namespace support
