#ifndef OCTET_NN_KERNELS_DEPTHWISE_F32_F32_F32_SIMD_4X2X1_HPP
#define OCTET_NN_KERNELS_DEPTHWISE_F32_F32_F32_SIMD_4X2X1_HPP

#include <octet/core/simd.hpp>

#include <cstddef>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// 4 pixels x 2 registers of channels.
template <class Batch>
struct simd_4x2x1 {
  using value = float;
  using element = float;
  using weight = float;
  using sum = float;
  static constexpr int width = static_cast<int>(Batch::size);
  static constexpr int mr = 4, nr = 2 * width, kr = 1;
  static constexpr const char* name = "depthwise_f32_f32_f32/simd_4x2x1";

  static void interleave(const float* const (&rows)[kr], int count, float* to) noexcept {
    if (count == nr) {
      simd::store(to, simd::load(rows[0]));
      simd::store(to + width, simd::load(rows[0] + width));
      return;
    }
    for (int c = 0; c < nr; ++c) to[c] = c < count ? rows[0][c] : 0.0f;
  }

  static void multiply(const float* const* lines, int line_count, std::ptrdiff_t at, int kw, int stride, int count,
                       const float* weights, float* sums) noexcept {
    switch (count) {
      case 1: return tile<1>(lines, line_count, at, kw, stride, weights, sums);
      case 2: return tile<2>(lines, line_count, at, kw, stride, weights, sums);
      case 3: return tile<3>(lines, line_count, at, kw, stride, weights, sums);
      default: return tile<4>(lines, line_count, at, kw, stride, weights, sums);
    }
  }

 private:
  template <int Count>
  static void tile(const float* const* lines, int line_count, std::ptrdiff_t at, int kw, int stride, const float* weights,
                   float* sums) noexcept {
    Batch acc[Count][2];
    OCTET_UNROLL
    for (auto& row : acc) row[0] = row[1] = Batch(0.0f);
    const std::ptrdiff_t step = std::ptrdiff_t{stride} * nr;
    for (int line = 0; line < line_count; ++line) {
      const float* from = lines[line] + at;
      for (int kx = 0; kx < kw; ++kx, from += nr, weights += nr) {
        const Batch lo = simd::load(weights), hi = simd::load(weights + width);
        OCTET_UNROLL
        for (int i = 0; i < Count; ++i) {
          acc[i][0] = simd::multiply_add(simd::load(from + i * step), lo, acc[i][0]);
          acc[i][1] = simd::multiply_add(simd::load(from + i * step + width), hi, acc[i][1]);
        }
      }
    }
    OCTET_UNROLL
    for (int i = 0; i < Count; ++i) {
      simd::store(sums + i * nr, acc[i][0]);
      simd::store(sums + i * nr + width, acc[i][1]);
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
