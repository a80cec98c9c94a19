#ifndef OCTET_DATA_AFFINE_HPP
#define OCTET_DATA_AFFINE_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/data/paste.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace octet::data {
inline namespace OCTET_ABI {

/// Where points go: x to xx * x + xy * y + x0, y to yx * x + yy * y + y0; pixel centres are at half integers.
struct affine {
  double xx = 1, xy = 0, x0 = 0, yx = 0, yy = 1, y0 = 0;

  /// Scaled and turned anticlockwise around the upper left corner, then sheared by the same angle in both directions, then
  /// moved; angles in degrees. Factors are multiples of 2^-16 and distances of 2^-4, so that boxes and pixels are the same
  /// whatever the last bits of a machine's sine.
  static affine turned(double scale, double degrees, double shear, double dx, double dy) noexcept {
    constexpr double radians = 3.14159265358979323846 / 180;
    const double c = scale * std::cos(degrees * radians), s = scale * std::sin(degrees * radians);
    const double t = std::tan(shear * radians);
    const auto part = [](double v, double steps) { return std::nearbyint(v * steps) / steps; };
    return {part(c - t * s, 65536), part(s + t * c, 65536), part(dx, 16),
            part(t * c - s, 65536), part(c + t * s, 65536), part(dy, 16)};
  }
};

/// The box around the four corners of a moved box.
inline box moved(const box& b, const affine& m) noexcept {
  const auto range = [&](double by_x, double by_y, double offset) {
    const double x_low = by_x * static_cast<double>(by_x < 0 ? b.x2 : b.x1),
                 x_high = by_x * static_cast<double>(by_x < 0 ? b.x1 : b.x2);
    const double y_low = by_y * static_cast<double>(by_y < 0 ? b.y2 : b.y1),
                 y_high = by_y * static_cast<double>(by_y < 0 ? b.y1 : b.y2);
    return std::array{static_cast<float>(x_low + y_low + offset), static_cast<float>(x_high + y_high + offset)};
  };
  const auto x = range(m.xx, m.xy, m.x0), y = range(m.yx, m.yy, m.y0);
  return {x[0], y[0], x[1], y[1]};
}

/// The moved picture on a ground of one colour, width x height; bilinear, in integers, without smoothing where it shrinks.
/// Preconditions: the map can be inverted, factors of the inverse below 2^10, pictures below 2^15 in each direction.
inline image moved(const image& in, const affine& m, int width, int height, std::array<std::uint8_t, 3> ground) {
  const double det = m.xx * m.yy - m.xy * m.yx;
  OCTET_EXPECTS(det > 0 && in.width < 1 << 15 && in.height < 1 << 15 && width < 1 << 15 && height < 1 << 15);
  // Positions in units of 2^-20 pixels; factors have half of that, for output pixels are counted by halves.
  const auto fixed = [](double v, double steps) { return static_cast<std::int64_t>(std::nearbyint(v * steps)); };
  const std::int64_t half = 1 << 19;
  const std::int64_t xx = fixed(m.yy / det, 0x1p19), xy = fixed(-m.xy / det, 0x1p19);
  const std::int64_t yx = fixed(-m.yx / det, 0x1p19), yy = fixed(m.xx / det, 0x1p19);
  const std::int64_t x0 = fixed((m.xy * m.y0 - m.yy * m.x0) / det, 0x1p20) - half;
  const std::int64_t y0 = fixed((m.yx * m.x0 - m.xx * m.y0) / det, 0x1p20) - half;
  const auto at = [&](std::int64_t y, std::int64_t x) {
    const bool inside = x >= 0 && y >= 0 && x < in.width && y < in.height;
    return inside ? in.pixel(static_cast<int>(y), static_cast<int>(x)) : ground.data();
  };
  image out = plain(width, height, ground);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const std::int64_t sx = xx * (2 * x + 1) + xy * (2 * y + 1) + x0, sy = yx * (2 * x + 1) + yy * (2 * y + 1) + y0;
      const std::int64_t left = sx >> 20, top = sy >> 20;
      if (left < -1 || top < -1 || left >= in.width || top >= in.height) continue;
      const int right_share = static_cast<int>((sx >> 12) & 255), lower_share = static_cast<int>((sy >> 12) & 255);
      const std::uint8_t *a = at(top, left), *b = at(top, left + 1), *c = at(top + 1, left), *d = at(top + 1, left + 1);
      for (std::size_t k = 0; k < 3; ++k) {
        const int upper = a[k] * (256 - right_share) + b[k] * right_share;
        const int lower = c[k] * (256 - right_share) + d[k] * right_share;
        out.pixel(y, x)[k] =
            static_cast<std::uint8_t>((upper * (256 - lower_share) + lower * lower_share + (1 << 15)) >> 16);
      }
    }
  return out;
}

}  // namespace OCTET_ABI
}  // namespace octet::data

#endif
