// Float operations of the graph's FP32 walk; firmware has no use for them.
#ifndef OCTET_NN_ELEMENTWISE_F32_HPP
#define OCTET_NN_ELEMENTWISE_F32_HPP

#include <octet/core/view.hpp>
#include <octet/nn/activate.hpp>

#include <cstddef>

namespace octet::nn {
inline namespace OCTET_ABI {

namespace detail {

/// out[p,c] = f(in[p,c], c). `out` may be `in`, because each value is read before the value in its place is written.
template <class F>
void for_each_value(map_view<const float> in, map_view<float> out, F f) noexcept {
  OCTET_EXPECTS(in.shape() == out.shape());
  const auto pixels = static_cast<std::ptrdiff_t>(in.shape().pixels());
  for (std::ptrdiff_t p = 0; p < pixels; ++p) {
    const float* from = in.data + p * in.stride;
    float* to = out.data + p * out.stride;
    for (int c = 0; c < in.c; ++c) to[c] = f(from[c], c);
  }
}

}  // namespace detail

/// out = act(in), value by value. Equal shapes; `out` may be `in`, as in all functions here but the pool.
inline void activate(map_view<const float> in, const activation& act, map_view<float> out) noexcept {
  with_function(act, [&](auto function) { detail::for_each_value(in, out, [=](float x, int) { return function(x); }); });
}

/// out = in * factor + offset.
inline void affine(map_view<const float> in, float factor, float offset, map_view<float> out) noexcept {
  detail::for_each_value(in, out, [=](float x, int) { return x * factor + offset; });
}

/// out = in * scale[c] + shift[c].
inline void batch_norm(map_view<const float> in, const float* scale, const float* shift, map_view<float> out) noexcept {
  detail::for_each_value(in, out, [=](float x, int c) { return x * scale[c] + shift[c]; });
}

/// out = a + b. Three maps of one shape.
inline void add(map_view<const float> a, map_view<const float> b, map_view<float> out) noexcept {
  OCTET_EXPECTS(a.shape() == b.shape() && a.shape() == out.shape());
  for (int y = 0; y < a.h; ++y)
    for (int x = 0; x < a.w; ++x) {
      const float *pa = a.pixel(y, x), *pb = b.pixel(y, x);
      float* to = out.pixel(y, x);
      for (int c = 0; c < a.c; ++c) to[c] = pa[c] + pb[c];
    }
}

/// out = x * gate. The gate has the shape of x, or [1,1,C]: one factor per channel.
inline void multiply(map_view<const float> x, map_view<const float> gate, map_view<float> out) noexcept {
  const bool per_channel = gate.h == 1 && gate.w == 1;
  OCTET_EXPECTS(x.shape() == out.shape() && x.c == gate.c && (per_channel || gate.shape() == x.shape()));
  for (int y = 0; y < x.h; ++y)
    for (int col = 0; col < x.w; ++col) {
      const float *px = x.pixel(y, col), *pg = per_channel ? gate.data : gate.pixel(y, col);
      float* to = out.pixel(y, col);
      for (int c = 0; c < x.c; ++c) to[c] = px[c] * pg[c];
    }
}

/// Mean of every channel. in [H,W,C], out [1,1,C]; the maps do not overlap.
inline void global_average_pool(map_view<const float> in, map_view<float> out) noexcept {
  OCTET_EXPECTS(out.shape() == (extent{1, 1, in.c}));
  float* OCTET_RESTRICT mean = out.data;
  for (int c = 0; c < in.c; ++c) mean[c] = 0;
  // Row by row: adding up sums of rows rounds less than one long sum.
  for (int y = 0; y < in.h; ++y) {
    constexpr int run = 64;
    for (int first = 0; first < in.c; first += run) {
      const int n = in.c - first < run ? in.c - first : run;
      float sums[run] = {};
      for (int x = 0; x < in.w; ++x) {
        const float* from = in.pixel(y, x) + first;
        for (int k = 0; k < n; ++k) sums[k] += from[k];
      }
      for (int k = 0; k < n; ++k) mean[first + k] += sums[k];
    }
  }
  const float factor = 1.0f / static_cast<float>(in.shape().pixels());
  for (int c = 0; c < in.c; ++c) mean[c] *= factor;
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
