#ifndef OCTET_TRAIN_WEIGHT_GRADIENT_HPP
#define OCTET_TRAIN_WEIGHT_GRADIENT_HPP

#include <octet/core/view.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/train/depthwise_products.hpp>
#include <octet/train/outer_products.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

namespace detail {

/// The window under one output pixel, of one group's input channels, as a row [KH*KW*IC/G]; zeros outside the map.
inline void gather_window(const nn::conv2d_geometry& g, map_view<const float> x, int group, int top, int left,
                          float* row) noexcept {
  const int channels = g.ic / g.groups, first = group * channels;
  for (int iy = top; iy < top + g.kh; ++iy)
    for (int ix = left; ix < left + g.kw; ++ix, row += channels) {
      if (iy >= 0 && iy < x.h && ix >= 0 && ix < x.w)
        std::copy_n(x.pixel(iy, ix) + first, channels, row);
      else
        std::fill_n(row, channels, 0.0f);
    }
}

/// Matrix product: a strip of windows is gathered into padded rows, then multiplied with the strip's output gradients. The
/// pixels of a map are such rows already where the window is one pixel and its channels fill the registers.
inline void product_weight_gradient(const nn::conv2d_geometry& g, map_view<const float> x, map_view<const float> dy,
                                    float* dw, std::vector<float>& scratch) {
  constexpr int mr = outer_products::mr, nr = outer_products::nr, strip = 96;
  const int depth = g.depth(), pitch = (depth + nr - 1) / nr * nr, oc = g.oc / g.groups;
  const int pixels = static_cast<int>(dy.shape().pixels());
  scratch.assign(static_cast<std::size_t>(strip + oc) * static_cast<std::size_t>(pitch), 0.0f);
  float* rows = scratch.data();
  float* sums = rows + std::ptrdiff_t{strip} * pitch;
  const bool in_place =
      g.kh == 1 && g.kw == 1 && g.stride == 1 && g.groups == 1 && depth == pitch && x.shape() == extent{dy.h, dy.w, x.c};
  for (int group = 0; group < g.groups; ++group) {
    std::fill_n(sums, std::ptrdiff_t{oc} * pitch, 0.0f);
    for (int first = 0; first < pixels; first += strip) {
      const int count = (std::min)(strip, pixels - first);
      for (int p = 0; p < count && !in_place; ++p)
        gather_window(g, x, group, (first + p) / dy.w * g.stride - g.pad_top, (first + p) % dy.w * g.stride - g.pad_left,
                      rows + std::ptrdiff_t{p} * pitch);
      const float* from = dy.data + first * dy.stride + std::ptrdiff_t{group} * oc;
      const float* windows = in_place ? x.data + first * x.stride : rows;
      const std::ptrdiff_t step = in_place ? x.stride : pitch;
      for (int c = 0; c < oc; c += mr)
        for (int k = 0; k < pitch; k += nr)
          outer_products::add(from + c, dy.stride, (std::min)(mr, oc - c), windows + k, step, count,
                              sums + std::ptrdiff_t{c} * pitch + k, pitch);
    }
    for (int c = 0; c < oc; ++c, dw += depth) std::copy_n(sums + std::ptrdiff_t{c} * pitch, depth, dw);
  }
}

}  // namespace detail

/// Gradient of a convolution's weights: dw[oc,ky,kx,i] = sum over the output pixels of dy times the input under the tap.
/// x [H,W,IC], dy [H',W',OC], dw [OC,KH,KW,IC/G] is overwritten. `scratch` grows as needed. Cost: as the forward pass.
inline void weight_gradient(const nn::conv2d_geometry& g, map_view<const float> x, map_view<const float> dy, float* dw,
                            std::vector<float>& scratch) {
  OCTET_EXPECTS(x.c == g.ic && dy.shape() == g.output(x.shape()));
  if (g.depthwise())
    depthwise_weight_gradient(g, x, dy, dw, scratch);
  else
    detail::product_weight_gradient(g, x, dy, dw, scratch);
}

/// Gradient of a bias: db[c] = sum of dy over the pixels; overwritten.
inline void bias_gradient(map_view<const float> dy, float* db) noexcept {
  std::fill_n(db, dy.c, 0.0f);
  for (int y = 0; y < dy.h; ++y)
    for (int x = 0; x < dy.w; ++x) {
      const float* OCTET_RESTRICT from = dy.pixel(y, x);
      float* OCTET_RESTRICT to = db;
      int c = 0;
      for (; c + 8 <= dy.c; c += 8)
        for (int k = 0; k < 8; ++k) to[c + k] += from[c + k];
      for (; c < dy.c; ++c) to[c] += from[c];
    }
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
