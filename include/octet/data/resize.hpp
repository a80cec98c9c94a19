#ifndef OCTET_DATA_RESIZE_HPP
#define OCTET_DATA_RESIZE_HPP

#include <octet/core/fixed_point.hpp>
#include <octet/core/preprocessing.hpp>
#include <octet/core/rounding.hpp>
#include <octet/data/image.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace octet::data {

/// How a pixel is made of its neighbours in a row, and then a row of its neighbours.
///   taps          how many neighbours
///   weights(t)    their weights at the position t in [0,1) between the two middle ones
///   combine(...)  n values of an output row from `taps` rows. Rows hold sums of u8 values times 11-bit weights; w are
///                 11-bit weights, too, so the results are to be divided by 2^22.
template <class F>
concept resize_filter = requires(float t, const std::array<const std::int32_t*, F::taps>& rows,
                                 const std::array<std::int32_t, F::taps>& w, std::uint8_t* out, std::size_t n) {
  { F::weights(t) } -> std::same_as<std::array<float, F::taps>>;
  F::combine(rows, w, out, n);
};

inline namespace OCTET_ABI {

namespace resizing {
/// A product that the compiler cannot fuse with a following addition: with one rounding less, weights differ in the last
/// bit.
template <class T>
T product(T a, T b) noexcept {
  const volatile T p = a * b;
  return p;
}
}  // namespace resizing

/// OpenCV's INTER_CUBIC: Keys' kernel with a = -0.75, pixel for pixel what its vectorised code gives.
struct cubic {
  static constexpr std::size_t taps = 4;

  static std::array<float, taps> weights(float t) noexcept {
    using resizing::product;
    constexpr float a = -0.75f;
    const float v = t + 1.0f;
    const float outer = product(product(product(a, v) - 5 * a, v) + 8 * a, v) - 4 * a;
    const auto inner = [](float x) { return product(product(product(a + 2, x) - (a + 3), x), x) + 1.0f; };
    const float left = inner(t), right = inner(1.0f - t);
    return {outer, left, right, 1.0f - outer - left - right};
  }

  /// Sums in float, as OpenCV does. The products are integers below 2^31, exact until they become floats, so there is no
  /// multiplication that a compiler could fuse with an addition.
  static void combine(const std::array<const std::int32_t*, taps>& rows, const std::array<std::int32_t, taps>& w,
                      std::uint8_t* out, std::size_t n) noexcept {
    const std::int32_t *a = rows[0], *b = rows[1], *c = rows[2], *d = rows[3];
    for (std::size_t i = 0; i < n; ++i) {
      float sum = static_cast<float>(d[i] * w[3]);
      sum = static_cast<float>(c[i] * w[2]) + sum;
      sum = static_cast<float>(b[i] * w[1]) + sum;
      sum = static_cast<float>(a[i] * w[0]) + sum;
      // Adding 1.5 * 2^23 rounds to an integer, ties to even.
      const float rounded = (sum * 0x1p-22f + 12582912.0f) - 12582912.0f;
      out[i] = static_cast<std::uint8_t>(clamp(static_cast<std::int32_t>(rounded), 0, 255));
    }
  }
};

/// OpenCV's INTER_LINEAR, pixel for pixel, with the truncations of its integer code.
struct linear {
  static constexpr std::size_t taps = 2;

  static std::array<float, taps> weights(float t) noexcept { return {1.0f - t, t}; }

  static void combine(const std::array<const std::int32_t*, taps>& rows, const std::array<std::int32_t, taps>& w,
                      std::uint8_t* out, std::size_t n) noexcept {
    const std::int32_t *a = rows[0], *b = rows[1];
    for (std::size_t i = 0; i < n; ++i) {
      const std::int32_t sum = ((a[i] >> 4) * w[0] >> 16) + ((b[i] >> 4) * w[1] >> 16);
      out[i] = static_cast<std::uint8_t>((sum + 2) >> 2);
    }
  }
};

namespace resizing {

/// Where each output position of one axis reads, and with which weights in units of 2^-11.
template <resize_filter Filter>
struct axis {
  std::vector<std::array<std::int32_t, Filter::taps>> sources, weights;

  // Single precision where OpenCV has it: the positions decide which weight is rounded up.
  axis(int from, int to) : sources(static_cast<std::size_t>(to)), weights(static_cast<std::size_t>(to)) {
    const double scale = 1.0 / (static_cast<double>(to) / from);
    for (std::size_t i = 0; i < sources.size(); ++i) {
      const auto centre = static_cast<float>(product(static_cast<double>(i) + 0.5, scale) - 0.5);
      const auto floor = static_cast<std::int32_t>(rounding::detail::floor(static_cast<double>(centre)));
      const auto w = Filter::weights(centre - static_cast<float>(floor));
      for (std::size_t k = 0; k < Filter::taps; ++k) {
        sources[i][k] =
            clamp(floor + static_cast<std::int32_t>(k) + 1 - static_cast<std::int32_t>(Filter::taps / 2), 0, from - 1);
        weights[i][k] = static_cast<std::int32_t>(rounding::half_even{}(static_cast<double>(w[k] * 2048.0f)));
      }
    }
  }
};

}  // namespace resizing

/// Stretches a picture to width x height without regard to its proportions: pixel centres at half integers, borders
/// repeated. Preconditions: both pictures have at least one pixel.
template <resize_filter Filter>
image resize(const image& in, int width, int height) {
  OCTET_EXPECTS(in.width > 0 && in.height > 0 && width > 0 && height > 0);
  constexpr std::size_t taps = Filter::taps;
  const resizing::axis<Filter> columns(in.width, width), rows(in.height, height);
  image out(width, height);
  const std::size_t n = std::size_t{3} * static_cast<std::size_t>(width);

  // Source row r, already stretched to the width, stays in line r % taps until row r + taps takes its place.
  std::vector<std::int32_t> lines(taps * n);
  std::array<int, taps> held;
  held.fill(-1);
  const auto stretched = [&](int r) {
    const std::size_t at = static_cast<std::size_t>(r) % taps;
    std::int32_t* line = lines.data() + at * n;
    if (held[at] == r) return static_cast<const std::int32_t*>(line);
    held[at] = r;
    const std::uint8_t* from = in.pixel(r, 0);
    for (std::size_t x = 0; x < columns.sources.size(); ++x) {
      const auto& source = columns.sources[x];
      const auto& weight = columns.weights[x];
      std::int32_t red = 0, green = 0, blue = 0;
      for (std::size_t k = 0; k < taps; ++k) {
        const std::uint8_t* p = from + std::ptrdiff_t{3} * source[k];
        red += p[0] * weight[k], green += p[1] * weight[k], blue += p[2] * weight[k];
      }
      line[3 * x] = red, line[3 * x + 1] = green, line[3 * x + 2] = blue;
    }
    return static_cast<const std::int32_t*>(line);
  };

  for (int y = 0; y < height; ++y) {
    const auto at = static_cast<std::size_t>(y);
    std::array<const std::int32_t*, taps> neighbours;
    for (std::size_t k = 0; k < taps; ++k) neighbours[k] = stretched(rows.sources[at][k]);
    Filter::combine(neighbours, rows.weights[at], out.pixel(y, 0), n);
  }
  return out;
}

/// With the filter that a preprocessing names.
inline image resize(const image& in, int width, int height, preprocessing::filter filter) {
  return filter == preprocessing::filter::linear ? resize<linear>(in, width, height) : resize<cubic>(in, width, height);
}

}  // namespace OCTET_ABI
}  // namespace octet::data

#endif
