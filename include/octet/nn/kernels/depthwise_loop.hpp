#ifndef OCTET_NN_KERNELS_DEPTHWISE_LOOP_HPP
#define OCTET_NN_KERNELS_DEPTHWISE_LOOP_HPP

#include <octet/core/view.hpp>
#include <octet/nn/finish.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/nn/limits.hpp>

#include <cstddef>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Depthwise convolutions, `nr` channels at a time. Each input row is gathered once, with its borders, `kr` neighbouring
/// pixels interleaved, into a ring of lines, so that the inner loop knows no borders. Outputs read a line every `kr` pixels;
/// where the stride is a multiple of kr, the positions between are left out.
/// What the arithmetic is, `Tile` says:
///   value, element, weight, sum   types of maps, gathered lines, packed weights and sums
///   mr, nr, kr                    pixels and channels per tile, taps per product
///   interleave(pixels, count, to)   kr pointers to `count` <= nr values -> to[nr][kr], zeros behind `count`
///   multiply(window, count, weights, sums)   sums[count][nr] for `count` <= mr outputs
/// Where a tile's outputs find their taps: output i, row y, group of taps k at lines[y][i * output_step + k * group_step].
template <class Element>
struct depthwise_window {
  const Element* const* lines;
  int rows, groups;
  std::ptrdiff_t at, output_step, group_step;
};

template <class Tile, class Arch>
struct depthwise_loop {
  using value = typename Tile::value;
  using element = typename Tile::element;
  using weight = typename Tile::weight;
  using sum = typename Tile::sum;
  static constexpr int mr = Tile::mr, nr = Tile::nr, kr = Tile::kr;
  static constexpr const char* name = Tile::name;

  static constexpr std::size_t packed_size(const conv2d_geometry& g) noexcept {
    return std::size_t((g.oc + nr - 1) / nr) * std::size_t(block_length(g)) * sizeof(weight);
  }

  /// [C/nr][KH][KW/kr][nr][kr], filled up with zeros.
  static void pack(const conv2d_geometry& g, const value* weights, value_limits, std::byte* packed) noexcept {
    auto* to = reinterpret_cast<weight*>(packed);
    for (int block = 0; block < g.oc; block += nr)
      for (int ky = 0; ky < g.kh; ++ky)
        for (int first = 0; first < g.kw; first += kr)
          for (int c = block; c < block + nr; ++c)
            for (int kx = first; kx < first + kr; ++kx)
              *to++ = c < g.oc && kx < g.kw ? static_cast<weight>(weights[(std::ptrdiff_t{c} * g.kh + ky) * g.kw + kx])
                                            : weight{0};
  }

  static constexpr std::size_t scratch_size(const conv2d_geometry& g, extent in) noexcept {
    return layout(g, g.output(in).w).size;
  }

  template <class Epilogue>
  static void run(const conv2d_geometry& g, const std::byte* packed, map_view<const value> in, const value* pad,
                  const Epilogue& epilogue, map_view<value> out, int row_begin, int row_end, std::byte* scratch) noexcept {
    const layout at(g, out.w);
    auto* held = reinterpret_cast<int*>(scratch + at.held);
    auto** lines = reinterpret_cast<const element**>(scratch + at.lines);
    auto* ring = reinterpret_cast<element*>(scratch + at.ring);
    auto* sums = reinterpret_cast<sum*>(scratch + at.sums);
    const auto* weights = reinterpret_cast<const weight*>(packed);
    depthwise_window<element> window{
        lines, g.kh, groups(g), 0, std::ptrdiff_t{g.stride / step(g)} * nr * kr, std::ptrdiff_t{kr / step(g)} * nr * kr};
    for (int channel = 0; channel < g.oc; channel += nr, weights += block_length(g)) {
      const int channels = g.oc - channel < nr ? g.oc - channel : nr;
      for (int i = 0; i < g.kh; ++i) held[i] = nothing;
      for (int y = row_begin; y < row_end; ++y) {
        for (int ky = 0; ky < g.kh; ++ky) {
          const int row = y * g.stride - g.pad_top + ky, slot = (row + g.pad_top) % g.kh;
          element* to = ring + slot * at.line_length;
          if (held[slot] != row) gather(g, in, pad, channel, channels, row, out.w, to);
          held[slot] = row;
          lines[ky] = to;
        }
        for (int first = 0; first < out.w; first += segment) {
          const int count = out.w - first < segment ? out.w - first : segment;
          for (int x = 0; x < count; x += mr) {
            window.at = (first + x) * window.output_step;
            Tile::multiply(window, count - x < mr ? count - x : mr, weights, sums + std::ptrdiff_t{x} * nr);
          }
          finish<Arch>(epilogue, sums, nr, count, channel, channels, out.pixel(y, first) + channel, out.stride);
        }
      }
    }
  }

 private:
  static constexpr int segment = 64;  // outputs whose sums wait for the epilogue in the L1 cache
  static constexpr int nothing = -(1 << 30);

  static constexpr int groups(const conv2d_geometry& g) noexcept { return (g.kw + kr - 1) / kr; }
  static constexpr int step(const conv2d_geometry& g) noexcept { return g.stride % kr == 0 ? kr : 1; }
  static constexpr int block_length(const conv2d_geometry& g) noexcept { return g.kh * groups(g) * nr * kr; }
  static constexpr int positions(const conv2d_geometry& g, int width) noexcept {
    return ((width - 1) * g.stride + (groups(g) - 1) * kr) / step(g) + 1;
  }

  struct layout {
    std::size_t held = 0, lines, ring, sums, size;
    std::ptrdiff_t line_length;
    constexpr layout(const conv2d_geometry& g, int width) noexcept {
      constexpr auto align = [](std::size_t x) { return (x + 63) / 64 * 64; };
      line_length = std::ptrdiff_t{positions(g, width)} * nr * kr;
      lines = align(std::size_t(g.kh) * sizeof(int));
      ring = align(lines + std::size_t(g.kh) * sizeof(void*));
      sums = align(ring + std::size_t(g.kh) * std::size_t(line_length) * sizeof(element));
      size = sums + std::size_t{segment} * nr * sizeof(sum);
    }
  };

  static void gather(const conv2d_geometry& g, map_view<const value> in, const value* pad, int channel, int channels,
                     int row, int width, element* to) noexcept {
    static constexpr value zeros[std::size_t{nr}] = {};
    const value* outside = pad ? pad + channel : zeros;
    const bool exists = row >= 0 && row < in.h;
    const value* from = exists ? in.pixel(row, 0) + channel : nullptr;
    const int end = positions(g, width), by = step(g);
    const value* pixels[std::size_t{kr}];
    for (int i = 0; i < end;) {
      int x = i * by - g.pad_left;
      if (exists && x >= 0 && x + kr <= in.w) {
        for (int k = 0; k < kr; ++k) pixels[k] = from + (x + k) * in.stride;
        for (; i < end && x + kr <= in.w; ++i, x += by, to += nr * kr) {
          Tile::interleave(pixels, channels, to);
          for (int k = 0; k < kr; ++k) pixels[k] += by * in.stride;
        }
      } else {
        for (int k = 0; k < kr; ++k) pixels[k] = exists && x + k >= 0 && x + k < in.w ? from + (x + k) * in.stride : outside;
        Tile::interleave(pixels, channels, to);
        ++i, to += nr * kr;
      }
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
