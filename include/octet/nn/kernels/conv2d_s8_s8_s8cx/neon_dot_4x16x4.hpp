#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_DOT_4X16X4_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_DOT_4X16X4_HPP

#if defined(__ARM_NEON) && defined(__ARM_FEATURE_DOTPROD)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/copy_bytes.hpp>
#include <octet/nn/kernels/weight_block.hpp>

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: sdot adds four products to an int32.
struct neon_dot_4x16x4 {
  using value = std::int8_t;
  using element = std::int8_t;
  using sum = std::int32_t;
  static constexpr int mr = 4, nr = 16, kr = 4;
  static constexpr bool shifted = false;
  static constexpr const char* name = "conv2d_s8_s8_s8cx/neon_dot_4x16x4";

  static constexpr std::size_t block_size(int length) noexcept { return std::size_t(length) * nr; }
  static void pack(const weight_block<value>& block, int length, std::byte* to) noexcept {
    block.copy(length, nr, kr, reinterpret_cast<value*>(to));
  }
  static void widen(const value* from, int count, element* to) noexcept { copy_bytes(from, count, to); }

  static void multiply(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, int channels,
                       sum* sums) noexcept {
    if (channels > 8)
      dispatch<4>(rows, pitch, count, block, sums);
    else
      dispatch<2>(rows, pitch, count, block, sums);
  }

 private:
  template <int Vectors>
  static void dispatch(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, sum* sums) noexcept {
    switch (count) {
      case 1:
        return tile<1, Vectors>(rows, pitch, block, sums);
      case 2:
        return tile<2, Vectors>(rows, pitch, block, sums);
      case 3:
        return tile<3, Vectors>(rows, pitch, block, sums);
      default:
        return tile<4, Vectors>(rows, pitch, block, sums);
    }
  }

  template <int Rows, int Vectors>
  static void tile(const element* rows, std::ptrdiff_t pitch, const std::byte* block, sum* sums) noexcept {
    int32x4_t acc[Rows][Vectors];
    OCTET_UNROLL
    for (auto& row : acc)
      OCTET_UNROLL
      for (auto& x : row) x = vdupq_n_s32(0);
    const auto* weights = reinterpret_cast<const value*>(block);
    for (const element* end = rows + pitch; rows < end; rows += kr, weights += nr * kr) {
      int8x16_t w[Vectors];
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) w[v] = vld1q_s8(weights + 16 * v);
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) {
        std::int32_t four;
        __builtin_memcpy(&four, rows + r * pitch, sizeof four);
        const int8x16_t x = vreinterpretq_s8_s32(vdupq_n_s32(four));
        OCTET_UNROLL
        for (int v = 0; v < Vectors; ++v) acc[r][v] = vdotq_s32(acc[r][v], w[v], x);
      }
    }
    OCTET_UNROLL
    for (int r = 0; r < Rows; ++r)
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) vst1q_s32(sums + r * nr + 4 * v, acc[r][v]);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
