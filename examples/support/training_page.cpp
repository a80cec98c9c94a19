#include "training_page.hpp"

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

namespace {

double overlap(const coco::bounds& a, const coco::bounds& b) {
  const double w = std::min(a[0] + a[2], b[0] + b[2]) - std::max(a[0], b[0]);
  const double h = std::min(a[1] + a[3], b[1] + b[3]) - std::max(a[1], b[1]);
  const double both = w > 0 && h > 0 ? w * h : 0;
  return both / std::max(a[2] * a[3] + b[2] * b[3] - both, 1e-9);
}

struct errors {
  std::size_t picture = 0;
  int missed = 0, seen = 0;
  int all() const { return missed + seen; }
};

}  // namespace

std::string worst_page(const coco::ground_truth& truth, std::span<const coco::scored_box> found,
                       const std::filesystem::path& folder, const std::string& loss, const std::string& score) {
  constexpr double confidence = 0.4;
  std::vector<errors> all;
  for (std::size_t i = 0; i < truth.images.size(); ++i) {
    errors e{i};
    std::vector<const coco::annotation*> left;
    for (const auto& a : truth.annotations)
      if (a.image_id == truth.images[i].id && !a.crowd) left.push_back(&a);
    for (const auto& d : found) {
      if (d.image_id != truth.images[i].id || d.score < confidence) continue;
      const auto hit = std::ranges::find_if(left, [&](const coco::annotation* a) {
        return a->category_id == d.category_id && overlap(a->bbox, d.bbox) >= 0.5;
      });
      if (hit == left.end())
        ++e.seen;
      else
        left.erase(hit);
    }
    e.missed = static_cast<int>(left.size());
    all.push_back(e);
  }
  std::ranges::stable_sort(all, std::ranges::greater{}, &errors::all);
  all.resize(std::min<std::size_t>(all.size(), 12));
  io::html_page page("Training");
  page.drawings({{loss, ""}, {score, ""}});
  page.heading("Pictures with the most errors");
  page.paragraph("Green: annotations; red: detections from a score of 0.4.");
  std::vector<std::pair<std::string, std::string>> drawings;
  for (const errors& e : all) {
    const auto& picture = truth.images[e.picture];
    const auto file = io::read_file(data::picture_path(folder, picture.file_name));
    const std::string_view bytes =
        file ? std::string_view(reinterpret_cast<const char*>(file->data()), file->size()) : std::string_view();
    drawings.push_back(
        {io::boxes_view(truth, found, picture, bytes, confidence),
         picture.file_name + ": " + std::to_string(e.missed) + " missed, " + std::to_string(e.seen) + " wrong"});
  }
  page.drawings(drawings);
  return page.text();
}

}  // namespace support
