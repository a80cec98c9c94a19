#ifndef OCTET_DATA_SCENE_HPP
#define OCTET_DATA_SCENE_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/data/image.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <random>
#include <vector>

namespace octet::data {

/// What draw_scene draws, by label.
inline constexpr std::array<const char*, 5> scene_classes{"disc", "square", "triangle", "ring", "cross"};

/// A picture and the objects in it, each with the box around what was drawn of it before others covered it.
struct scene {
  image picture;
  std::vector<detection> objects;  ///< score: the part that is visible, in (0,1]
};

/// Paints one scene; draw_scene is what callers use.
class scene_painter {
 public:
  scene_painter(int side, std::uint32_t seed) : side_(side), bits_(seed), owner_(pixels(), 0) {
    s_.picture = image(side, side);
  }

  scene paint() {
    ground();
    const int clutter = 2 + below(5), objects = 1 + below(6);
    for (int i = 0; i < clutter; ++i) bar();
    std::vector<int> drawn;
    for (int i = 0; i < objects; ++i) drawn.push_back(object(i + 1));
    std::vector<int> left(drawn.size() + 1);
    for (const int o : owner_) ++left[static_cast<std::size_t>(o)];
    std::vector<detection> visible;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      s_.objects[i].score = drawn[i] ? static_cast<float>(left[i + 1]) / static_cast<float>(drawn[i]) : 0;
      if (s_.objects[i].score >= 0.4f) visible.push_back(s_.objects[i]);
    }
    s_.objects = std::move(visible);
    return std::move(s_);
  }

 private:
  using tint = std::array<float, 3>;

  std::size_t pixels() const { return static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_); }
  int below(int n) { return static_cast<int>((std::uint64_t{bits_()} * static_cast<std::uint64_t>(n)) >> 32); }
  float unit() { return static_cast<float>(bits_() >> 8) * 0x1p-24f; }
  float between(float lo, float hi) { return lo + (hi - lo) * unit(); }
  tint any_tint() { return {between(20, 235), between(20, 235), between(20, 235)}; }

  void put(int y, int x, const tint& t, float noise) {
    std::uint8_t* p = s_.picture.pixel(y, x);
    for (std::size_t c = 0; c < 3; ++c)
      p[c] = static_cast<std::uint8_t>(std::clamp(t[c] + noise * (unit() - 0.5f), 0.0f, 255.0f));
  }

  void ground() {
    const tint a = any_tint(), b = any_tint();
    const float noise = between(5, 40), angle = between(0, 2 * std::numbers::pi_v<float>);
    const float dx = std::cos(angle) / static_cast<float>(side_), dy = std::sin(angle) / static_cast<float>(side_);
    for (int y = 0; y < side_; ++y)
      for (int x = 0; x < side_; ++x) {
        const float t =
            std::clamp(0.5f + dx * static_cast<float>(x - side_ / 2) + dy * static_cast<float>(y - side_ / 2), 0.0f, 1.0f);
        put(y, x, {a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1]), a[2] + t * (b[2] - a[2])}, noise);
      }
  }

  /// A long thin rectangle that is no object.
  void bar() {
    const float angle = between(0, std::numbers::pi_v<float>), c = std::cos(angle), s = std::sin(angle);
    const float cx = between(0, 1) * static_cast<float>(side_), cy = between(0, 1) * static_cast<float>(side_);
    const float length = between(0.1f, 0.6f) * static_cast<float>(side_), width = between(0.5f, 2.5f);
    const tint t = any_tint();
    for (int y = 0; y < side_; ++y)
      for (int x = 0; x < side_; ++x) {
        const float dx = static_cast<float>(x) - cx, dy = static_cast<float>(y) - cy;
        if (std::fabs(c * dx + s * dy) < length && std::fabs(c * dy - s * dx) < width) put(y, x, t, 10);
      }
  }

  /// Whether a shape of radius 1 has the point (u, v).
  static bool covers(int label, float u, float v) {
    const float r = std::hypot(u, v), m = (std::max)(std::fabs(u), std::fabs(v));
    switch (label) {
      case 0:
        return r < 1;
      case 1:
        return m < 0.8f;
      case 2:
        return v < 0.5f && 1.732f * std::fabs(u) < v + 1;
      case 3:
        return r < 1 && r > 0.55f;
      default:
        return m < 1 && (std::min)(std::fabs(u), std::fabs(v)) < 0.3f;
    }
  }

  /// Gives the number of pixels drawn.
  int object(int number) {
    const int label = below(static_cast<int>(scene_classes.size()));
    // As many small as large ones on a scale of ratios.
    const float radius = static_cast<float>(side_) * 0.045f * std::pow(6.0f, unit());
    const float cx = between(radius, static_cast<float>(side_) - radius),
                cy = between(radius, static_cast<float>(side_) - radius);
    const float turn = between(-0.5f, 0.5f), c = std::cos(turn), s = std::sin(turn), noise = between(0, 30);
    const int texture = below(4);
    const tint a = any_tint(), b = any_tint();
    int x1 = side_, y1 = side_, x2 = 0, y2 = 0, drawn = 0;
    for (int y = 0; y < side_; ++y)
      for (int x = 0; x < side_; ++x) {
        const float dx = (static_cast<float>(x) - cx) / radius, dy = (static_cast<float>(y) - cy) / radius;
        const float u = c * dx + s * dy, v = c * dy - s * dx;
        if (std::fabs(dx) > 1.5f || std::fabs(dy) > 1.5f || !covers(label, u, v)) continue;
        const bool stripe = std::fmod(u + 4, 0.5f) < 0.25f, chequered = std::fmod(v + 4, 0.5f) < 0.25f;
        put(y, x, texture < 2 ? a : (texture == 2 ? stripe : stripe != chequered) ? a : b, noise);
        owner_[static_cast<std::size_t>(y * side_ + x)] = number;
        x1 = (std::min)(x1, x), y1 = (std::min)(y1, y), x2 = (std::max)(x2, x + 1), y2 = (std::max)(y2, y + 1), ++drawn;
      }
    s_.objects.push_back(
        {{static_cast<float>(x1), static_cast<float>(y1), static_cast<float>(x2), static_cast<float>(y2)}, 1, label});
    return drawn;
  }

  int side_;
  std::mt19937 bits_;
  std::vector<int> owner_;  // number of the object that a pixel shows; 0: none
  scene s_;
};

/// Draws textured shapes, small to large, over each other and over clutter; objects of which less than 0.4 can be seen are
/// not listed. The same for the same seed. Precondition: side >= 32.
inline scene draw_scene(int side, std::uint32_t seed) {
  OCTET_EXPECTS(side >= 32);
  return scene_painter(side, seed).paint();
}

}  // namespace octet::data

#endif
