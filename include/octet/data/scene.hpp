#ifndef OCTET_DATA_SCENE_HPP
#define OCTET_DATA_SCENE_HPP

#include <octet/core/random_source.hpp>
#include <octet/core/types.hpp>
#include <octet/data/image.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <utility>
#include <vector>

namespace octet::data {

/// What draw_scene draws, by label.
inline constexpr std::array<const char*, 8> scene_classes{"disc",  "square", "triangle", "ring",
                                                          "cross", "star",   "crescent", "arrow"};

/// A picture and the objects in it, each with the box around what was drawn of it before others covered it.
struct scene {
  image picture;
  std::vector<detection> objects;  ///< score: the part that is visible, in (0,1]
};

/// Whether the shape of a class has the point (u, v); it is about as large as the disc of radius 1, which holds it.
inline bool scene_shape(int label, float u, float v) noexcept {
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
    case 4:
      return m < 1 && (std::min)(std::fabs(u), std::fabs(v)) < 0.3f;
    case 5: {  // five points: within a fifth of a turn the edge is a line from radius 1 to 0.4
      constexpr float fifth = 2 * std::numbers::pi_v<float> / 5;
      const float turn = std::atan2(u, -v) + 5 * fifth;
      const float from = std::fabs(turn - fifth * (std::round)(turn / fifth));  // 0 at a point, half a fifth between two
      const float x = r * std::cos(from), y = r * std::sin(from);
      constexpr float inner_x = 0.4f * 0.809017f, inner_y = 0.4f * 0.587785f;
      return (1 - x) * inner_y > y * (1 - inner_x);
    }
    case 6:
      return r < 1 && std::hypot(u - 0.45f, v) > 0.75f;
    default:
      return (std::fabs(v) < 0.28f && u > -0.95f && u < 0.2f) || (u >= 0.1f && std::fabs(v) < 0.9f * (0.95f - u));
  }
}

/// Paints one scene; draw_scene is what callers use.
class scene_painter {
 public:
  scene_painter(int side, std::uint64_t seed) : side_(side), random_{seed}, canvas_(pixels()), owner_(pixels(), 0) {}

  scene paint() {
    ground();
    for (int i = 3 + below(6); i > 0; --i) random_.chance(0.5) ? bar() : blob();
    const int objects = 1 + below(7);
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
    light();
    for (int i = below(3); i > 0; --i) blur();
    expose();
    return std::move(s_);
  }

 private:
  using tint = std::array<float, 3>;

  std::size_t pixels() const { return static_cast<std::size_t>(side_) * static_cast<std::size_t>(side_); }
  int below(int n) { return static_cast<int>(random_.below(static_cast<std::uint32_t>(n))); }
  float between(float lo, float hi) { return lo + (hi - lo) * static_cast<float>(random_.unit()); }
  tint any_tint() { return {between(20, 235), between(20, 235), between(20, 235)}; }
  tint& at(int y, int x) {
    return canvas_[static_cast<std::size_t>(y) * static_cast<std::size_t>(side_) + static_cast<std::size_t>(x)];
  }

  /// body(y, x, dx, dy) for the pixels within `reach` of a point; dx, dy: from there.
  template <class Body>
  void around(float cx, float cy, float reach, Body&& body) {
    const auto edge = [&](float v) { return std::clamp(static_cast<int>(v), 0, side_); };
    for (int y = edge(cy - reach); y < edge(cy + reach + 1); ++y)
      for (int x = edge(cx - reach); x < edge(cx + reach + 1); ++x)
        body(y, x, static_cast<float>(x) - cx, static_cast<float>(y) - cy);
  }

  /// A plane over the picture that rises from -0.5 to 0.5 in some direction.
  template <class Body>
  void along(Body&& body) {
    const float angle = between(0, 2 * std::numbers::pi_v<float>), size = static_cast<float>(side_);
    const float dx = std::cos(angle) / size, dy = std::sin(angle) / size;
    for (int y = 0; y < side_; ++y)
      for (int x = 0; x < side_; ++x)
        body(at(y, x), dx * (static_cast<float>(x) - size / 2) + dy * (static_cast<float>(y) - size / 2));
  }

  void ground() {
    const tint a = any_tint(), b = any_tint();
    along([&](tint& p, float t) {
      for (std::size_t c = 0; c < 3; ++c) p[c] = a[c] + std::clamp(0.5f + t, 0.0f, 1.0f) * (b[c] - a[c]);
    });
  }

  /// A long thin rectangle that is no object.
  void bar() {
    const float angle = between(0, std::numbers::pi_v<float>), c = std::cos(angle), s = std::sin(angle);
    const float size = static_cast<float>(side_), length = between(0.1f, 0.6f) * size, width = between(0.5f, 4.0f);
    const tint t = any_tint();
    around(between(0, size), between(0, size), length, [&](int y, int x, float dx, float dy) {
      if (std::fabs(c * dx + s * dy) < length && std::fabs(c * dy - s * dx) < width) at(y, x) = t;
    });
  }

  /// A soft spot that is no object.
  void blob() {
    const float size = static_cast<float>(side_), radius = between(0.03f, 0.2f) * size, strength = between(0.3f, 0.9f);
    const tint t = any_tint();
    around(between(0, size), between(0, size), radius, [&](int y, int x, float dx, float dy) {
      const float part = strength * (std::max)(0.0f, 1 - (dx * dx + dy * dy) / (radius * radius));
      for (std::size_t c = 0; c < 3; ++c) at(y, x)[c] += part * (t[c] - at(y, x)[c]);
    });
  }

  /// Gives the number of pixels drawn.
  int object(int number) {
    const int label = below(static_cast<int>(scene_classes.size()));
    // As many small as large ones on a scale of ratios.
    const float size = static_cast<float>(side_), radius = size * 0.04f * std::pow(6.5f, between(0, 1));
    const float cx = between(radius, size - radius), cy = between(radius, size - radius);
    const float turn = between(-0.5f, 0.5f), c = std::cos(turn), s = std::sin(turn);
    const int texture = below(5);
    const tint a = any_tint(), b = any_tint();
    int x1 = side_, y1 = side_, x2 = 0, y2 = 0, drawn = 0;
    around(cx, cy, 1.5f * radius, [&](int y, int x, float dx, float dy) {
      const float u = (c * dx + s * dy) / radius, v = (c * dy - s * dx) / radius;
      if (!scene_shape(label, u, v)) return;
      const bool stripe = std::fmod(u + 4, 0.5f) < 0.25f, chequered = std::fmod(v + 4, 0.5f) < 0.25f;
      const bool second = texture == 2 ? stripe : texture == 3 ? stripe != chequered : texture == 4 && random_.chance(0.3);
      at(y, x) = second ? b : a;
      owner_[static_cast<std::size_t>(y * side_ + x)] = number;
      x1 = (std::min)(x1, x), y1 = (std::min)(y1, y), x2 = (std::max)(x2, x + 1), y2 = (std::max)(y2, y + 1), ++drawn;
    });
    s_.objects.push_back(
        {{static_cast<float>(x1), static_cast<float>(y1), static_cast<float>(x2), static_cast<float>(y2)}, 1, label});
    return drawn;
  }

  /// Brighter on one side than on the other.
  void light() {
    const float mean = between(0.7f, 1.15f), slope = between(0, 0.6f);
    along([&](tint& p, float t) {
      for (float& v : p) v *= mean + slope * t;
    });
  }

  /// With weights 1 2 1 along rows and columns.
  void blur() {
    const auto pass = [&](std::size_t lines, std::size_t step) {
      for (std::size_t line = 0; line < static_cast<std::size_t>(side_); ++line)
        for (std::size_t c = 0; c < 3; ++c) {
          float before = canvas_[line * lines][c];
          for (std::size_t i = 0; i < static_cast<std::size_t>(side_); ++i) {
            float& here = canvas_[line * lines + i * step][c];
            const std::size_t next = (std::min)(i + 1, static_cast<std::size_t>(side_) - 1);
            before = std::exchange(here, (before + 2 * here + canvas_[line * lines + next * step][c]) / 4);
          }
        }
    };
    pass(static_cast<std::size_t>(side_), 1), pass(1, static_cast<std::size_t>(side_));
  }

  /// The canvas with noise as a picture.
  void expose() {
    s_.picture = image(side_, side_);
    const float noise = between(2, 20) / 65536;
    std::uint8_t* to = s_.picture.pixels.data();
    for (const tint& p : canvas_) {
      std::uint64_t bits = random_();
      for (const float v : p) {
        const float shift = static_cast<float>(static_cast<int>(bits & 0xFFFF) - 32768);
        *to++ = static_cast<std::uint8_t>(std::clamp(v + noise * shift, 0.0f, 255.0f));
        bits >>= 16;
      }
    }
  }

  int side_;
  random_source random_;
  std::vector<tint> canvas_;
  std::vector<int> owner_;  // number of the object that a pixel shows; 0: none
  scene s_;
};

/// Draws textured shapes, small to large, over each other and over clutter, in uneven light, more or less sharp, with noise;
/// objects of which less than 0.4 can be seen are not listed. The same for the same seed. Precondition: side >= 32.
inline scene draw_scene(int side, std::uint64_t seed) {
  OCTET_EXPECTS(side >= 32);
  return scene_painter(side, seed).paint();
}

}  // namespace octet::data

#endif
