#ifndef OCTET_TRAIN_MOVE_GRADIENT_HPP
#define OCTET_TRAIN_MOVE_GRADIENT_HPP

#include <octet/core/view.hpp>
#include <octet/nn/geometry.hpp>

#include <algorithm>

/// Gradients of the operations without parameters. Each overwrites the gradient of one input; maps do not overlap.
namespace octet::train {
inline namespace OCTET_ABI {

namespace detail {

inline void zero(map_view<float> map) noexcept {
  for (int y = 0; y < map.h; ++y)
    for (int x = 0; x < map.w; ++x) std::fill_n(map.pixel(y, x), map.c, 0.0f);
}

}  // namespace detail

/// The channels [first, first + dy.c) of dx take dy, the others 0.
inline void slice_gradient(map_view<const float> dy, int first, map_view<float> dx) noexcept {
  detail::zero(dx);
  for (int y = 0; y < dy.h; ++y)
    for (int x = 0; x < dy.w; ++x) std::copy_n(dy.pixel(y, x), dy.c, dx.pixel(y, x) + first);
}

/// The inverse of nn::shuffle.
inline void shuffle_gradient(map_view<const float> dy, int groups, map_view<float> dx) noexcept {
  const int size = dy.c / groups;
  for (int y = 0; y < dy.h; ++y)
    for (int x = 0; x < dy.w; ++x) {
      const float* from = dy.pixel(y, x);
      float* to = dx.pixel(y, x);
      for (int k = 0; k < size; ++k)
        for (int g = 0; g < groups; ++g) to[g * size + k] = *from++;
    }
}

/// Every input pixel takes the sum over its copies.
inline void resize_nearest_gradient(map_view<const float> dy, int factor, map_view<float> dx) noexcept {
  detail::zero(dx);
  for (int y = 0; y < dy.h; ++y)
    for (int x = 0; x < dy.w; ++x) {
      const float* from = dy.pixel(y, x);
      float* to = dx.pixel(y / factor, x / factor);
      for (int c = 0; c < dy.c; ++c) to[c] += from[c];
    }
}

/// The first largest value of each window takes the window's gradient.
inline void max_pool_gradient(map_view<const float> x, map_view<const float> dy, const nn::pool_geometry& g,
                              map_view<float> dx) noexcept {
  detail::zero(dx);
  for (int row = 0; row < dy.h; ++row)
    for (int col = 0; col < dy.w; ++col) {
      const int top = (std::max)(row * g.stride - g.pad, 0), left = (std::max)(col * g.stride - g.pad, 0);
      const int bottom = (std::min)(row * g.stride - g.pad + g.kernel, x.h);
      const int right = (std::min)(col * g.stride - g.pad + g.kernel, x.w);
      for (int c = 0; c < x.c; ++c) {
        int iy = top, ix = left;
        for (int i = top; i < bottom; ++i)
          for (int j = left; j < right; ++j)
            if (x.pixel(i, j)[c] > x.pixel(iy, ix)[c]) iy = i, ix = j;
        dx.pixel(iy, ix)[c] += dy.pixel(row, col)[c];
      }
    }
}

/// dx[y,x,c] = dy[c] / (H * W).
inline void global_average_pool_gradient(map_view<const float> dy, map_view<float> dx) noexcept {
  const float factor = 1.0f / static_cast<float>(dx.shape().pixels());
  for (int y = 0; y < dx.h; ++y)
    for (int x = 0; x < dx.w; ++x)
      for (int c = 0; c < dx.c; ++c) dx.pixel(y, x)[c] = dy.data[c] * factor;
}

/// Gradient of one factor of a product. `other` is the other factor; where either is a gate [1,1,C], it is spread over the
/// pixels, and its gradient is the sum over them.
inline void multiply_gradient(map_view<const float> dy, map_view<const float> other, map_view<float> dx) noexcept {
  const bool gate = other.shape().pixels() == 1, sum = dx.shape().pixels() == 1;
  detail::zero(dx);
  for (int y = 0; y < dy.h; ++y)
    for (int x = 0; x < dy.w; ++x) {
      const float *from = dy.pixel(y, x), *factor = gate ? other.data : other.pixel(y, x);
      float* to = sum ? dx.data : dx.pixel(y, x);
      for (int c = 0; c < dy.c; ++c) to[c] += from[c] * factor[c];
    }
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
