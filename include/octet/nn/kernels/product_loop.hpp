#ifndef OCTET_NN_KERNELS_PRODUCT_LOOP_HPP
#define OCTET_NN_KERNELS_PRODUCT_LOOP_HPP

#include <octet/core/view.hpp>
#include <octet/nn/finish.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/nn/kernels/weight_block.hpp>

#include <cstddef>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Convolutions with one group as matrix products: output pixels x [KH*KW*IC] times [KH*KW*IC] x OC.
/// A strip of output pixels is gathered into rows of `Tile::element`, then multiplied with one block of `nr` output channels
/// after the other, so that the strip stays in the L1 cache and each block's weights are read once per strip.
/// What the arithmetic is, `Tile` says:
///   value, element, sum     types of maps, gathered rows and sums
///   mr, nr, kr              pixels and channels per tile; rows are as long as a multiple of kr, with anything in the rest
///   shifted                 true if rows hold values less their low limit
///   block_size(length)      bytes of a packed block for rows of that length, a multiple of 64
///   pack(block, length, to)                          arranges a weight_block
///   widen(from, count, to), or (from, count, low, to) if shifted
///   multiply(rows, pitch, count, block, channels, sums)   sums[count][nr] = rows[count] . block, for `channels` <= nr
template <class Tile, class Arch>
struct product_loop {
  using value = typename Tile::value;
  using element = typename Tile::element;
  using sum = typename Tile::sum;
  static constexpr int mr = Tile::mr, nr = Tile::nr;
  static constexpr const char* name = Tile::name;

  static constexpr std::size_t packed_size(const conv2d_geometry& g) noexcept {
    return lows_size(g) + std::size_t((g.oc + nr - 1) / nr) * Tile::block_size(row_length(g));
  }

  /// The low limits of a row's values if they are needed, then the blocks.
  static void pack(const conv2d_geometry& g, const value* weights, value_limits limits, std::byte* packed) noexcept {
    const int depth = g.depth();
    if constexpr (Tile::shifted) {
      const weight_block<value> any{weights, 0, depth, g.ic, limits};
      for (int k = 0; k < int(lows_size(g)); ++k) reinterpret_cast<value*>(packed)[k] = static_cast<value>(any.low(k));
      packed += lows_size(g);
    }
    for (int c = 0; c < g.oc; c += nr, packed += Tile::block_size(row_length(g)))
      Tile::pack(
          weight_block<value>{weights + std::ptrdiff_t{c} * depth, g.oc - c < nr ? g.oc - c : nr, depth, g.ic, limits},
          row_length(g), packed);
  }

  /// Instructions of all tiles for one row of pixels, as Tile::cost(length, block) counts them for one block.
  static int cost(const conv2d_geometry& g, const std::byte* packed) noexcept {
    int sum = 0;
    packed += lows_size(g);
    for (int c = 0; c < g.oc; c += nr, packed += Tile::block_size(row_length(g))) sum += Tile::cost(row_length(g), packed);
    return sum;
  }

  static constexpr std::size_t scratch_size(const conv2d_geometry& g, extent) noexcept {
    return sums_offset(g) + std::size_t(strip_length(g)) * nr * sizeof(sum);
  }

  template <class Epilogue>
  static void run(const conv2d_geometry& g, const std::byte* packed, map_view<const value> in, const value* pad,
                  const Epilogue& epilogue, map_view<value> out, int row_begin, int row_end, std::byte* scratch) noexcept {
    auto* rows = reinterpret_cast<element*>(scratch);
    auto* sums = reinterpret_cast<sum*>(scratch + sums_offset(g));
    const int pitch = row_length(g), strip = strip_length(g), end = row_end * out.w;
    for (int first = row_begin * out.w; first < end; first += strip) {
      const int count = end - first < strip ? end - first : strip;
      gather(g, in, pad, reinterpret_cast<const value*>(packed), out.w, first, count, rows);
      const std::byte* block = packed + lows_size(g);
      value* to = out.data + first * out.stride;
      for (int channel = 0; channel < g.oc; channel += nr, block += Tile::block_size(pitch)) {
        const int channels = g.oc - channel < nr ? g.oc - channel : nr;
        for (int r = 0; r < count; r += mr)
          Tile::multiply(rows + std::ptrdiff_t{r} * pitch, pitch, count - r < mr ? count - r : mr, block, channels,
                         sums + std::ptrdiff_t{r} * nr);
        finish<Arch>(epilogue, sums, nr, count, channel, channels, to + channel, out.stride);
      }
    }
  }

 private:
  static constexpr int slack = 16;  // values that may be read from lows and written to rows behind the last

  static constexpr int row_length(const conv2d_geometry& g) noexcept { return round_up(g.depth(), Tile::kr); }
  static constexpr std::size_t lows_size(const conv2d_geometry& g) noexcept {
    return Tile::shifted ? std::size_t(round_up(row_length(g) + slack, 64)) : 0;
  }
  static constexpr int strip_length(const conv2d_geometry& g) noexcept {
    const int rows = 16384 / (row_length(g) * int{sizeof(element)}) / mr * mr;
    return rows < mr ? mr : rows > 16 * mr ? 16 * mr : rows;
  }
  static constexpr std::size_t sums_offset(const conv2d_geometry& g) noexcept {
    return std::size_t(round_up((strip_length(g) * row_length(g) + slack) * int{sizeof(element)}, 64));
  }

  static void widen(const value* from, int count, [[maybe_unused]] const value* low, element* to) noexcept {
    if constexpr (Tile::shifted)
      Tile::widen(from, count, low, to);
    else
      Tile::widen(from, count, to);
  }

  static void gather(const conv2d_geometry& g, map_view<const value> in, const value* pad, const value* low, int width,
                     int first, int count, element* row) noexcept {
    const int pitch = row_length(g);
    if (g.pointwise()) {
      for (int p = first; p < first + count; ++p, row += pitch) widen(in.data + p * in.stride, g.ic, low, row);
      return;
    }
    int y = first / width, x = first % width;
    for (int i = 0; i < count; ++i, row += pitch) {
      gather_window(g, in, pad, low, y * g.stride - g.pad_top, x * g.stride - g.pad_left, row);
      if (++x == width) x = 0, ++y;
    }
  }

  static void gather_window(const conv2d_geometry& g, map_view<const value> in, const value* pad, const value* low, int top,
                            int left, element* row) noexcept {
    const bool adjacent = left >= 0 && left + g.kw <= in.w && in.stride == in.c;
    for (int y = top; y < top + g.kh; ++y) {
      const bool inside = y >= 0 && y < in.h;
      if (inside && adjacent) {
        // A constant count is much faster, and what it writes too much is overwritten by what follows.
        const int length = g.kw * g.ic;
        if (length <= slack && left * g.ic + slack <= in.w * g.ic)
          widen(in.pixel(y, left), slack, low, row);
        else
          widen(in.pixel(y, left), length, low, row);
        row += length, low += length;
        continue;
      }
      for (int x = left; x < left + g.kw; ++x, row += g.ic, low += g.ic) {
        if (inside && x >= 0 && x < in.w)
          widen(in.pixel(y, x), g.ic, low, row);
        else if (pad)
          widen(pad, g.ic, low, row);
        else
          for (int i = 0; i < g.ic; ++i) row[i] = element{0};
      }
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
