#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_MMLA_6X16X8_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_MMLA_6X16X8_HPP

#if defined(__ARM_NEON) && defined(__ARM_FEATURE_MATMUL_INT8)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/copy_bytes.hpp>
#include <octet/nn/kernels/weight_block.hpp>

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: smmla adds the products of two pixels with two channels, eight deep, to four int32.
struct neon_mmla_6x16x8 {
  using value = std::int8_t;
  using element = std::int8_t;
  using sum = std::int32_t;
  static constexpr int mr = 6, nr = 16, kr = 8;
  static constexpr bool shifted = false;
  static constexpr const char* name = "conv2d_s8_s8_s8cx/neon_mmla_6x16x8";

  static constexpr std::size_t block_size(int length) noexcept { return std::size_t(length) * nr; }
  static void pack(const weight_block<value>& block, int length, std::byte* to) noexcept {
    block.copy(length, nr, kr, reinterpret_cast<value*>(to));
  }
  static void widen(const value* from, int count, element* to) noexcept { copy_bytes(from, count, to); }

  static void multiply(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, int channels,
                       sum* sums) noexcept {
    if (channels > 8)
      dispatch<8>(rows, pitch, count, block, sums);
    else
      dispatch<4>(rows, pitch, count, block, sums);
  }

 private:
  template <int ChannelPairs>
  static void dispatch(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, sum* sums) noexcept {
    switch ((count + 1) / 2) {
      case 1:
        return tile<1, ChannelPairs>(rows, pitch, count, block, sums);
      case 2:
        return tile<2, ChannelPairs>(rows, pitch, count, block, sums);
      default:
        return tile<3, ChannelPairs>(rows, pitch, count, block, sums);
    }
  }

  template <int RowPairs, int ChannelPairs>
  static void tile(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, sum* sums) noexcept {
    int32x4_t acc[RowPairs][ChannelPairs];
    OCTET_UNROLL
    for (auto& row : acc)
      OCTET_UNROLL
      for (auto& x : row) x = vdupq_n_s32(0);
    // A row that is not there is the one before it once more.
    const std::ptrdiff_t last = (count - 1) * pitch;
    const auto* weights = reinterpret_cast<const value*>(block);
    for (const element* end = rows + pitch; rows < end; rows += kr, weights += nr * kr) {
      int8x16_t x[RowPairs];
      OCTET_UNROLL
      for (int r = 0; r < RowPairs; ++r)
        x[r] = vcombine_s8(vld1_s8(rows + 2 * r * pitch), vld1_s8(rows + (r + 1 < RowPairs ? (2 * r + 1) * pitch : last)));
      OCTET_UNROLL
      for (int c = 0; c < ChannelPairs; ++c) {
        const int8x16_t w = vld1q_s8(weights + 16 * c);
        OCTET_UNROLL
        for (int r = 0; r < RowPairs; ++r) acc[r][c] = vmmlaq_s32(acc[r][c], x[r], w);
      }
    }
    OCTET_UNROLL
    for (int r = 0; r < RowPairs; ++r) {
      OCTET_UNROLL
      for (int c = 0; c < ChannelPairs; ++c) vst1_s32(sums + 2 * r * nr + 2 * c, vget_low_s32(acc[r][c]));
      if (2 * r + 1 < count)
        OCTET_UNROLL
        for (int c = 0; c < ChannelPairs; ++c) vst1_s32(sums + (2 * r + 1) * nr + 2 * c, vget_high_s32(acc[r][c]));
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
