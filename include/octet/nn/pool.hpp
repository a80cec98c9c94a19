#ifndef OCTET_NN_POOL_HPP
#define OCTET_NN_POOL_HPP

#include <octet/core/arch.hpp>
#include <octet/core/view.hpp>
#include <octet/nn/chunks.hpp>
#include <octet/nn/epilogue.hpp>
#include <octet/nn/finish.hpp>
#include <octet/nn/geometry.hpp>

#include <cstdint>
#include <type_traits>

namespace octet::nn {

/// Per channel: the input's scale over the output's, divided by H * W.
struct pool_factors {
  channel_multipliers scale;
  const std::int8_t *in_zero, *out_zero;
};

inline namespace OCTET_ABI {

/// Largest value of each window, per channel. Values outside the map do not take part; every window touches the map.
/// in [H,W,C], out as g.output(in) says. Only the output rows [row_begin, row_end) are written.
template <class T>
void max_pool(map_view<const std::type_identity_t<T>> in, const pool_geometry& g, map_view<T> out, int row_begin,
              int row_end) noexcept {
  OCTET_EXPECTS(out.shape() == g.output(in.shape()) && g.pad < g.kernel);
  OCTET_EXPECTS(0 <= row_begin && row_begin <= row_end && row_end <= out.h);
  for (int y = row_begin; y < row_end; ++y)
    for (int x = 0; x < out.w; ++x) {
      const int top = y * g.stride - g.pad, left = x * g.stride - g.pad;
      const int y0 = top < 0 ? 0 : top, x0 = left < 0 ? 0 : left;
      const int y1 = top + g.kernel < in.h ? top + g.kernel : in.h, x1 = left + g.kernel < in.w ? left + g.kernel : in.w;
      T* to = out.pixel(y, x);
      in_chunks(in.c, [&](int c, auto width) {
        T largest[width];
        for (int k = 0; k < width; ++k) largest[k] = in.pixel(y0, x0)[c + k];
        for (int iy = y0; iy < y1; ++iy)
          for (int ix = x0; ix < x1; ++ix) {
            const T* from = in.pixel(iy, ix) + c;
            for (int k = 0; k < width; ++k) largest[k] = from[k] > largest[k] ? from[k] : largest[k];
          }
        for (int k = 0; k < width; ++k) to[c + k] = largest[k];
      });
    }
}

template <class T>
void max_pool(map_view<const std::type_identity_t<T>> in, const pool_geometry& g, map_view<T> out) noexcept {
  max_pool(in, g, out, 0, out.h);
}

/// Mean of every channel: clamp(rescale(sum - H * W * in_zero, scale) + out_zero, -128, 127), equation (14).
/// in [H,W,C], out [1,1,C]. Precondition: H * W * 255 < 2^31.
template <arch::tag Arch = arch::current>
void global_average_pool(map_view<const std::int8_t> in, const pool_factors& f, map_view<std::int8_t> out) noexcept {
  OCTET_EXPECTS(out.shape() == (extent{1, 1, in.c}));
  const requantize_full last{f.scale, f.out_zero};
  constexpr int run = 64;
  constexpr std::ptrdiff_t block = 255;  // whose sums fit int16
  const auto pixels = static_cast<std::ptrdiff_t>(in.shape().pixels());
  for (int first = 0; first < in.c; first += run) {
    const int n = in.c - first < run ? in.c - first : run;
    std::int32_t sums[run];
    for (int k = 0; k < n; ++k) sums[k] = -static_cast<std::int32_t>(pixels) * f.in_zero[first + k];
    for (std::ptrdiff_t begin = 0; begin < pixels; begin += block) {
      const std::ptrdiff_t end = pixels - begin < block ? pixels : begin + block;
      in_chunks(n, [&](int c, auto width) {
        std::int16_t part[width] = {};
        for (std::ptrdiff_t p = begin; p < end; ++p) {
          const std::int8_t* q = in.data + p * in.stride + first + c;
          for (int k = 0; k < width; ++k) part[k] = static_cast<std::int16_t>(part[k] + q[k]);
        }
        for (int k = 0; k < width; ++k) sums[c + k] += part[k];
      });
    }
    finish<Arch>(last, sums, run, 1, first, n, out.data + first, out.stride);
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
