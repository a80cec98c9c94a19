#ifndef OCTET_NN_MULTIPLY_HPP
#define OCTET_NN_MULTIPLY_HPP

#include <octet/core/arch.hpp>
#include <octet/core/view.hpp>
#include <octet/nn/chunks.hpp>
#include <octet/nn/epilogue.hpp>
#include <octet/nn/finish.hpp>

#include <cstddef>
#include <cstdint>

namespace octet::nn {

/// Per channel: the scales of x and gate over the output's.
struct multiply_factors {
  channel_multipliers scale;
  const std::int8_t *x_zero, *gate_zero, *out_zero;
};

inline namespace OCTET_ABI {

namespace detail {

/// to[k] = (x[k] - zero[k]) * factor[k] for k < N; differences fit 9 bits.
template <int N>
void multiply_values(const std::int8_t* x, const std::int16_t* zero, const std::int32_t* factor, std::int32_t* to) noexcept {
  if constexpr (N == 16) {
    lanes_of<std::int8_t, 16> bytes;
    lanes_of<std::int16_t, 16> z;
    __builtin_memcpy(&bytes, x, sizeof bytes);
    __builtin_memcpy(&z, zero, sizeof z);
    const lanes_of<std::int16_t, 16> difference = __builtin_convertvector(bytes, lanes_of<std::int16_t, 16>) - z;
    for (int half = 0; half < 16; half += 8) {
      lanes_of<std::int16_t, 8> d;
      lanes_of<std::int32_t, 8> f;
      __builtin_memcpy(&d, reinterpret_cast<const std::byte*>(&difference) + half * 2, sizeof d);
      __builtin_memcpy(&f, factor + half, sizeof f);
      const lanes_of<std::int32_t, 8> product = __builtin_convertvector(d, lanes_of<std::int32_t, 8>) * f;
      __builtin_memcpy(to + half, &product, sizeof product);
    }
  } else {
    std::int32_t product[std::size_t{N}];
    for (int k = 0; k < N; ++k) product[k] = (x[k] - zero[k]) * factor[k];
    for (int k = 0; k < N; ++k) to[k] = product[k];
  }
}

}  // namespace detail

/// clamp(rescale((x - x_zero) * (gate - gate_zero), scale) + out_zero, -128, 127), equation (13).
/// x and out [H,W,C], gate [1,1,C]: one factor per channel. `out` may be `x`.
template <arch::tag Arch = arch::current>
void multiply(map_view<const std::int8_t> x, map_view<const std::int8_t> gate, const multiply_factors& f,
              map_view<std::int8_t> out) noexcept {
  OCTET_EXPECTS(x.shape() == out.shape() && gate.shape() == (extent{1, 1, x.c}));
  const requantize_full last{f.scale, f.out_zero};
  constexpr int run = 64, rows = 16;
  for (int first = 0; first < out.c; first += run) {
    const int n = out.c - first < run ? out.c - first : run;
    std::int16_t zero[run];
    std::int32_t factor[run], products[rows * run];
    for (int k = 0; k < n; ++k) {
      zero[k] = f.x_zero[first + k];
      factor[k] = gate.data[first + k] - f.gate_zero[first + k];
    }
    const auto pixels = static_cast<std::ptrdiff_t>(out.shape().pixels());
    for (std::ptrdiff_t p = 0; p < pixels; p += rows) {
      const int count = pixels - p < rows ? static_cast<int>(pixels - p) : rows;
      for (int r = 0; r < count; ++r) {
        const std::int8_t* q = x.data + (p + r) * x.stride + first;
        std::int32_t* to = products + r * run;
        in_chunks(n, [&](int c, auto width) { detail::multiply_values<width>(q + c, zero + c, factor + c, to + c); });
      }
      finish<Arch>(last, products, run, count, first, n, out.data + p * out.stride + first, out.stride);
    }
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
