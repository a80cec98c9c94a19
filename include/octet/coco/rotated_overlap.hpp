#ifndef OCTET_COCO_ROTATED_OVERLAP_HPP
#define OCTET_COCO_ROTATED_OVERLAP_HPP

#include <octet/coco/exact.hpp>
#include <octet/coco/ground_truth.hpp>

#include <array>
#include <cmath>
#include <cstddef>

namespace octet::coco {

/// Intersection over union of boxes [centre x, centre y, width, height] that are turned about their centres by degrees,
/// counter-clockwise as seen in a picture whose y points down. Against a crowd the union is the detection alone. The one box
/// is clipped by the sides of the other in turn (Sutherland and Hodgman 1974). 0 where a box is empty.
struct rotated_overlap {
  double operator()(const bounds& d, double d_angle, const bounds& g, double g_angle, bool crowd) const {
    const double area = d[2] * d[3], other = g[2] * g[3];
    if (!(d[2] > 0 && d[3] > 0 && g[2] > 0 && g[3] > 0)) return 0;
    const double reach = std::hypot(d[2], d[3]) + std::hypot(g[2], g[3]);
    if (2 * std::hypot(d[0] - g[0], d[1] - g[1]) >= reach) return 0;
    // Relative to the one centre, so that far from the origin nothing is lost.
    polygon shape = corners({0, 0, d[2], d[3]}, d_angle);
    const polygon by = corners({g[0] - d[0], g[1] - d[1], g[2], g[3]}, g_angle);
    for (std::size_t i = 0; i < 4 && shape.size; ++i) shape = clip(shape, by.at[i], by.at[(i + 1) % 4]);
    double twice = 0;
    for (std::size_t i = 0; i < shape.size; ++i) twice += cross(shape.at[i], shape.at[(i + 1) % shape.size]);
    const double both = (std::abs)(twice) / 2;
    return both / (crowd ? area : area + other - both);
  }

 private:
  using point = std::array<double, 2>;
  /// Each of four cuts adds at most one corner to four.
  struct polygon {
    std::array<point, 8> at{};
    std::size_t size = 0;
  };

  static double cross(const point& a, const point& b) { return a[0] * b[1] - a[1] * b[0]; }

  static polygon corners(const bounds& b, double degrees) {
    const double turn = degrees * 0.017453292519943295, c = std::cos(turn), s = std::sin(turn);
    polygon p;
    for (const auto& [x, y] : {std::array{-0.5, -0.5}, {0.5, -0.5}, {0.5, 0.5}, {-0.5, 0.5}})
      p.at[p.size++] = {b[0] + x * b[2] * c + y * b[3] * s, b[1] - x * b[2] * s + y * b[3] * c};
    return p;
  }

  /// What lies to the side of the line from a to b on which the other corners are.
  static polygon clip(const polygon& p, const point& a, const point& b) {
    const auto side = [&](const point& q) { return cross({b[0] - a[0], b[1] - a[1]}, {q[0] - a[0], q[1] - a[1]}); };
    polygon out;
    for (std::size_t i = 0; i < p.size; ++i) {
      const point &from = p.at[i], &to = p.at[(i + 1) % p.size];
      const double x = side(from), y = side(to);
      if (x >= 0 && out.size < 8) out.at[out.size++] = from;
      if ((x < 0) != (y < 0) && out.size < 8) {
        const double part = x / (x - y);
        out.at[out.size++] = {from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])};
      }
    }
    return out;
  }
};

}  // namespace octet::coco

#endif
