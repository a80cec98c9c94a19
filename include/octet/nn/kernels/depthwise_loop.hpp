#ifndef OCTET_NN_KERNELS_DEPTHWISE_LOOP_HPP
#define OCTET_NN_KERNELS_DEPTHWISE_LOOP_HPP

#include <octet/core/view.hpp>
#include <octet/nn/finish.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/nn/limits.hpp>

#include <cstddef>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Depthwise convolutions, `nr` channels at a time. Input rows are gathered, `kr` adjacent ones interleaved, with their
/// borders into a ring of lines, so that each is gathered once for all output rows that read it, and the inner loop knows
/// no borders. What the arithmetic is, `Tile` says:
///   value, element, weight, sum   types of maps, gathered lines, packed weights and sums
///   mr, nr, kr                    pixels and channels per tile, input rows per line
///   interleave(rows, count, to)   kr pointers to `count` <= nr values -> to[nr][kr], zeros behind `count`
///   multiply(lines, line_count, at, kw, stride, count, weights, sums)
///       sums[count][nr] = the window of `lines` from element `at`, for `count` <= mr outputs, times
///       weights[line_count][kw][nr][kr]
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

  /// [C/nr][KH/kr][KW][nr][kr], filled up with zeros.
  static void pack(const conv2d_geometry& g, const value* weights, value_limits, std::byte* packed) noexcept {
    auto* to = reinterpret_cast<weight*>(packed);
    for (int block = 0; block < g.oc; block += nr)
      for (int line = 0; line < lines(g); ++line)
        for (int kx = 0; kx < g.kw; ++kx)
          for (int c = block; c < block + nr; ++c)
            for (int ky = line * kr; ky < line * kr + kr; ++ky)
              *to++ = c < g.oc && ky < g.kh ? static_cast<weight>(weights[(std::ptrdiff_t{c} * g.kh + ky) * g.kw + kx])
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
    auto** window = reinterpret_cast<const element**>(scratch + at.window);
    auto* ring = reinterpret_cast<element*>(scratch + at.ring);
    auto* sums = reinterpret_cast<sum*>(scratch + at.sums);
    const auto* weights = reinterpret_cast<const weight*>(packed);
    for (int channel = 0; channel < g.oc; channel += nr, weights += block_length(g)) {
      const int channels = g.oc - channel < nr ? g.oc - channel : nr;
      for (int i = 0; i < slots(g); ++i) held[i] = nothing;
      for (int y = row_begin; y < row_end; ++y) {
        for (int line = 0; line < lines(g); ++line) {
          const int top = y * g.stride - g.pad_top + line * kr;
          const int slot = (top + g.pad_top) % slots(g);
          element* to = ring + slot * at.line_length;
          if (held[slot] != top) gather(g, in, pad, channel, channels, top, out.w, to);
          held[slot] = top;
          window[line] = to;
        }
        for (int first = 0; first < out.w; first += segment) {
          const int count = out.w - first < segment ? out.w - first : segment;
          for (int x = 0; x < count; x += mr)
            Tile::multiply(window, lines(g), std::ptrdiff_t{first + x} * g.stride * nr * kr, g.kw, g.stride,
                           count - x < mr ? count - x : mr, weights, sums + std::ptrdiff_t{x} * nr);
          finish<Arch>(epilogue, sums, nr, count, channel, channels, out.pixel(y, first) + channel, out.stride);
        }
      }
    }
  }

 private:
  static constexpr int segment = 64;  // outputs whose sums wait for the epilogue in the L1 cache
  static constexpr int nothing = -(1 << 30);

  static constexpr int lines(const conv2d_geometry& g) noexcept { return (g.kh + kr - 1) / kr; }
  static constexpr int block_length(const conv2d_geometry& g) noexcept { return lines(g) * g.kw * nr * kr; }
  /// Lines begin at every input row; this many distinct ones lie between the first and the last of a window.
  static constexpr int slots(const conv2d_geometry& g) noexcept { return (lines(g) - 1) * kr + 1; }
  static constexpr int columns(const conv2d_geometry& g, int width) noexcept { return (width - 1) * g.stride + g.kw; }

  struct layout {
    std::size_t held = 0, window, ring, sums, size;
    std::ptrdiff_t line_length;
    constexpr layout(const conv2d_geometry& g, int width) noexcept {
      constexpr auto align = [](std::size_t x) { return (x + 63) / 64 * 64; };
      line_length = std::ptrdiff_t{columns(g, width)} * nr * kr;
      window = align(std::size_t(slots(g)) * sizeof(int));
      ring = align(window + std::size_t(lines(g)) * sizeof(void*));
      sums = align(ring + std::size_t(slots(g)) * std::size_t(line_length) * sizeof(element));
      size = sums + std::size_t{segment} * nr * sizeof(sum);
    }
  };

  static void gather(const conv2d_geometry& g, map_view<const value> in, const value* pad, int channel, int channels,
                     int top, int width, element* to) noexcept {
    static constexpr value zeros[nr] = {};
    const value* outside = pad ? pad + channel : zeros;
    const int end = columns(g, width) - g.pad_left, inside = end < in.w ? end : in.w;
    const auto fill = [&](int from, int until, bool within) {
      const value* rows[kr];
      std::ptrdiff_t step[kr];
      for (int i = 0; i < kr; ++i) {
        const int y = top + i;
        const bool exists = within && y >= 0 && y < in.h;
        rows[i] = exists ? in.pixel(y, from) + channel : outside;
        step[i] = exists ? in.stride : 0;
      }
      for (int x = from; x < until; ++x, to += nr * kr) {
        Tile::interleave(rows, channels, to);
        for (int i = 0; i < kr; ++i) rows[i] += step[i];
      }
    };
    fill(-g.pad_left, end < 0 ? end : 0, false);
    fill(0, inside, true);
    fill(inside, end, false);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
