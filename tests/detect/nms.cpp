#include <octet/detect/nms.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <random>
#include <utility>
#include <vector>

using namespace octet;

namespace {

using indices = std::vector<std::uint32_t>;

float naive_area(const box& b) {
  if (b.x2 < b.x1 || b.y2 < b.y1) return 0;
  const volatile float product = (b.x2 - b.x1) * (b.y2 - b.y1);
  return product;
}

float naive_overlap(const box& a, const box& b) {
  if (b.x1 > a.x2 || b.x2 < a.x1 || b.y1 > a.y2 || b.y2 < a.y1) return 0;
  const float w = std::min(a.x2, b.x2) - std::max(a.x1, b.x1), h = std::min(a.y2, b.y2) - std::max(a.y1, b.y1);
  const volatile float both = w * h;
  return both / (naive_area(a) + naive_area(b) - both);
}

/// Class by class in containers of their own.
indices naive(const std::vector<detection>& d, const detect::multiclass_nms& rule) {
  using scored = std::pair<float, std::uint32_t>;
  const auto better = [](const auto& a, const auto& b) { return a.first > b.first; };
  std::map<std::int32_t, std::vector<scored>> classes;
  for (std::uint32_t i = 0; i < d.size(); ++i)
    if (d[i].score > rule.score_threshold) classes[d[i].label].push_back({d[i].score, i});
  std::map<std::int32_t, indices> kept;
  std::vector<std::pair<float, std::pair<std::int32_t, std::uint32_t>>> all;
  for (auto& [label, list] : classes) {
    std::stable_sort(list.begin(), list.end(), better);
    if (rule.nms_top_k > -1 && list.size() > static_cast<std::size_t>(rule.nms_top_k))
      list.resize(static_cast<std::size_t>(rule.nms_top_k));
    float threshold = rule.nms_threshold;
    for (const auto& [score, i] : list) {
      bool keep = true;
      for (std::uint32_t k : kept[label]) {
        if (!keep) break;
        keep = naive_overlap(d[i].box, d[k].box) <= threshold;
      }
      if (keep) kept[label].push_back(i);
      if (keep && rule.eta < 1 && threshold > 0.5f) threshold *= rule.eta;
    }
    for (std::uint32_t i : kept[label]) all.push_back({d[i].score, {label, i}});
  }
  if (rule.keep_top_k > -1 && all.size() > static_cast<std::size_t>(rule.keep_top_k)) {
    std::stable_sort(all.begin(), all.end(), better);
    all.resize(static_cast<std::size_t>(rule.keep_top_k));
    kept.clear();
    for (const auto& [score, place] : all) kept[place.first].push_back(place.second);
  }
  indices result;
  for (const auto& [label, list] : kept) result.insert(result.end(), list.begin(), list.end());
  return result;
}

indices ours(const std::vector<detection>& d, const detect::multiclass_nms& rule) {
  std::vector<std::uint32_t> scratch(rule.scratch_size(d.size()));
  const auto kept = rule(d, scratch);
  return indices(kept.begin(), kept.end());
}

/// Corners and scores from few values, so that ties, empty, reversed and equal boxes are common.
std::vector<detection> random_detections(std::mt19937& random, std::size_t n, bool odd) {
  std::vector<detection> d(n);
  const float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
  for (detection& x : d) {
    const auto corner = [&] { return static_cast<float>(random() % 12) * 1.3f; };
    x.box = {corner(), corner(), 0, 0};
    x.box.x2 = x.box.x1 + corner() - (odd ? 2.6f : 0.0f);
    x.box.y2 = x.box.y1 + corner() - (odd ? 2.6f : 0.0f);
    x.score = static_cast<float>(random() % 40) / 40.0f;
    x.label = static_cast<std::int32_t>(random() % 5);
    if (odd && random() % 16 == 0) (random() % 2 ? x.box.x1 : x.box.y2) = nan;
    if (odd && random() % 16 == 0) x.score = random() % 2 ? nan : infinity;
  }
  return d;
}

}  // namespace

TEST_CASE("suppression equals a naive implementation") {
  std::mt19937 random(11);
  std::size_t suppressed = 0;
  for (int round = 0; round < 600; ++round) {
    const auto d = random_detections(random, random() % 120, round % 2);
    detect::multiclass_nms rule;
    rule.score_threshold = round % 3 ? 0.025f : 0.5f;
    rule.nms_top_k = round % 5 ? 1000 : static_cast<int>(random() % 20) - 1;
    rule.keep_top_k = round % 7 ? 100 : static_cast<int>(random() % 30) - 1;
    rule.nms_threshold = static_cast<float>(random() % 11) / 10.0f;
    rule.eta = round % 4 ? 1.0f : 0.9f;
    CAPTURE(round);
    const indices got = ours(d, rule);
    REQUIRE(got == naive(d, rule));
    suppressed += d.size() - got.size();
  }
  CHECK(suppressed > 1000);
}

TEST_CASE("many candidates are cut per class and over all classes") {
  std::mt19937 random(5);
  const auto d = random_detections(random, 9000, false);
  detect::multiclass_nms rule;
  rule.nms_threshold = 0.95f;
  const indices got = ours(d, rule);
  CHECK(got.size() == 100);
  CHECK(got == naive(d, rule));
}

TEST_CASE("rules that decide single boxes") {
  const detect::multiclass_nms rule;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const box unit{0, 0, 10, 10};
  CHECK(ours({}, rule).empty());
  // A score equal to the threshold does not take part.
  CHECK(ours({{unit, 0.025f, 0}}, rule).empty());
  // Of equal scores the first stays.
  CHECK(ours({{unit, 0.5f, 0}, {unit, 0.5f, 0}}, rule) == indices{0});
  // Classes do not see each other, and come in ascending order.
  CHECK(ours({{unit, 0.5f, 7}, {unit, 0.4f, 2}}, rule) == indices{1, 0});
  // An overlap equal to the threshold stays: 6/10 is the same float as 0.6f.
  CHECK(ours({{unit, 0.9f, 0}, {{0, 0, 10, 6}, 0.8f, 0}}, rule) == indices{0, 1});
  // Two points in one place overlap by 0/0, which is not at most the threshold.
  CHECK(ours({{{3, 3, 3, 3}, 0.9f, 0}, {{3, 3, 3, 3}, 0.8f, 0}}, rule) == indices{0});
  // Nothing is separated from NaN.
  CHECK(ours({{unit, 0.9f, 0}, {{nan, nan, nan, nan}, 0.8f, 0}}, rule) == indices{0});
  // Over all classes the best remain, in the order of the classes.
  detect::multiclass_nms two = rule;
  two.keep_top_k = 2;
  CHECK(ours({{unit, 0.7f, 3}, {unit, 0.6f, 1}, {unit, 0.8f, 2}}, two) == indices{2, 0});
}

TEST_CASE("radix_sort sorts, and keeps the order of equals") {
  std::mt19937 random(3);
  for (std::size_t n = 0; n < 300; ++n) {
    std::vector<std::uint32_t> key(n), order(n), room(3 * n);
    for (std::size_t i = 0; i < n; ++i) {
      key[i] = n % 3 == 0 ? random() % 8 : n % 3 == 1 ? static_cast<std::uint32_t>(random()) : random() % 8 << 29;
      order[i] = static_cast<std::uint32_t>(i);
    }
    std::shuffle(order.begin(), order.end(), random);
    auto want = order;
    std::stable_sort(want.begin(), want.end(), [&](auto a, auto b) { return key[a] < key[b]; });
    detect::radix_sort(std::span(order), std::span(room), [&](std::uint32_t i) { return key[i]; });
    REQUIRE(order == want);
  }
}

TEST_CASE("keys order scores and labels as numbers") {
  const float infinity = std::numeric_limits<float>::infinity(), tiny = std::numeric_limits<float>::denorm_min();
  const std::vector<float> down{infinity, 1e30f, 1, 0.5f, tiny, 0, -tiny, -0.5f, -infinity};
  for (std::size_t i = 1; i < down.size(); ++i) CHECK(detect::descending(down[i - 1]) < detect::descending(down[i]));
  CHECK(detect::descending(0.0f) == detect::descending(-0.0f));
  CHECK(detect::descending(std::numeric_limits<float>::quiet_NaN()) < detect::descending(infinity));
  for (std::int32_t label : {-5, -1, 0, 7}) CHECK(detect::ascending(label) < detect::ascending(label + 1));
}
