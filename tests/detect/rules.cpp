#include <octet/detect/nms.hpp>

#include "torchvision_golden.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <vector>

using namespace octet;

namespace {

using indices = std::vector<std::uint32_t>;

template <class Arch = arch::current, class Nms>
indices run(const Nms& nms, const std::vector<detection>& d) {
  std::vector<std::uint32_t> scratch(nms.scratch_size(d.size()));
  const auto kept = nms.template operator()<Arch>(d, scratch);
  return {kept.begin(), kept.end()};
}

/// Every candidate against every kept one, by the rule alone.
template <class Rule>
indices naive(const detect::hard_nms<Rule>& nms, const std::vector<detection>& d) {
  indices order(d.size()), kept;
  std::iota(order.begin(), order.end(), 0u);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return d[a].score > d[b].score; });
  for (const std::uint32_t i : order) {
    if (!(d[i].score > nms.score_threshold)) continue;
    const bool goes = std::any_of(kept.begin(), kept.end(), [&](std::uint32_t k) {
      return (!nms.class_aware || d[k].label == d[i].label) && nms.rule(d[k].box, d[i].box);
    });
    if (!goes) kept.push_back(i);
  }
  return kept;
}

enum class kind { clusters, grid, degenerate, apart, huge };

std::vector<detection> boxes_of(kind k, std::size_t n, std::mt19937& random) {
  std::vector<detection> all(n);
  const auto uniform = [&](float lo, float hi) { return std::uniform_real_distribution<float>(lo, hi)(random); };
  const float odd[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), 1e-38f, -1e38f,
                       3e38f};
  for (std::size_t i = 0; i < n; ++i) {
    detection& d = all[i];
    d.label = static_cast<std::int32_t>(random() % 3);
    d.score = static_cast<float>(random() % 64 + 1) / 64.0f;
    box& b = d.box;
    if (k == kind::clusters) {
      const float x = static_cast<float>(random() % 4) * 100, y = static_cast<float>(random() % 2) * 100;
      b = {x + uniform(-6, 6), y + uniform(-6, 6), x + uniform(20, 60), y + uniform(20, 60)};
    } else if (k == kind::apart) {
      b = {static_cast<float>(i) * 10, 0, static_cast<float>(i) * 10 + 9, 9};
    } else if (k == kind::huge) {
      const float unit = random() % 2 ? 1e12f : 1e-14f;
      b = {uniform(0, 2) * unit, uniform(0, 2) * unit, uniform(2, 8) * unit, uniform(2, 8) * unit};
    } else {
      // Integers of few values: empty and equal boxes, and overlaps equal to thresholds, are common.
      b = {static_cast<float>(random() % 8), static_cast<float>(random() % 8), 0, 0};
      b.x2 = b.x1 + static_cast<float>(random() % 11), b.y2 = b.y1 + static_cast<float>(random() % 11);
      if (k == kind::degenerate && random() % 3 == 0) std::swap(b.x1, b.x2);
      if (k == kind::degenerate && random() % 3 == 0) std::swap(b.y1, b.y2);
      if (k == kind::degenerate && random() % 8 == 0) (random() % 2 ? b.x1 : b.y2) = odd[random() % 5];
    }
  }
  return all;
}

constexpr kind kinds[] = {kind::clusters, kind::grid, kind::degenerate, kind::apart, kind::huge};

template <class Rule>
void compare(std::vector<double> thresholds) {
  std::mt19937 random(17);
  std::size_t went = 0, stayed = 0;
  for (const kind k : kinds)
    for (std::size_t n = 0; n < 130; n += n < 40 ? 1 : 13)
      for (const double threshold : thresholds) {
        const auto d = boxes_of(k, n, random);
        detect::hard_nms<Rule> nms;
        nms.rule.threshold = static_cast<decltype(nms.rule.threshold)>(threshold);
        nms.class_aware = random() % 2;
        nms.score_threshold = random() % 2 ? -1.0f : 0.25f;
        CAPTURE(static_cast<int>(k));
        CAPTURE(n);
        CAPTURE(threshold);
        const indices want = naive(nms, d);
        REQUIRE(run(nms, d) == want);
        REQUIRE(run<arch::scalar>(nms, d) == want);
        went += n - want.size(), stayed += want.size();
      }
  CHECK(went > 1000);
  CHECK(stayed > 1000);
}

}  // namespace

TEST_CASE("the fast search gives what each rule alone gives") {
  const std::vector<double> thresholds{0.0, 1e-9, 0.1, 1.0 / 3, 0.5, 0.6, 0.95, 1.0, 1.5};
  SUBCASE("jaccard_above") { compare<detect::jaccard_above>(thresholds); }
  SUBCASE("plain_above") { compare<detect::plain_above>(thresholds); }
  SUBCASE("pixels_at_least") { compare<detect::pixels_at_least>(thresholds); }
  SUBCASE("distance_above") { compare<detect::distance_above>({-0.5, 0.0, 0.2, 0.5, 0.7}); }
}

TEST_CASE("pairs in the guard band are decided by the exact rule") {
  // All pairs of boxes of width 1 and heights from 1 to 60: overlaps a/b, and thresholds equal to each of them.
  for (int a = 1; a <= 60; ++a)
    for (int b = a; b <= 60; ++b) {
      const float x = static_cast<float>(a) / static_cast<float>(b);
      for (const float t : {x, std::nextafter(x, 0.0f), std::nextafter(x, 2.0f)}) {
        const std::vector<detection> d{{{0, 0, 1, static_cast<float>(b)}, 0.9f, 0},
                                       {{0, 0, 1, static_cast<float>(a)}, 0.8f, 0}};
        const std::size_t above = x > t ? 1 : 2, at_least = x >= t ? 1 : 2;
        REQUIRE(run(detect::hard_nms<detect::jaccard_above>{{t}}, d).size() == above);
        REQUIRE(run(detect::hard_nms<detect::plain_above>{{t}}, d).size() == above);
        std::vector<detection> pixels = d;  // with both edges counted the same boxes end one pixel earlier
        for (detection& p : pixels) p.box.x2 -= 1, p.box.y2 -= 1;
        REQUIRE(run(detect::hard_nms<detect::pixels_at_least>{{t}}, pixels).size() == at_least);
      }
    }
}

TEST_CASE("torchvision keeps the same boxes in the same order") {
  using namespace torchvision_golden;
  using nms = detect::hard_nms<detect::plain_above>;
  CHECK(run(nms{{0.3}, false}, boxes) == at_30);
  CHECK(run(nms{{0.5}, false}, boxes) == at_50);
  CHECK(run(nms{{0.6}, false}, boxes) == at_60);
  // Its last sort leaves equal scores in any order.
  indices ordered = by_class_at_50;
  std::sort(ordered.begin(), ordered.end());
  std::stable_sort(ordered.begin(), ordered.end(), [](auto a, auto b) { return boxes[a].score > boxes[b].score; });
  CHECK(run(nms{{0.5}, true}, boxes) == ordered);
}

TEST_CASE("what sets the dialects apart") {
  const box unit{0, 0, 10, 10};
  const std::vector<detection> sixth{{unit, 0.9f, 0}, {{0, 0, 10, 6}, 0.8f, 0}};  // overlap: the float nearest to 0.6
  CHECK(run(detect::hard_nms<detect::jaccard_above>{{0.6f}}, sixth) == indices{0, 1});
  // 0.6f is above the double 0.6.
  CHECK(run(detect::hard_nms<detect::plain_above>{{0.6}}, sixth) == indices{0});
  // 11 * 7 / (11 * 11) = 7 / 11, and 7/11 is enough.
  CHECK(run(detect::hard_nms<detect::pixels_at_least>{{7.0f / 11.0f}}, sixth) == indices{0});
  CHECK(run(detect::hard_nms<detect::pixels_at_least>{{0.64f}}, sixth) == indices{0, 1});
  // Centres 2 apart in a box with the squared diagonal 200: 0.6 - 4 / 200 = 0.58.
  CHECK(run(detect::hard_nms<detect::distance_above>{{0.57f}}, sixth) == indices{0});
  CHECK(run(detect::hard_nms<detect::distance_above>{{0.59f}}, sixth) == indices{0, 1});
  // Two points in one place: NaN.
  const std::vector<detection> points{{{3, 3, 3, 3}, 0.9f, 0}, {{3, 3, 3, 3}, 0.8f, 0}};
  CHECK(run(detect::hard_nms<detect::jaccard_above>{}, points) == indices{0});
  CHECK(run(detect::hard_nms<detect::plain_above>{}, points) == indices{0, 1});
  CHECK(run(detect::hard_nms<detect::pixels_at_least>{}, points) == indices{0});  // a pixel each
}

TEST_CASE("classes, and limits") {
  const box unit{0, 0, 10, 10}, far{50, 50, 60, 60}, far_too{90, 50, 99, 60};
  const std::vector<detection> d{{unit, 0.5f, 1}, {unit, 0.9f, 0}, {far, 0.7f, 1}, {far_too, 0.7f, 0}, {far, 0.6f, 1}};
  detect::hard_nms<> nms;
  CHECK(run(nms, d) == indices{1, 2, 3, 0});
  nms.class_aware = false;
  CHECK(run(nms, d) == indices{1, 2, 3});
  nms.keep_top_k = 2;
  CHECK(run(nms, d) == indices{1, 2});
  nms.class_aware = true, nms.keep_top_k = -1, nms.top_k = 1;
  CHECK(run(nms, d) == indices{1, 2});
}
