#include <octet/coco.hpp>

#include "sha256.hpp"

#include <doctest/doctest.h>

#include <charconv>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <string>

using namespace octet;

namespace {

/// What pycocotools said: see the README of golden/coco in the test data.
struct expectation {
  std::vector<double> stats, limits;
  std::string precision, recall, scores, matches;
  bool use_categories = true;
};

expectation read_expectation(const std::string& path) {
  const auto text = coco::detail::read_text(path);
  REQUIRE_MESSAGE(text, text.failure().what());
  coco::json_reader in(*text, path);
  expectation e;
  const auto numbers = [&](std::vector<double>& all) { return in.array([&] { return in.number(all.emplace_back()); }); };
  const bool read = in.object([&](std::string_view key) {
    if (key == "precision_sha256_le_f64_C") return in.string(e.precision);
    if (key == "recall_sha256_le_f64_C") return in.string(e.recall);
    if (key == "scores_sha256_le_f64_C") return in.string(e.scores);
    if (key == "evalImgs_canonical_sha256") return in.string(e.matches);
    if (key == "maxDets") return numbers(e.limits);
    if (key == "stats_hex")
      return in.array([&] {
        std::string hex;
        const bool ok = in.string(hex);
        e.stats.push_back(std::strtod(hex.c_str(), nullptr));
        return ok;
      });
    if (key == "params")
      return in.object([&](std::string_view name) {
        if (name != "useCats") return in.skip();
        double x = 1;
        const bool ok = in.number(x);
        e.use_categories = x != 0;
        return ok;
      });
    return in.skip();
  });
  REQUIRE_MESSAGE(read, in.failure().what());
  return e;
}

std::string checksum(const std::vector<double>& values) {
  std::string bytes(values.size() * sizeof(double), '\0');
  std::memcpy(bytes.data(), values.data(), bytes.size());
  return sha256(bytes);
}

bool same_bits(double a, double b) { return std::memcmp(&a, &b, sizeof a) == 0; }

/// Python's repr of a float: as append_number, but plain digits below 1e16 and always a sign that it is a float.
std::string repr(double x) {
  std::string s;
  if (std::isfinite(x) && std::abs(x) >= 1e-4 && std::abs(x) < 1e16) {
    char digits[64];
    s.assign(digits, std::to_chars(digits, digits + sizeof digits, x, std::chars_format::fixed).ptr);
  } else
    coco::append_number(s, x);
  if (s.find_first_of(".eNI") == s.npos) s += ".0";
  return s;
}

/// pycocotools' list evalImgs as json.dumps(sort_keys=True, separators=(",", ":")) prints it.
class match_log {
 public:
  match_log(std::span<const coco::scored_box> all, const coco::parameters& p) : all_(all), p_(p) {}

  void operator()(std::int64_t image, std::int64_t category, std::size_t area, const coco::cell& c, const coco::matches& m) {
    const std::size_t D = c.found.size(), G = c.truth.size(), T = p_.iou_thresholds.size();
    const auto list = [](std::size_t n, auto&& item) {
      std::string s = "[";
      for (std::size_t i = 0; i < n; ++i) s += (i ? "," : "") + item(i);
      return s + "]";
    };
    const auto table = [&](std::size_t n, auto&& item) {
      return list(T, [&](std::size_t t) { return list(n, [&](std::size_t i) { return item(t, i); }); });
    };
    const auto id_of = [&](const coco::scored_box* d) { return std::to_string(d - all_.data() + 1); };
    std::string s = "{\"aRng\":[" + repr(p_.areas[area].lo) + "," + repr(p_.areas[area].hi) +
                    "],\"category_id\":" + std::to_string(category);
    s += ",\"dtIds\":" + list(D, [&](std::size_t d) { return id_of(c.found[d]); });
    s += ",\"dtIgnore\":" +
         table(D, [&](std::size_t t, std::size_t d) { return std::to_string(int{m.found_ignored[t * D + d]}); });
    s += ",\"dtMatches\":" + table(D, [&](std::size_t t, std::size_t d) {
           const int g = m.found_match[t * D + d];
           return std::to_string(g < 0 ? 0 : c.truth[static_cast<std::size_t>(g)]->id);
         });
    s += ",\"dtScores\":" + list(D, [&](std::size_t d) { return repr(c.found[d]->score); });
    s += ",\"gtIds\":" + list(G, [&](std::size_t g) { return std::to_string(c.truth[m.order[g]]->id); });
    s += ",\"gtIgnore\":" + list(G, [&](std::size_t g) { return std::to_string(int{m.truth_ignored[m.order[g]]}); });
    s += ",\"gtMatches\":" + table(G, [&](std::size_t t, std::size_t g) {
           const int d = m.truth_match[t * G + m.order[g]];
           return d < 0 ? std::string("0") : id_of(c.found[static_cast<std::size_t>(d)]);
         });
    s += ",\"image_id\":" + std::to_string(image) + "}";
    // evalImgs runs over areas before pictures.
    by_area_[static_cast<std::size_t>(area)] += (by_area_[area].empty() ? "" : ",") + s;
    category_ = category;
  }
  const std::string& area(std::size_t a) const { return by_area_[a]; }

 private:
  std::span<const coco::scored_box> all_;
  const coco::parameters& p_;
  std::array<std::string, 4> by_area_;
  std::int64_t category_ = 0;
};

std::string data_folder() {
  const char* data = std::getenv("OCTET_DATA");
  if (!data) MESSAGE("skipped: set OCTET_DATA to a folder with golden/coco/");
  return data ? data : "";
}

}  // namespace

TEST_CASE("the golden cases of pycocotools, bit for bit") {
  const std::string data = data_folder();
  if (data.empty()) return;
  for (const std::string name : {"01_perfect_single",
                                 "02_absent_vs_empty",
                                 "04_gt_id_zero",
                                 "05_crowd",
                                 "07_regular_before_ignored",
                                 "08_iou_tie_last_gt_wins",
                                 "09_score_ties_order",
                                 "10_score_tie_maxdet1",
                                 "11_area_boundaries",
                                 "12_maxdets_per_img_cat",
                                 "13_custom_maxdets_300",
                                 "16_degenerate_boxes",
                                 "17_nan_iou",
                                 "18_usecats0",
                                 "19_unknown_category",
                                 "22_ignore_field_overwritten",
                                 "25_iou_at_threshold",
                                 "27_recall_thresholds",
                                 "28_odd_scores",
                                 "29_nan_inf_scores",
                                 "30_float64_needed",
                                 "31_fma_trap",
                                 "33_all_ignored",
                                 "35_dets_all_ignored_but_gt",
                                 "36_greedy_not_optimal",
                                 "37_no_gt_at_all",
                                 "39_dt_extra_fields",
                                 "41_exact_float_parsing",
                                 "42_two_tp_spacing",
                                 "43_inf_boxes",
                                 "44_ids_zero_neg",
                                 "r1_base",
                                 "r2_int8_ties",
                                 "r4_dense_trunc",
                                 "r6_usecats0",
                                 "c1_cocoapi_fakebbox100"}) {
    CAPTURE(name);
    const std::string stem = data + "/golden/coco/" + name;
    const expectation want = read_expectation(stem + ".expected.json");
    const auto truth = coco::read_annotations(stem + ".gt.json");
    REQUIRE_MESSAGE(truth, truth.failure().what());
    const auto found = coco::read_results(stem + ".dt.json", *truth);
    REQUIRE_MESSAGE(found, found.failure().what());
    coco::parameters p;
    p.categories_matter = want.use_categories;
    for (std::size_t i = 0; i < 3; ++i) p.max_detections[i] = static_cast<std::size_t>(want.limits.at(i));

    std::string log;
    std::int64_t category = -1;
    std::optional<match_log> matches;
    const auto flush = [&] {
      for (std::size_t a = 0; matches && a < 4; ++a)
        log += (log.empty() || matches->area(a).empty() ? "" : ",") + matches->area(a);
    };
    const auto e =
        coco::evaluate(*truth, *found, p,
                       [&](std::int64_t image, std::int64_t k, std::size_t a, const coco::cell& c, const coco::matches& m) {
                         if (k != category || !matches) flush(), matches.emplace(*found, p), category = k;
                         (*matches)(image, k, a, c, m);
                       });
    flush();
    for (std::size_t i = 0; i < 12; ++i) {
      CAPTURE(i);
      CHECK_MESSAGE(same_bits(e.stats[i], want.stats.at(i)), e.stats[i] << " is not " << want.stats.at(i));
    }
    CHECK(checksum(e.curves.precision) == want.precision);
    CHECK(checksum(e.curves.recall) == want.recall);
    CHECK(checksum(e.curves.scores) == want.scores);
    // Scores are logged as floats; inputs that write them as integers print differently, and -1 as the only category too.
    if (p.categories_matter && name != "28_odd_scores") CHECK(sha256("[" + log + "]") == want.matches);
  }
}

TEST_CASE("the reference detections on 232 pictures, bit for bit") {
  const std::string data = data_folder();
  if (data.empty()) return;
  const auto truth = coco::read_annotations(data + "/coco/annotations/instances_val232_official.json");
  REQUIRE(truth);
  const auto text = coco::detail::read_text(data + "/golden/reference/pycocotools_stats.json");
  REQUIRE(text);
  coco::json_reader in(*text, "pycocotools_stats.json");
  int models = 0;
  REQUIRE(in.object([&](std::string_view model) {
    const auto found =
        coco::read_results(data + "/golden/reference/" + std::string(model) + ".val232.detections.json", *truth);
    REQUIRE_MESSAGE(found, found.failure().what());
    const auto stats = coco::evaluate(*truth, *found).stats;
    ++models;
    return in.object([&](std::string_view key) {
      if (key != "stats_hex") return in.skip();
      std::size_t i = 0;
      return in.array([&] {
        std::string hex;
        if (!in.string(hex)) return false;
        CHECK(same_bits(stats.at(i++), std::strtod(hex.c_str(), nullptr)));
        return true;
      });
    });
  }));
  CHECK(models == 2);
}
