#ifndef OCTET_DATA_TEXT_HPP
#define OCTET_DATA_TEXT_HPP

#include <octet/data/font.hpp>
#include <octet/data/image.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace octet::data {

using colour = std::array<std::uint8_t, 3>;  ///< red, green, blue

/// Mixes a colour into a pixel; outside the picture nothing happens. share in [0,1].
inline void blend(image& to, int x, int y, const colour& c, float share) {
  if (x < 0 || y < 0 || x >= to.width || y >= to.height) return;
  std::uint8_t* p = to.pixel(y, x);
  for (std::size_t k = 0; k < 3; ++k)
    p[k] = static_cast<std::uint8_t>(static_cast<float>(p[k]) +
                                     (static_cast<float>(c[k]) - static_cast<float>(p[k])) * share + 0.5f);
}

/// Fills the columns [x1, x2) of the rows [y1, y2), as far as they lie in the picture.
inline void fill(image& to, int x1, int y1, int x2, int y2, const colour& c, float share = 1.0f) {
  for (int y = (std::max)(y1, 0); y < (std::min)(y2, to.height); ++y)
    for (int x = (std::max)(x1, 0); x < (std::min)(x2, to.width); ++x) blend(to, x, y, c, share);
}

/// A line of printable ASCII. `unit` is the size in pixels of a step of the font's grid: capitals are 9 units high.
struct text {
  std::string_view line;
  float unit = 1.4f;

  float width() const noexcept {
    int columns = 0;
    for (char c : line) columns += font::width(c) + font::gap;
    return line.empty() ? 0.0f : unit * static_cast<float>(columns - font::gap);
  }
  float height() const noexcept { return unit * static_cast<float>(font::baseline + font::descent); }

  /// (left, top): where the upper left corner of a capital comes to lie. What falls outside the picture is left out.
  void draw(image& to, float left, float top, const colour& c) const {
    for (char letter : line) {
      draw_glyph(to, letter, left, top, c);
      left += unit * static_cast<float>(font::width(letter) + font::gap);
    }
  }

 private:
  struct segment {
    float x1, y1, x2, y2;
    float distance(float x, float y) const noexcept {
      const float dx = x2 - x1, dy = y2 - y1, length = dx * dx + dy * dy;
      const float t = length > 0 ? std::clamp(((x - x1) * dx + (y - y1) * dy) / length, 0.0f, 1.0f) : 0.0f;
      return std::hypot(x - x1 - t * dx, y - y1 - t * dy);
    }
  };

  /// Each pixel is covered as far as it lies within half a pen's breadth of the nearest stroke.
  void draw_glyph(image& to, char letter, float left, float top, const colour& c) const {
    std::array<segment, 32> segments;
    std::size_t count = 0;
    bool first = true;
    float x = 0, y = 0;
    const std::string_view s = font::strokes_of(letter);
    for (std::size_t i = 0; i + 1 < s.size() && count < segments.size(); i += 2) {
      if (s[i] == ' ') first = true, ++i;
      const float to_x = left + unit * static_cast<float>(font::digit(s[i])),
                  to_y = top + unit * static_cast<float>(font::digit(s[i + 1]));
      const bool dot = first && (i + 2 >= s.size() || s[i + 2] == ' ');
      if (!first || dot) segments[count++] = {dot ? to_x : x, dot ? to_y : y, to_x, to_y};
      x = to_x, y = to_y, first = false;
    }
    if (count == 0) return;
    const float pen = (std::max)(0.62f * unit, 0.6f);
    const auto from_x = static_cast<int>(std::floor(left - pen - 1)), from_y = static_cast<int>(std::floor(top - pen - 1));
    const auto end_x = static_cast<int>(std::ceil(left + unit * static_cast<float>(font::width(letter)) + pen + 1));
    const auto end_y = static_cast<int>(std::ceil(top + height() + pen + 1));
    for (int py = (std::max)(from_y, 0); py < (std::min)(end_y, to.height); ++py) {
      for (int px = (std::max)(from_x, 0); px < (std::min)(end_x, to.width); ++px) {
        float nearest = 1e9f;
        for (std::size_t k = 0; k < count; ++k)
          nearest = (std::min)(nearest, segments[k].distance(static_cast<float>(px) + 0.5f, static_cast<float>(py) + 0.5f));
        if (const float share = std::clamp(pen + 0.5f - nearest, 0.0f, 1.0f); share > 0) blend(to, px, py, c, share);
      }
    }
  }
};

}  // namespace octet::data

#endif
