#include <octet/detect/decode.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstdint>
#include <random>
#include <vector>

using namespace octet;

namespace {

/// One level with maps of random int8 values that lie in wider maps, so that pixels are not adjacent.
struct sampled_level {
  static constexpr int h = 7, w = 5, classes = 11, stride = 16;
  std::vector<float> projection{0, 1, 2, 3.000298f, 4, 4.9999995f, 6.000597f, 7};
  int bins = static_cast<int>(projection.size()), channels = classes + 1 + 4 * bins + 3;
  std::vector<std::int8_t> raw;
  std::vector<float> scale;
  std::vector<std::int8_t> zero_point;

  explicit sampled_level(unsigned seed) {
    std::mt19937 random(seed);
    raw.resize(static_cast<std::size_t>(h * w * channels));
    for (auto& q : raw) q = static_cast<std::int8_t>(static_cast<int>(random() % 256) - 128);
    // Most scores small, as a detector's are.
    for (int i = 0; i < h * w; ++i)
      for (int c = 0; c < classes; ++c)
        if (random() % 16)
          raw[static_cast<std::size_t>(i * channels + c)] = static_cast<std::int8_t>(static_cast<int>(random() % 6) - 128);
    for (int c = 0; c < 4 * bins; ++c) {
      scale.push_back(0.01f + static_cast<float>(random() % 100) * 0.001f);
      zero_point.push_back(static_cast<std::int8_t>(static_cast<int>(random() % 41) - 20));
    }
  }

  map_view<const std::int8_t> map() const { return {raw.data(), {h, w, channels}}; }
  detect::level<detect::per_tensor, detect::per_channel> level(bool quality) const {
    detect::level<detect::per_tensor, detect::per_channel> l;
    l.stride = stride;
    l.scores = map().slice(0, classes);
    if (quality) l.quality = map().slice(classes, 1);
    l.distances = map().slice(classes + 1, 4 * bins);
    l.of_scores = l.of_quality = detect::probability;
    l.of_distances = {scale.data(), zero_point.data()};
    return l;
  }
};

/// The formulas once more in double precision: every class of every cell, with its score.
std::vector<detection> decode_all(const sampled_level& s, bool quality, double scale_x, double scale_y) {
  std::vector<detection> all;
  const auto map = s.map();
  for (int y = 0; y < s.h; ++y) {
    for (int x = 0; x < s.w; ++x) {
      const std::int8_t* p = map.pixel(y, x);
      std::array<double, 4> side{};
      for (int k = 0; k < 4; ++k) {
        double sum = 0, weighted = 0;
        for (int b = 0; b < s.bins; ++b) {
          const auto c = static_cast<std::size_t>(k * s.bins + b);
          const double e = std::exp(static_cast<double>(s.scale[c]) * (p[s.classes + 1 + k * s.bins + b] - s.zero_point[c]));
          sum += e, weighted += e * s.projection[static_cast<std::size_t>(b)];
        }
        side[static_cast<std::size_t>(k)] = weighted / sum * s.stride;
      }
      const double cx = (x + 0.5) * s.stride, cy = (y + 0.5) * s.stride;
      for (int c = 0; c < s.classes; ++c) {
        const double score = (p[c] + 128) / 255.0, other = (p[s.classes] + 128) / 255.0;
        all.push_back({{static_cast<float>((cx - side[0]) / scale_x), static_cast<float>((cy - side[1]) / scale_y),
                        static_cast<float>((cx + side[2]) / scale_x), static_cast<float>((cy + side[3]) / scale_y)},
                       static_cast<float>(quality ? std::sqrt(score * other) : score),
                       c});
      }
    }
  }
  return all;
}

}  // namespace

TEST_CASE("decode agrees with the formulas, cell by cell and class by class") {
  for (unsigned seed = 0; seed < 20; ++seed) {
    for (bool quality : {false, true}) {
      const sampled_level s(seed);
      std::vector<detection> found(1000);
      detect::candidates out{found};
      const float threshold = 0.1003f;  // no step of 1/255
      detect::decode(s.level(quality), s.projection, threshold, 0.65f, 0.8f, out);
      REQUIRE(out.complete());
      std::size_t at = 0;
      for (const detection& want : decode_all(s, quality, 0.65f, 0.8f)) {
        if (want.score <= threshold) continue;
        REQUIRE(at < out.found);
        const detection& got = found[at++];
        CHECK(got.label == want.label);
        CHECK(got.score == doctest::Approx(want.score).epsilon(1e-6));
        for (auto edge : {&box::x1, &box::y1, &box::x2, &box::y2}) CHECK(std::abs(got.box.*edge - want.box.*edge) < 1e-4f);
      }
      CHECK(at == out.found);
      CHECK(at > 0);
    }
  }
}

TEST_CASE("real heads and int8 heads that stand for the same numbers give the same candidates") {
  const sampled_level s(42);
  const auto level = s.level(true);
  std::vector<float> values(s.raw.size());
  for (std::size_t i = 0; i < s.raw.size(); ++i) {
    const int c = static_cast<int>(i) % s.channels, d = c - s.classes - 1;
    values[i] = d < 0 ? detect::probability(s.raw[i], c) : d < 4 * s.bins ? level.of_distances(s.raw[i], d) : 0.0f;
  }
  const map_view<const float> map(values.data(), {s.h, s.w, s.channels});
  detect::level<detect::real> real;
  real.stride = s.stride;
  real.scores = map.slice(0, s.classes);
  real.quality = map.slice(s.classes, 1);
  real.distances = map.slice(s.classes + 1, 4 * s.bins);

  std::vector<detection> from_int8(1000), from_real(1000);
  detect::candidates a{from_int8}, b{from_real};
  detect::decode(level, s.projection, 0.2f, 1.0f, 1.0f, a);
  detect::decode(real, s.projection, 0.2f, 1.0f, 1.0f, b);
  CHECK(a.found == b.found);
  CHECK(from_int8 == from_real);
}

TEST_CASE("candidates beyond the room are counted, not stored; levels are appended") {
  const sampled_level s(3);
  std::vector<detection> all(1000), few(4);
  detect::candidates complete{all}, cut{few};
  for (int i = 0; i < 2; ++i) {
    detect::decode(s.level(false), s.projection, 0.3f, 1.0f, 1.0f, complete);
    detect::decode(s.level(false), s.projection, 0.3f, 1.0f, 1.0f, cut);
  }
  REQUIRE(complete.complete());
  CHECK_FALSE(cut.complete());
  CHECK(cut.found == complete.found);
  REQUIRE(cut.list().size() == 4);
  for (std::size_t i = 0; i < 4; ++i) CHECK(cut.list()[i] == all[i]);
  for (std::size_t i = 0; i < complete.found / 2; ++i) CHECK(all[i] == all[i + complete.found / 2]);
}

TEST_CASE("a score equal to the threshold is no candidate, and heads full of NaN give none") {
  const std::vector<float> projection{0, 1}, scores{0.5f, 0.50001f, 0.25f}, logits(8, 0.0f);
  detect::level<detect::real> level;
  level.stride = 8;
  level.scores = {scores.data(), {1, 1, 3}};
  level.distances = {logits.data(), {1, 1, 8}};
  std::vector<detection> found(3);
  detect::candidates out{found};
  detect::decode(level, projection, 0.5f, 1.0f, 1.0f, out);
  REQUIRE(out.found == 1);
  CHECK(found[0] == detection{{0, 0, 8, 8}, 0.50001f, 1});

  const std::vector<float> nan(11, std::nanf(""));
  level.scores = {nan.data(), {1, 1, 3}};
  detect::candidates none{found};
  detect::decode(level, projection, 0.0f, 1.0f, 1.0f, none);
  CHECK(none.found == 0);
}

TEST_CASE("integer scores pass exactly where what they stand for does") {
  // Probabilities and logits, with and without a quality, for thresholds at, between and beyond the steps.
  for (unsigned seed = 0; seed < 6; ++seed) {
    const sampled_level s(seed);
    const auto check = [&](const auto& of_scores, float threshold, bool quality) {
      using values = std::remove_cvref_t<decltype(of_scores)>;
      detect::level<values, detect::per_channel> l;
      l.stride = s.stride;
      l.scores = s.map().slice(0, s.classes);
      if (quality) l.quality = s.map().slice(s.classes, 1);
      l.distances = s.map().slice(s.classes + 1, 4 * s.bins);
      l.of_scores = l.of_quality = of_scores;
      l.of_distances = {s.scale.data(), s.zero_point.data()};
      std::vector<detection> found(1000);
      detect::candidates out{found};
      detect::decode(l, s.projection, threshold, 1.0f, 1.0f, out);
      std::size_t at = 0;
      for (int y = 0; y < s.h; ++y)
        for (int x = 0; x < s.w; ++x)
          for (int c = 0; c < s.classes; ++c) {
            const float p = of_scores(*l.scores.slice(c, 1).pixel(y, x), c);
            const float score = quality ? square_root(p * of_scores(*l.quality.pixel(y, x), 0)) : p;
            if (!(score > threshold)) continue;
            REQUIRE(at < out.found);
            CHECK(found[at].label == c);
            CHECK(found[at].score == score);
            ++at;
          }
      CHECK(at == out.found);
    };
    const float step = detect::probability(20, 0);
    std::vector<float> same_scale(11, 1.0f / 255.0f), other_scale = same_scale;
    const std::vector<std::int8_t> same_zero(11, -128);
    other_scale[3] = 0.001f;
    for (const float threshold : {0.0f, 0.025f, step, std::nextafter(step, 0.0f), 0.9f, 1.0f})
      for (const bool quality : {false, true}) {
        check(detect::probability, threshold, quality);
        check(detect::per_tensor_logit{{0.07f, 3}}, threshold, quality);
        check(detect::per_channel{same_scale.data(), same_zero.data()}, threshold, quality);
        check(detect::per_channel{other_scale.data(), same_zero.data()}, threshold, quality);
      }
  }
}
