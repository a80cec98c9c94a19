#ifndef OCTET_NN_KERNELS_FEW_CHANNELS_LOOP_HPP
#define OCTET_NN_KERNELS_FEW_CHANNELS_LOOP_HPP

#include <octet/core/view.hpp>
#include <octet/nn/finish.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/nn/kernels/weight_block.hpp>

#include <cstddef>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Convolutions of stride 1 with so few output channels that most lanes of a product_loop would idle. Each input pixel is
/// multiplied with the weights of all taps of all channels, as if these were output channels of a pointwise convolution; an
/// output then adds up one product of each pixel in its window. `Tile` is as in product_loop.hpp, with integer sums.
template <class Tile, class Arch>
struct few_channels_loop {
  using value = typename Tile::value;
  using element = typename Tile::element;
  using sum = typename Tile::sum;
  static constexpr int mr = Tile::mr, nr = Tile::nr;
  static constexpr const char* name = Tile::name;

  static constexpr bool serves(const conv2d_geometry& g) noexcept {
    return g.groups == 1 && g.stride == 1 && g.oc <= 4 && g.kh * g.kw > 1;
  }

  static constexpr std::size_t packed_size(const conv2d_geometry& g) noexcept {
    return lows_size(g) + std::size_t(products(g) / nr) * Tile::block_size(row_length(g));
  }

  static void pack(const conv2d_geometry& g, const value* weights, value_limits limits, std::byte* packed) noexcept {
    const int all = g.oc * g.kh * g.kw;
    if constexpr (Tile::shifted) {
      const weight_block<value> any{weights, 0, g.ic, g.ic, limits};
      for (int k = 0; k < int(lows_size(g)); ++k) reinterpret_cast<value*>(packed)[k] = static_cast<value>(any.low(k));
      packed += lows_size(g);
    }
    for (int c = 0; c < all; c += nr, packed += Tile::block_size(row_length(g)))
      Tile::pack(weight_block<value>{weights + std::ptrdiff_t{c} * g.ic, all - c < nr ? all - c : nr, g.ic, g.ic, limits},
                 row_length(g), packed);
  }

  static constexpr std::size_t scratch_size(const conv2d_geometry& g, extent in) noexcept { return layout(g, in.w).size; }

  template <class Epilogue>
  static void run(const conv2d_geometry& g, const std::byte* packed, map_view<const value> in, const value* pad,
                  const Epilogue& epilogue, map_view<value> out, int row_begin, int row_end, std::byte* scratch) noexcept {
    const layout at(g, in.w);
    const int length = products(g), width = line_width(g, in.w);
    auto* ring = reinterpret_cast<sum*>(scratch + at.ring);
    auto* outside = reinterpret_cast<sum*>(scratch + at.outside);
    auto* sums = reinterpret_cast<sum*>(scratch + at.sums);
    auto* rows = reinterpret_cast<element*>(scratch + at.rows);
    const auto line = [&](int y) { return ring + (y + g.pad_top) % g.kh * std::ptrdiff_t{width} * length; };
    if (pad) {
      multiply(g, packed, pad, 0, 1, rows, outside);
      for (int x = 1; x < width; ++x) copy(outside, length, outside + std::ptrdiff_t{x} * length);
    }
    int known = row_begin - g.pad_top;  // lines below it are in the ring
    for (int y = row_begin; y < row_end; ++y) {
      for (; known < y - g.pad_top + g.kh; ++known) {
        if (known < 0 || known >= in.h) continue;
        sum* to = line(known);
        copy(outside, g.pad_left * length, to);
        to += std::ptrdiff_t{g.pad_left} * length;
        for (int x = 0; x < in.w; x += mr)
          multiply(g, packed, in.pixel(known, x), in.stride, in.w - x < mr ? in.w - x : mr, rows,
                   to + std::ptrdiff_t{x} * length);
        copy(outside, g.pad_right * length, to + std::ptrdiff_t{in.w} * length);
      }
      for (int i = 0; i < out.w * g.oc; ++i) sums[i] = 0;
      for (int ky = 0; ky < g.kh; ++ky) {
        const int row = y - g.pad_top + ky;
        const sum* from = row < 0 || row >= in.h ? outside : line(row);
        for (int x = 0; x < out.w; ++x)
          for (int c = 0; c < g.oc; ++c)
            for (int kx = 0; kx < g.kw; ++kx)
              sums[x * g.oc + c] += from[std::ptrdiff_t{x + kx} * length + (c * g.kh + ky) * g.kw + kx];
      }
      finish<Arch>(epilogue, sums, g.oc, out.w, 0, g.oc, out.pixel(y, 0), out.stride);
    }
  }

 private:
  static constexpr int slack = 16;  // values that may be read from lows and written to rows behind the last

  static constexpr int row_length(const conv2d_geometry& g) noexcept { return round_up(g.ic, Tile::kr); }
  static constexpr int products(const conv2d_geometry& g) noexcept { return round_up(g.oc * g.kh * g.kw, nr); }
  static constexpr int line_width(const conv2d_geometry& g, int width) noexcept { return width + g.pad_left + g.pad_right; }
  static constexpr std::size_t lows_size(const conv2d_geometry& g) noexcept {
    return Tile::shifted ? std::size_t(round_up(row_length(g) + slack, 64)) : 0;
  }

  struct layout {
    std::size_t rows = 0, tile, outside, ring, sums, size;
    constexpr layout(const conv2d_geometry& g, int width) noexcept {
      constexpr auto align = [](std::size_t x) { return (x + 63) / 64 * 64; };
      const std::size_t line = std::size_t(line_width(g, width)) * std::size_t(products(g)) * sizeof(sum);
      tile = align(std::size_t(mr * row_length(g) + slack) * sizeof(element));
      outside = align(tile + std::size_t(mr) * nr * sizeof(sum));
      ring = align(outside + line);
      sums = align(ring + std::size_t(g.kh) * line);
      size = align(sums + std::size_t(line_width(g, width)) * std::size_t(g.oc) * sizeof(sum));
    }
  };

  static void copy(const sum* from, int count, sum* to) noexcept {
    for (int i = 0; i < count; ++i) to[i] = from[i];
  }

  /// to[count][products] for `count` <= mr pixels; `rows` is scratch for them and, behind, for a tile of sums.
  static void multiply(const conv2d_geometry& g, const std::byte* packed, const value* from, std::ptrdiff_t stride,
                       int count, element* rows, sum* to) noexcept {
    const int length = row_length(g), all = products(g);
    for (int r = 0; r < count; ++r) {
      if constexpr (Tile::shifted)
        Tile::widen(from + r * stride, g.ic, reinterpret_cast<const value*>(packed), rows + r * length);
      else
        Tile::widen(from + r * stride, g.ic, rows + r * length);
    }
    auto* tile = reinterpret_cast<sum*>(reinterpret_cast<std::byte*>(rows) + layout(g, 1).tile);
    packed += lows_size(g);
    for (int c = 0; c < all; c += nr, packed += Tile::block_size(length)) {
      Tile::multiply(rows, length, count, packed, nr, tile);
      for (int r = 0; r < count; ++r) copy(tile + r * nr, nr, to + std::ptrdiff_t{r} * all + c);
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
