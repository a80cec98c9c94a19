#ifndef OCTET_IO_COCO_FINDINGS_HPP
#define OCTET_IO_COCO_FINDINGS_HPP

#include <octet/coco/bootstrap.hpp>
#include <octet/coco/sink/image_scores.hpp>
#include <octet/coco/text_ids.hpp>
#include <octet/core/result.hpp>
#include <octet/data/picture_file.hpp>
#include <octet/io/boxes_view.hpp>
#include <octet/io/coco_report.hpp>
#include <octet/io/html_page.hpp>
#include <octet/io/json_writer.hpp>
#include <octet/io/read_file.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace octet::io {

/// What can be said about one set of detections, and about another beside it, by the rules of a policy. Only `result` costs
/// something where the rest is not asked for.
template <coco::policy Policy = coco::strict>
struct coco_findings {
  coco::ground_truth truth;
  std::vector<coco::scored_box> found;
  coco::evaluation result;
  double confidence = 0.5;  ///< from which single detections are looked at

  struct comparison {
    coco::summary stats;
    coco::estimate difference;  ///< its AP less that of `found`
  };
  /// Of the model that made the detections, where it is known.
  struct model_cost {
    double milliseconds = 0;  ///< of a picture, network alone
    int float_operations = 0;
  };
  std::optional<model_cost> cost;
  std::optional<coco::operating_points> points;
  std::optional<coco::error_kinds> errors;
  std::optional<std::vector<confusion>> confusions;
  std::optional<comparison> compared;

  coco_findings(coco::ground_truth t, std::vector<coco::scored_box> f, const coco::parameters& p = {})
      : truth(std::move(t)), found(std::move(f)), result(coco::evaluate<Policy>(truth, found, p)) {}

  void find_points() { coco::evaluate<Policy>(truth, found, result.parameters, points.emplace()); }
  /// Where the policy takes the traps of pycocotools over, this does not.
  void find_errors() {
    using rules = std::conditional_t<Policy::complete_annotations, coco::corrected, Policy>;
    errors = coco::find_error_kinds<rules>(truth, found);
  }
  void find_confusions() {
    coco::parameters p = result.parameters;
    p.categories_matter = false;
    coco::confusion_matrix matrix(coco::detail::ids_of(truth.categories, {}), confidence);
    coco::evaluate<Policy>(truth, found, p, matrix);
    confusions = io::confusions(truth, matrix);
  }
  void compare(const std::vector<coco::scored_box>& other) {
    const coco::parameters& p = result.parameters;
    coco::ap_samples first(p), second(p);
    coco::evaluate<Policy>(truth, found, p, first);
    compared.emplace();
    compared->stats = coco::evaluate<Policy>(truth, other, p, second).stats;
    compared->difference = coco::bootstrap_difference(first, second, (std::max<std::size_t>)(result.images.size(), 1));
  }

  /// The twelve lines.
  std::string summary_text() const { return coco::to_text(result.stats, result.parameters, Policy::first_at_100); }
};

/// Everything that was found as tables of text below each other.
template <class Policy>
std::string to_text(const coco_findings<Policy>& f) {
  std::string text = f.summary_text();
  if (f.cost)
    text += '\n' + fixed(f.cost->milliseconds, 1) + " ms per picture (network, one thread), " +
            std::to_string(f.cost->float_operations) + " operations in floating point\n";
  if (f.points) text += '\n' + class_table(f.truth, f.result, *f.points).text();
  if (f.errors) text += '\n' + error_table(*f.errors).text();
  if (f.confusions) text += '\n' + confusion_table(*f.confusions).text();
  if (f.compared)
    text += '\n' + comparison_table(f.result.stats, f.compared->stats, f.result.parameters).text() +
            comparison_text(f.compared->difference) + '\n';
  return text;
}

/// The same as one line of JSON: {"stats":[12 numbers],...}.
template <class Policy>
std::string to_json(const coco_findings<Policy>& f) {
  json_writer out(0);
  const auto numbers = [&](const char* name, const coco::summary& stats) {
    out.key(name).begin_array();
    for (const double x : stats) out.value(x);
    out.end_array();
  };
  const auto list = [&](const char* name, const auto& values, auto&& write) {
    out.key(name).begin_array();
    for (std::size_t i = 0; i < values.size(); ++i) out.begin_object(), write(values[i], i), out.end_object();
    out.end_array();
  };
  out.begin_object();
  numbers("stats", f.result.stats);
  out.member("images", f.result.images.size()).member("detections", f.found.size());
  if (f.cost) out.member("ms", f.cost->milliseconds).member("float_ops", f.cost->float_operations);
  if (f.points)
    list("per_class", coco::per_class(f.result), [&](const coco::class_scores& c, std::size_t) {
      f.truth.category_texts.empty() ? out.member("id", c.category_id)
                                     : out.member("id", coco::id_text(f.truth.category_texts, c.category_id));
      out.member("name", category_name(f.truth, c.category_id));
      out.member("ap", c.ap).member("ap50", c.ap50).member("ap75", c.ap75).member("ar", c.ar);
    });
  if (f.errors)
    list("errors", f.errors->losses, [&](const coco::error_kinds::loss& e, std::size_t k) {
      out.member("kind", f.errors->names[k]).member("count", e.count).member("ap50", e.ap);
    });
  if (f.confusions)
    list("confusion", *f.confusions, [&](const confusion& c, std::size_t) {
      out.member("object", c.object).member("found_as", c.found_as).member("count", c.count);
    });
  if (f.compared) {
    out.key("compare").begin_object();
    numbers("stats", f.compared->stats);
    const coco::estimate& d = f.compared->difference;
    out.member("ap_difference", d.value).member("lo", d.lo).member("hi", d.hi).end_object();
  }
  return out.end_object().take();
}

/// The same as one self-contained page, with curves and the pictures on which most is wrong. images: the folder they are in;
/// without it boxes are shown alone. What has not been found yet is. Error: a picture cannot be read.
template <class Policy>
result<std::string> to_html(coco_findings<Policy>& f, const std::string& title, const std::filesystem::path& images = {}) {
  if (!f.points) f.find_points();
  if (!f.errors) f.find_errors();
  if (!f.confusions) f.find_confusions();
  coco::calibration calibration;
  coco::image_scores scores{f.confidence};
  coco::evaluate<Policy>(f.truth, f.found, f.result.parameters, calibration, scores);
  html_page page(title);
  std::vector<std::pair<std::string, std::string>> figures, views;
  for (std::size_t i = 0; i < 6; ++i) figures.emplace_back(summary_names()[i], fixed(f.result.stats[i], 3));
  page.figures(figures);
  page.listing(f.summary_text());
  if (f.compared) {
    page.heading("Compared");
    page.paragraph(comparison_text(f.compared->difference) + ".");
    page.add(comparison_table(f.result.stats, f.compared->stats, f.result.parameters));
  }
  page.heading("Curves");
  page.drawings({{precision_recall_chart("Precision and recall, mean of the classes", f.result).text(), ""},
                 {calibration_chart(calibration).text(), ""}});
  page.heading("Errors");
  page.drawings({{error_chart(*f.errors).text(), ""}});
  page.add(error_table(*f.errors), "Table");
  page.add(confusion_table(*f.confusions), "Commonest confusions, from a score of " + fixed(f.confidence, 1));
  page.heading("Classes");
  std::vector<std::pair<std::string, std::string>> charts;
  for (const bar_chart& chart : class_charts(f.truth, f.result)) charts.emplace_back(chart.text(), "");
  page.drawings(charts);
  page.add(class_table(f.truth, f.result, *f.points), "Table");
  page.heading("Worst pictures");
  page.paragraph("Green is annotated, red is found, from a score of " + fixed(f.confidence, 1) + ".");
  auto worst = scores.worst_first();
  worst.resize((std::min<std::size_t>)(worst.size(), 24));
  for (const coco::image_score& s : worst)
    for (const coco::picture& p : f.truth.images) {
      if (p.id != s.image_id) continue;
      std::string_view bytes;
      std::optional<result<std::vector<std::byte>>> file;
      if (!images.empty()) {
        file.emplace(read_file(data::picture_path(images, p.file_name)));
        if (!*file) return file->failure();
        bytes = {reinterpret_cast<const char*>((*file)->data()), (*file)->size()};
      }
      const std::string name = p.file_name.empty() ? coco::id_text(f.truth.image_texts, p.id) : p.file_name;
      views.emplace_back(boxes_view(f.truth, f.found, p, bytes, f.confidence),
                         name + ": " + std::to_string(s.right) + " right, " + std::to_string(s.wrong) + " wrong, " +
                             std::to_string(s.missed) + " missed");
    }
  page.drawings(views);
  return page.text();
}

}  // namespace octet::io

#endif
