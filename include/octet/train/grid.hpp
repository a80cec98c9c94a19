#ifndef OCTET_TRAIN_GRID_HPP
#define OCTET_TRAIN_GRID_HPP

#include <octet/core/fixed_point.hpp>
#include <octet/core/view.hpp>
#include <octet/nn/activate.hpp>
#include <octet/nn/chunks.hpp>
#include <octet/train/estimator.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// The real numbers that a map's int8 values stand for, per channel: s * q for integers q from lo to hi (-128 and 127 less
/// the zero point).
struct grid {
  std::vector<float> scale, inverse, lo, hi;

  int channels() const noexcept { return static_cast<int>(scale.size()); }
  void push(double s, int zero_point) {
    scale.push_back(static_cast<float>(s));
    inverse.push_back(static_cast<float>(1.0 / s));
    lo.push_back(static_cast<float>(-128 - zero_point));
    hi.push_back(static_cast<float>(127 - zero_point));
  }
};

namespace detail {

/// The nearest integer, ties to even, of |x| < 2^22.
constexpr float nearest(float x) noexcept { return (x + 12582912.0f) - 12582912.0f; }

/// body(pixel, first channel, width) over the whole map.
template <class Body>
void for_chunks(extent e, Body&& body) noexcept {
  const auto pixels = static_cast<std::ptrdiff_t>(e.pixels());
  for (std::ptrdiff_t p = 0; p < pixels; ++p) nn::in_chunks(e.c, [&](int c, auto width) { body(p, c, width); });
}

/// d act / dx.
template <class F>
void with_slope(const nn::activation& act, F&& f) {
  using kind = nn::activation::kind;
  const float a = act.a, b = act.b;
  switch (act.function) {
    case kind::none:
      return f([](float) { return 1.0f; });
    case kind::clip:
      // No branch, so that loops become vector instructions.
      return f([=](float x) { return static_cast<float>(int{x >= a} & int{x <= b}); });
    case kind::hard_swish:
      return f([](float x) {
        const float between = (2.0f * clamp(x, -3.0f, 3.0f) + 3.0f) * (1.0f / 6.0f);
        return static_cast<float>(int{x > -3.0f} & int{x < 3.0f}) * between + static_cast<float>(x >= 3.0f);
      });
    case kind::hard_sigmoid:
      return f([=](float x) { return a * x + b > 0.0f && a * x + b < 1.0f ? a : 0.0f; });
    case kind::sigmoid:
      return f([](float x) {
        const float y = 1.0f / (1.0f + nn::exponential(-x));
        return y * (1.0f - y);
      });
  }
}

}  // namespace detail

/// value = the point of the grid nearest to act(raw); act(raw) itself where there is no grid. Dense maps of one shape.
inline void finish_forward(map_view<const float> raw, const nn::activation& act, const grid* g, map_view<float> value) {
  nn::with_function(act, [&](auto function) {
    detail::for_chunks(raw.shape(), [&](std::ptrdiff_t p, int c, auto width) {
      const float* from = raw.data + p * raw.stride + c;
      float y[width];
      for (int k = 0; k < width; ++k) y[k] = function(from[k]);
      if (g) {
        const float *s = g->scale.data() + c, *inverse = g->inverse.data() + c, *lo = g->lo.data() + c,
                    *hi = g->hi.data() + c;
        for (int k = 0; k < width; ++k) y[k] = detail::nearest(clamp(y[k] * inverse[k], lo[k], hi[k])) * s[k];
      }
      float* to = value.data + p * value.stride + c;
      for (int k = 0; k < width; ++k) to[k] = y[k];
    });
  });
}

/// Gradient of `raw` (overwritten) from that of `value`. ds, dz [C]: sums for scale and zero point are added to them where
/// `Estimator` trains these.
template <estimator Estimator>
void finish_backward(map_view<const float> raw, const nn::activation& act, const grid* g, map_view<const float> dvalue,
                     map_view<float> draw, float* ds, float* dz) {
  nn::with_function(act, [&](auto function) {
    detail::with_slope(act, [&](auto slope) {
      detail::for_chunks(raw.shape(), [&](std::ptrdiff_t p, int c, auto width) {
        const float *x = raw.data + p * raw.stride + c, *from = dvalue.data + p * dvalue.stride + c;
        float d[width];
        for (int k = 0; k < width; ++k) d[k] = from[k];
        if (g) {
          const float *s = g->scale.data() + c, *inverse = g->inverse.data() + c, *lo = g->lo.data() + c,
                      *hi = g->hi.data() + c;
          // Apart, and without arithmetic that depends on a condition, these loops become vector instructions.
          float v[width], q[width], in[width], sums[width];
          for (int k = 0; k < width; ++k) v[k] = function(x[k]) * inverse[k];
          for (int k = 0; k < width; ++k) q[k] = detail::nearest(clamp(v[k], lo[k], hi[k]));
          for (int k = 0; k < width; ++k) in[k] = static_cast<float>(int{v[k] >= lo[k]} & int{v[k] <= hi[k]});
          if constexpr (Estimator::trains_scale) {
            for (int k = 0; k < width; ++k) sums[k] = ds[c + k] + d[k] * Estimator::scale_slope(v[k], q[k], in[k]);
            for (int k = 0; k < width; ++k) ds[c + k] = sums[k];
          }
          if constexpr (Estimator::trains_zero) {
            for (int k = 0; k < width; ++k) q[k] = -d[k] * s[k];
            for (int k = 0; k < width; ++k) sums[k] = dz[c + k] + (1 - in[k]) * q[k];
            for (int k = 0; k < width; ++k) dz[c + k] = sums[k];
          }
          for (int k = 0; k < width; ++k) d[k] *= in[k];
        }
        for (int k = 0; k < width; ++k) d[k] *= slope(x[k]);
        std::copy_n(d, static_cast<int>(width), draw.data + p * draw.stride + c);
      });
    });
  });
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
