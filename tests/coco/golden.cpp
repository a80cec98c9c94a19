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
  std::vector<double> stats;
  std::string precision, recall, scores, matches, error, summarize_error;
  coco::parameters parameters;
};

expectation read_expectation(const std::string& path) {
  const auto file = coco::mapped_file::open(path);
  REQUIRE_MESSAGE(file, file.failure().what());
  coco::json_reader in(file->text(), path);
  expectation e;
  const auto numbers = [&](auto& all) {
    return in.array([&] {
      double x = 0;
      const bool ok = in.number(x);
      all.push_back(static_cast<std::remove_reference_t<decltype(all[0])>>(x));
      return ok;
    });
  };
  const auto text = [&](std::string& s) { return in.next() == 'n' ? in.skip() : in.string(s); };
  const bool read = in.object([&](std::string_view key) {
    if (key == "precision_sha256_le_f64_C") return in.string(e.precision);
    if (key == "recall_sha256_le_f64_C") return in.string(e.recall);
    if (key == "scores_sha256_le_f64_C") return in.string(e.scores);
    if (key == "evalImgs_canonical_sha256") return in.string(e.matches);
    if (key == "error") return text(e.error);
    if (key == "summarize_error") return text(e.summarize_error);
    if (key == "stats_hex" && in.next() == '[')
      return in.array([&] {
        std::string hex;
        const bool ok = in.string(hex);
        e.stats.push_back(std::strtod(hex.c_str(), nullptr));
        return ok;
      });
    if (key == "params")
      return in.object([&](std::string_view name) {
        if (name == "maxDets") return e.parameters.max_detections.clear(), numbers(e.parameters.max_detections);
        if (name == "catIds") return numbers(e.parameters.categories);
        if (name == "imgIds") return numbers(e.parameters.images);
        double x = 1;
        const bool ok = name == "useCats" && in.number(x);
        e.parameters.categories_matter = x != 0;
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

  void operator()(const coco::matched_cell& seen) {
    if (seen.category != category_) flush(), category_ = seen.category;
    for (std::size_t a = 0; a < seen.areas.size(); ++a) {
      // evalImgs runs over areas before pictures.
      by_area_[a] += (by_area_[a].empty() ? "" : ",") + record(seen, a);
    }
  }
  std::string text() { return flush(), "[" + text_ + "]"; }

 private:
  void flush() {
    for (std::string& s : by_area_) {
      if (!s.empty()) text_ += (text_.empty() ? "" : ",") + s;
      s.clear();
    }
  }

  std::string record(const coco::matched_cell& seen, std::size_t area) const {
    const coco::cell& c = seen.cell;
    const coco::matches& m = seen.areas[area];
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
                    "],\"category_id\":" + std::to_string(seen.category_id);
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
    return s += ",\"image_id\":" + std::to_string(seen.image_id) + "}";
  }

  std::span<const coco::scored_box> all_;
  const coco::parameters& p_;
  std::array<std::string, 4> by_area_;
  std::string text_;
  std::size_t category_ = 0;
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
                                 "03_empty_dets",
                                 "04_gt_id_zero",
                                 "05_crowd",
                                 "07_regular_before_ignored",
                                 "08_iou_tie_last_gt_wins",
                                 "09_score_ties_order",
                                 "10_score_tie_maxdet1",
                                 "11_area_boundaries",
                                 "12_maxdets_per_img_cat",
                                 "13_custom_maxdets_300",
                                 "15_custom_maxdets_single",
                                 "16_degenerate_boxes",
                                 "17_nan_iou",
                                 "18_usecats0",
                                 "19_unknown_category",
                                 "20_unknown_image",
                                 "22_ignore_field_overwritten",
                                 "23_missing_iscrowd",
                                 "24_missing_area",
                                 "25_iou_at_threshold",
                                 "27_recall_thresholds",
                                 "28_odd_scores",
                                 "29_nan_inf_scores",
                                 "30_float64_needed",
                                 "31_fma_trap",
                                 "32_sparse_cat_ids",
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
    if (!truth) {
      CHECK_MESSAGE(want.error.find("KeyError") == 0, truth.failure().what());
      continue;
    }
    const auto found = coco::read_results(stem + ".dt.json", *truth);
    CHECK_MESSAGE(!found == !want.error.empty(), (found ? want.error : found.failure().what()));
    if (!found) continue;

    const coco::parameters& p = want.parameters;
    match_log log(*found, p);
    const coco::evaluation e = coco::evaluate(*truth, *found, p, log);
    const auto stats = coco::summarize(e.curves, e.parameters);
    CHECK(!stats == !want.summarize_error.empty());
    for (std::size_t i = 0; stats && i < 12; ++i) {
      CAPTURE(i);
      CHECK_MESSAGE(same_bits((*stats)[i], want.stats.at(i)), (*stats)[i] << " is not " << want.stats.at(i));
    }
    CHECK(checksum(e.curves.precision_array()) == want.precision);
    CHECK(checksum(e.curves.recall_array()) == want.recall);
    CHECK(checksum(e.curves.score_array()) == want.scores);
    // Scores are logged as floats; inputs that write them as integers print differently, and -1 as the only category too.
    if (p.categories_matter && name != "28_odd_scores") CHECK(sha256(log.text()) == want.matches);

    const coco::evaluation threaded = coco::evaluate(*truth, *found, p, 3);
    CHECK(same_bits(threaded.stats[0], e.stats[0]));
    CHECK(threaded.curves.precision_array() == e.curves.precision_array());
  }
}

TEST_CASE("the reference detections on 232 pictures, bit for bit") {
  const std::string data = data_folder();
  if (data.empty()) return;
  const auto truth = coco::read_annotations(data + "/coco/annotations/instances_val232_official.json");
  REQUIRE(truth);
  const auto text = coco::mapped_file::open(data + "/golden/reference/pycocotools_stats.json");
  REQUIRE(text);
  coco::json_reader in(text->text(), "pycocotools_stats.json");
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
