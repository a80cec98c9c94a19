#ifndef OCTET_NN_MULTIPLY_HPP
#define OCTET_NN_MULTIPLY_HPP

#include <octet/core/arch.hpp>
#include <octet/core/view.hpp>
#include <octet/nn/chunks.hpp>
#include <octet/nn/epilogue.hpp>
#include <octet/nn/finish.hpp>

#include <cstdint>

namespace octet::nn {

/// Per channel: the scales of x and gate over the output's.
struct multiply_factors {
  channel_multipliers scale;
  const std::int8_t *x_zero, *gate_zero, *out_zero;
};

inline namespace OCTET_ABI {

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
    std::int32_t zero[run], factor[run], products[rows * run];
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
        in_chunks(n, [&](int c, auto width) {
          std::int32_t product[width];
          for (int k = 0; k < width; ++k) product[k] = (q[c + k] - zero[c + k]) * factor[c + k];
          for (int k = 0; k < width; ++k) to[c + k] = product[k];
        });
      }
      finish<Arch>(last, products, run, count, first, n, out.data + p * out.stride + first, out.stride);
    }
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
