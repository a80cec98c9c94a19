#ifndef OCTET_NN_COPY_HPP
#define OCTET_NN_COPY_HPP

#include <octet/core/arch.hpp>
#include <octet/core/view.hpp>
#include <octet/nn/chunks.hpp>
#include <octet/nn/epilogue.hpp>
#include <octet/nn/finish.hpp>

#include <cstdint>
#include <type_traits>

namespace octet::nn {

/// Per channel: the input's scale over the output's, divided by 2^12.
struct rescale_factors {
  channel_multipliers scale;
  const std::int8_t *in_zero, *out_zero;
};

inline namespace OCTET_ABI {

/// `count` values from one place to another; the two do not overlap.
template <class T>
void copy_channels(const T* OCTET_RESTRICT from, T* OCTET_RESTRICT to, std::ptrdiff_t count) noexcept {
  for (std::ptrdiff_t i = 0; i < count; ++i) to[i] = from[i];
}

/// The same values in another place, for example a slice of a wider map. Equal shapes; the maps do not overlap.
template <class T>
void copy(map_view<const std::type_identity_t<T>> in, map_view<T> out) noexcept {
  OCTET_EXPECTS(in.shape() == out.shape());
  const auto pixels = static_cast<std::ptrdiff_t>(in.shape().pixels());
  if (in.stride == in.c && out.stride == out.c) return copy_channels<T>(in.data, out.data, pixels * in.c);
  for (std::ptrdiff_t p = 0; p < pixels; ++p) copy_channels<T>(in.data + p * in.stride, out.data + p * out.stride, in.c);
}

/// The same real values in another quantisation: clamp(rescale((q - in_zero) * 2^12, scale) + out_zero, -128, 127), equation
/// (15). The 12 extra bits keep the precision of small integers. Equal shapes; `out` may be `in`.
template <arch::tag Arch = arch::current>
void rescale_copy(map_view<const std::int8_t> in, const rescale_factors& f, map_view<std::int8_t> out) noexcept {
  OCTET_EXPECTS(in.shape() == out.shape());
  const requantize_full last{f.scale, f.out_zero};
  constexpr int run = 64, rows = 16;
  const auto pixels = static_cast<std::ptrdiff_t>(in.shape().pixels());
  for (int first = 0; first < in.c; first += run) {
    const int n = in.c - first < run ? in.c - first : run;
    std::int32_t wide[rows * run];
    for (std::ptrdiff_t p = 0; p < pixels; p += rows) {
      const int count = pixels - p < rows ? static_cast<int>(pixels - p) : rows;
      for (int r = 0; r < count; ++r) {
        const std::int8_t* q = in.data + (p + r) * in.stride + first;
        std::int32_t* to = wide + r * run;
        in_chunks(n, [&](int c, auto width) {
          std::int32_t x[width];
          for (int k = 0; k < width; ++k) x[k] = (q[c + k] - f.in_zero[first + c + k]) * 4096;
          for (int k = 0; k < width; ++k) to[c + k] = x[k];
        });
      }
      finish<Arch>(last, wide, run, count, first, n, out.data + p * out.stride + first, out.stride);
    }
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
