#ifndef OCTET_NN_KERNELS_PRODUCT_LOOP_HPP
#define OCTET_NN_KERNELS_PRODUCT_LOOP_HPP

#include <octet/core/view.hpp>
#include <octet/nn/finish.hpp>
#include <octet/nn/geometry.hpp>

#include <cstddef>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

constexpr int round_up(int x, int multiple) noexcept { return (x + multiple - 1) / multiple * multiple; }

/// Convolutions with one group as matrix products: output pixels x [KH*KW*IC] times [KH*KW*IC] x OC.
/// A strip of output pixels is gathered into rows of `Tile::element`, then multiplied with one block of `nr` output channels
/// after the other, so that the strip stays in the L1 cache and each block's weights are read once per strip.
/// What the arithmetic is, `Tile` says:
///   value, element, weight, sum    types of maps, gathered rows, packed weights and sums
///   mr, nr, kr                     pixels and channels per tile, depth of one step
///   offset                         what widen adds to values. If that is not 0, a block of weights begins with [nr] sums,
///                                  -offset times the sum of each channel's weights, from which multiply starts
///   widen(from, count, to)         value -> element
///   multiply(rows, pitch, count, weights, steps, channels, sums)   sums[count][nr] = rows[count] . weights[steps][nr][kr]
template <class Tile, class Arch>
struct product_loop {
  using value = typename Tile::value;
  using element = typename Tile::element;
  using weight = typename Tile::weight;
  using sum = typename Tile::sum;
  static constexpr int mr = Tile::mr, nr = Tile::nr, kr = Tile::kr;
  static constexpr const char* name = Tile::name;

  static constexpr std::size_t packed_size(const conv2d_geometry& g) noexcept {
    return std::size_t(round_up(g.oc, nr) / nr) * std::size_t(block_length(g)) * sizeof(weight);
  }

  /// [OC/nr] blocks of [depth/kr][nr][kr], filled up with zeros.
  static void pack(const conv2d_geometry& g, const value* weights, std::byte* packed) noexcept {
    auto* to = reinterpret_cast<weight*>(packed);
    for (int block = 0; block < g.oc; block += nr) {
      if constexpr (Tile::offset != 0) {
        for (int c = block; c < block + nr; ++c, to += sizeof(sum)) {
          sum start = 0;
          for (int i = 0; c < g.oc && i < g.depth(); ++i) start -= Tile::offset * weights[std::ptrdiff_t{c} * g.depth() + i];
          __builtin_memcpy(to, &start, sizeof start);
        }
      }
      for (int k = 0; k < row_length(g); k += kr)
        for (int c = block; c < block + nr; ++c)
          for (int i = k; i < k + kr; ++i)
            *to++ = c < g.oc && i < g.depth() ? static_cast<weight>(weights[std::ptrdiff_t{c} * g.depth() + i]) : weight{0};
    }
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
      gather(g, in, pad, out.w, first, count, rows);
      const auto* weights = reinterpret_cast<const weight*>(packed);
      value* to = out.data + first * out.stride;
      for (int channel = 0; channel < g.oc; channel += nr, weights += block_length(g)) {
        const int channels = g.oc - channel < nr ? g.oc - channel : nr;
        for (int r = 0; r < count; r += mr)
          Tile::multiply(rows + std::ptrdiff_t{r} * pitch, pitch, count - r < mr ? count - r : mr, weights, pitch / kr,
                         channels, sums + std::ptrdiff_t{r} * nr);
        finish<Arch>(epilogue, sums, nr, count, channel, channels, to + channel, out.stride);
      }
    }
  }

 private:
  static constexpr int row_length(const conv2d_geometry& g) noexcept { return round_up(g.depth(), kr); }
  static constexpr int block_length(const conv2d_geometry& g) noexcept {
    return nr * row_length(g) + (Tile::offset != 0 ? nr * int{sizeof(sum)} / int{sizeof(weight)} : 0);
  }
  static constexpr int strip_length(const conv2d_geometry& g) noexcept {
    const int rows = 16384 / (row_length(g) * int{sizeof(element)}) / mr * mr;
    return rows < mr ? mr : rows > 16 * mr ? 16 * mr : rows;
  }
  static constexpr std::size_t sums_offset(const conv2d_geometry& g) noexcept {
    return std::size_t(round_up(strip_length(g) * row_length(g) * int{sizeof(element)}, 64));
  }

  static void gather(const conv2d_geometry& g, map_view<const value> in, const value* pad, int width, int first, int count,
                     element* row) noexcept {
    const int pitch = row_length(g);
    for (int p = first; p < first + count; ++p, row += pitch) {
      for (int k = g.depth(); k < pitch; ++k) row[k] = element{0};
      if (g.pointwise())
        Tile::widen(in.data + p * in.stride, g.ic, row);
      else
        gather_window(g, in, pad, p / width * g.stride - g.pad_top, p % width * g.stride - g.pad_left, row);
    }
  }

  static void gather_window(const conv2d_geometry& g, map_view<const value> in, const value* pad, int top, int left,
                            element* row) noexcept {
    const bool adjacent = left >= 0 && left + g.kw <= in.w && in.stride == in.c;
    for (int y = top; y < top + g.kh; ++y) {
      const bool inside = y >= 0 && y < in.h;
      if (inside && adjacent) {
        Tile::widen(in.pixel(y, left), g.kw * g.ic, row);
        row += g.kw * g.ic;
        continue;
      }
      for (int x = left; x < left + g.kw; ++x, row += g.ic) {
        if (inside && x >= 0 && x < in.w)
          Tile::widen(in.pixel(y, x), g.ic, row);
        else if (pad)
          Tile::widen(pad, g.ic, row);
        else
          for (int i = 0; i < g.ic; ++i) row[i] = element{0};
      }
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
