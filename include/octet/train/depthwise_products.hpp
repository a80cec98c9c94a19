#ifndef OCTET_TRAIN_DEPTHWISE_PRODUCTS_HPP
#define OCTET_TRAIN_DEPTHWISE_PRODUCTS_HPP

#include <octet/core/simd.hpp>
#include <octet/core/view.hpp>
#include <octet/nn/geometry.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

namespace detail {

/// For one output row and one kernel row: sums[kx][channel] += dy[x] * in[x * stride - pad + kx] over the output columns x.
/// `Taps` columns of the kernel in registers of `Vectors` vectors each; `pitch` from one tap's sums to the next.
template <int Taps, int Vectors>
void row_products(const float* dy, std::ptrdiff_t dy_stride, int columns, const float* in, std::ptrdiff_t in_stride,
                  int left, int width, int stride, float* sums, int pitch) noexcept {
  using batch = simd::batch<float>;
  constexpr int vector = static_cast<int>(batch::size);
  batch acc[std::size_t{Taps}][std::size_t{Vectors}];
  OCTET_UNROLL
  for (auto& tap : acc) {
    OCTET_UNROLL
    for (batch& sum : tap) sum = batch(0.0f);
  }
  for (int x = 0; x < columns; ++x, dy += dy_stride, left += stride) {
    batch d[std::size_t{Vectors}];
    OCTET_UNROLL
    for (int v = 0; v < Vectors; ++v) d[v] = simd::load(dy + v * vector);
    const float* from = in + left * in_stride;
    const bool inside = left >= 0 && left + Taps <= width;
    OCTET_UNROLL
    for (int k = 0; k < Taps; ++k) {
      if (!inside && (left + k < 0 || left + k >= width)) continue;
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v)
        acc[k][v] = simd::multiply_add(d[v], simd::load(from + k * in_stride + v * vector), acc[k][v]);
    }
  }
  OCTET_UNROLL
  for (int k = 0; k < Taps; ++k) {
    OCTET_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      float* to = sums + k * pitch + v * vector;
      simd::store(to, simd::load(to) + acc[k][v]);
    }
  }
}

/// The same for any kernel width and the `count` channels that no full vectors are left for.
inline void row_products_tail(const float* dy, std::ptrdiff_t dy_stride, int columns, const float* in,
                              std::ptrdiff_t in_stride, int left, int width, int stride, int taps, int count, int pitch,
                              float* sums) noexcept {
  for (int x = 0; x < columns; ++x, dy += dy_stride, left += stride)
    for (int k = 0; k < taps; ++k)
      if (left + k >= 0 && left + k < width)
        for (int c = 0; c < count; ++c) sums[k * pitch + c] += dy[c] * in[(left + k) * in_stride + c];
}

}  // namespace detail

/// Gradient of the weights [C,KH,KW] of a depthwise convolution; overwritten. See weight_gradient.
inline void depthwise_weight_gradient(const nn::conv2d_geometry& g, map_view<const float> x, map_view<const float> dy,
                                      float* dw, std::vector<float>& scratch) {
  constexpr int nr = 2 * static_cast<int>(simd::batch<float>::size);
  const int taps = g.kh * g.kw;
  constexpr int vector = nr / 2;
  for (int channel = 0, count = 0; channel < g.oc; channel += count) {
    const int left = g.oc - channel;
    count = left >= nr ? nr : left >= vector ? vector : left;
    scratch.assign(static_cast<std::size_t>(taps) * nr, 0.0f);
    for (int row = 0; row < dy.h; ++row)
      for (int ky = 0; ky < g.kh; ++ky) {
        const int iy = row * g.stride - g.pad_top + ky;
        if (iy < 0 || iy >= x.h) continue;
        const float *from = x.pixel(iy, 0) + channel, *gradient = dy.pixel(row, 0) + channel;
        float* sums = scratch.data() + std::ptrdiff_t{ky} * g.kw * nr;
        const auto full = [&]<int Taps, int Vectors>() {
          detail::row_products<Taps, Vectors>(gradient, dy.stride, dy.w, from, x.stride, -g.pad_left, x.w, g.stride, sums,
                                              nr);
        };
        if (count == nr && g.kw == 3)
          full.template operator()<3, 2>();
        else if (count == nr && g.kw == 5)
          full.template operator()<5, 2>();
        else if (count == vector && g.kw == 3)
          full.template operator()<3, 1>();
        else if (count == vector && g.kw == 5)
          full.template operator()<5, 1>();
        else
          detail::row_products_tail(gradient, dy.stride, dy.w, from, x.stride, -g.pad_left, x.w, g.stride, g.kw, count, nr,
                                    sums);
      }
    for (int c = 0; c < count; ++c)
      for (int k = 0; k < taps; ++k)
        dw[std::ptrdiff_t{channel + c} * taps + k] = scratch[static_cast<std::size_t>(k * nr + c)];
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
