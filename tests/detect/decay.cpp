#include <octet/detect/matrix_nms.hpp>
#include <octet/detect/soft_nms.hpp>
#include <octet/detect/weighted_fusion.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <map>
#include <random>
#include <vector>

using namespace octet;

namespace {

using list = std::vector<detection>;
using indices = std::vector<std::uint32_t>;

/// What remains, and the candidates with what became of their scores.
template <class Nms>
indices run(const Nms& nms, list& d) {
  std::vector<std::uint32_t> scratch(nms.scratch_size(d.size()));
  const auto kept = nms(d, scratch);
  return {kept.begin(), kept.end()};
}

list random_list(std::mt19937& random, std::size_t n) {
  list all(n);
  for (detection& d : all) {
    const auto corner = [&] { return static_cast<float>(random() % 20); };
    d.box = {corner(), corner(), 0, 0};
    d.box.x2 = d.box.x1 + 1 + corner(), d.box.y2 = d.box.y1 + 1 + corner();
    d.score = static_cast<float>(random() % 32 + 1) / 32.0f;
    d.label = static_cast<std::int32_t>(random() % 3);
  }
  return all;
}

std::map<std::int32_t, indices> by_class(const list& d, float least) {
  std::map<std::int32_t, indices> classes;
  for (std::uint32_t i = 0; i < d.size(); ++i)
    if (d[i].score > least) classes[d[i].label].push_back(i);
  for (auto& [label, order] : classes)
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return d[a].score > d[b].score; });
  return classes;
}

const box square{0, 0, 10, 10}, half{0, 0, 10, 5}, quarter{0, 0, 5, 5}, elsewhere{50, 50, 60, 60};

}  // namespace

TEST_CASE("soft_nms: scores decay by the overlap with what is taken") {
  list d{{square, 0.9f, 0}, {half, 0.8f, 0}, {elsewhere, 0.5f, 0}, {half, 0.7f, 1}};
  detect::soft_nms<detect::linear_decay> linear;
  CHECK(run(linear, d) == indices{0, 2, 1, 3});  // 0.8 * (1 - 0.5) falls behind 0.5
  CHECK(d[1].score == 0.4f);
  CHECK(d[3].score == 0.7f);
  linear.class_aware = false;
  d = {{square, 0.9f, 0}, {half, 0.8f, 1}, {quarter, 0.4f, 2}};
  CHECK(run(linear, d) == indices{0, 1, 2});
  CHECK(d[1].score == 0.4f);
  CHECK(d[2].score == 0.2f);  // overlaps the square by 1/4, below 0.3, and the half by 1/2
  linear.score_threshold = 0.2f;
  d = {{square, 0.9f, 0}, {half, 0.8f, 1}, {quarter, 0.4f, 2}};
  CHECK(run(linear, d) == indices{0, 1});
  d = {{square, 0.9f, 0}, {half, 0.8f, 0}};
  CHECK(run(detect::soft_nms<>{}, d) == indices{0, 1});
  CHECK(d[1].score == doctest::Approx(0.8 * std::exp(-0.25 / 0.5)).epsilon(1e-6));
}

TEST_CASE("soft_nms equals a naive selection of the best") {
  std::mt19937 random(5);
  for (int round = 0; round < 200; ++round) {
    list d = random_list(random, random() % 60), want = d;
    const detect::soft_nms<detect::linear_decay> nms{{0.3f}, 0.1f, true};
    indices expected;
    for (auto [label, rest] : by_class(want, nms.score_threshold)) {
      std::sort(rest.begin(), rest.end());
      while (!rest.empty()) {
        const auto best =
            std::max_element(rest.begin(), rest.end(), [&](auto a, auto b) { return want[a].score < want[b].score; });
        const std::uint32_t taken = *best;
        rest.erase(best);
        expected.push_back(taken);
        for (const auto i : rest) {
          const float x = detect::overlap(want[taken].box, want[i].box);
          if (x > 0.3f) want[i].score *= 1 - x;
        }
        std::erase_if(rest, [&](auto i) { return !(want[i].score > nms.score_threshold); });
      }
    }
    REQUIRE(run(nms, d) == expected);
    REQUIRE(d == want);
  }
}

TEST_CASE("matrix_nms: the decay of Paddle's operator") {
  // half overlaps square by 1/2; quarter overlaps square by 1/4 and half by 1/2, which is itself overlapped by 1/2.
  list d{{square, 0.9f, 0}, {half, 0.8f, 0}, {quarter, 0.7f, 0}, {elsewhere, 0.2f, 0}, {square, 0.5f, 1}};
  CHECK(run(detect::matrix_nms<>{}, d) == indices{0, 2, 4, 1, 3});
  CHECK(d[1].score == 0.8f * 0.5f);
  CHECK(d[2].score == 0.7f * 0.75f);  // the smaller of (1 - 1/4) / (1 - 0) and (1 - 1/2) / (1 - 1/2)
  CHECK(d[3].score == 0.2f);
  d = {{square, 0.9f, 0}, {half, 0.8f, 0}, {quarter, 0.7f, 0}};
  CHECK(run(detect::matrix_nms<detect::gaussian_matrix_decay>{}, d) == indices{0, 2, 1});
  CHECK(d[1].score == doctest::Approx(0.8 * std::exp(-0.25 * 2)).epsilon(1e-6));
  CHECK(d[2].score == doctest::Approx(0.7 * std::exp(-0.0625 * 2)).epsilon(1e-6));
  // What equals a better box is gone: its decayed score is 0, which is not above the post threshold.
  d = {{square, 0.9f, 0}, {square, 0.8f, 0}, {half, 0.7f, 0}};
  CHECK(run(detect::matrix_nms<>{}, d) == indices{0, 2});
  CHECK(d[2].score == 0.35f);  // (1 - 1/2) / (1 - 1) is infinite and does not count
  detect::matrix_nms<> narrow;
  narrow.nms_top_k = 2, narrow.keep_top_k = 3, narrow.post_threshold = 0.45f;
  d = {{square, 0.9f, 0}, {half, 0.8f, 0},      {elsewhere, 0.7f, 0},
       {square, 0.5f, 1}, {elsewhere, 0.6f, 2}, {square, 0.47f, 3}};
  CHECK(run(narrow, d) == indices{0, 4, 3});
}

TEST_CASE("matrix_nms equals the matrix written out") {
  std::mt19937 random(6);
  for (int round = 0; round < 200; ++round) {
    list d = random_list(random, random() % 50), want = d;
    const detect::matrix_nms<> nms{{}, 0.1f, 0.05f, 12, 20};
    indices expected;
    for (auto [label, order] : by_class(d, nms.score_threshold)) {
      order.resize(std::min<std::size_t>(order.size(), 12));
      std::vector<float> most(order.size(), 0);
      for (std::size_t i = 0; i < order.size(); ++i)
        for (std::size_t j = 0; j < i; ++j) most[i] = std::max(most[i], detect::overlap(d[order[i]].box, d[order[j]].box));
      for (std::size_t i = 0; i < order.size(); ++i) {
        float least = 1;
        for (std::size_t j = 0; j < i; ++j) {
          const double x = detect::overlap(d[order[i]].box, d[order[j]].box);
          least = std::min(least, static_cast<float>((1.0 - x) / (1.0 - static_cast<double>(most[j]))));
        }
        const float score = i ? least * d[order[i]].score : d[order[i]].score;
        if (score <= nms.post_threshold) continue;
        want[order[i]].score = score;
        expected.push_back(order[i]);
      }
    }
    std::stable_sort(expected.begin(), expected.end(), [&](auto a, auto b) { return want[a].score > want[b].score; });
    expected.resize(std::min<std::size_t>(expected.size(), 20));
    REQUIRE(run(nms, d) == expected);
    REQUIRE(d == want);
  }
}

TEST_CASE("weighted_fusion: boxes that lie together become their weighted mean") {
  list d{{{0, 0, 10, 10}, 0.75f, 0}, {{2, 0, 12, 10}, 0.25f, 0}, {elsewhere, 0.5f, 0}, {square, 0.25f, 1}};
  CHECK(run(detect::weighted_fusion{}, d) == indices{0, 2, 3});
  CHECK(d[0].box == box{0.5f, 0, 10.5f, 10});  // (0.75 * 0 + 0.25 * 2) / 1
  CHECK(d[0].score == 0.5f);
  CHECK(d[2].box == elsewhere);
  // Of two models only one found what lies elsewhere.
  d = {{{0, 0, 10, 10}, 0.75f, 0}, {{2, 0, 12, 10}, 0.25f, 0}, {elsewhere, 0.5f, 0}};
  CHECK(run(detect::weighted_fusion{.models = 2}, d) == indices{0, 2});
  CHECK(d[0].score == 0.5f);
  CHECK(d[2].score == 0.25f);
  // A box joins the fused box it overlaps most, at the place that one has by then.
  d = {{{0, 0, 10, 10}, 0.9f, 0}, {{7, 0, 17, 10}, 0.8f, 0}, {{5, 0, 15, 10}, 0.4f, 0}};
  CHECK(run(detect::weighted_fusion{.overlap_threshold = 0.3f}, d) == indices{0, 1});
  CHECK(d[1].box.x1 == doctest::Approx((0.8 * 7 + 0.4 * 5) / 1.2));
  CHECK(d[1].score == doctest::Approx(0.6));
  CHECK(d[0].box == square);
  d = {{square, 0.2f, 0}, {half, 0.1f, 1}};
  CHECK(run(detect::weighted_fusion{.score_threshold = 0.15f, .class_aware = false}, d) == indices{0});
}
