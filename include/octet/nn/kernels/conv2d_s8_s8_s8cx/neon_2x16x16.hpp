#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_2X16X16_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_2X16X16_HPP

#if defined(__ARM_NEON)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/copy_bytes.hpp>
#include <octet/nn/kernels/weight_block.hpp>

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Two products are added up in int16 lanes, then pairs of lanes in int32. Two products of int8 leave int16 only if all four
/// factors are -128: a block that has two such weights where they could meet takes one product at a time.
/// 4 channels are computed together, so that their sums stay in the 16 registers of armv7.
struct neon_2x16x16 {
  using value = std::int8_t;
  using element = std::int8_t;
  using sum = std::int32_t;
  static constexpr int mr = 2, nr = 16, kr = 16, channels_at_once = 4;
  static constexpr bool shifted = false;
  static constexpr const char* name = "conv2d_s8_s8_s8cx/neon_2x16x16";

  /// A flag for blocks without such weights, then [nr/4][length/16][4][16].
  static constexpr std::size_t block_size(int length) noexcept { return header + std::size_t(length) * nr; }
  static void pack(const weight_block<value>& block, int length, std::byte* to) noexcept {
    auto* weights = reinterpret_cast<value*>(to + header);
    bool in_pairs = true;
    for (int first = 0; first < nr; first += channels_at_once)
      for (int k = 0; k < length; k += kr)
        for (int c = first; c < first + channels_at_once; ++c)
          for (int i = k; i < k + kr; ++i) {
            *weights++ = block.at(c, i);
            if (i - k < 8 && block.at(c, i) == -128 && block.at(c, i + 8) == -128) in_pairs = false;
          }
    *to = std::byte{in_pairs};
  }
  static void widen(const value* from, int count, element* to) noexcept { copy_bytes(from, count, to); }

  static void multiply(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, int channels,
                       sum* sums) noexcept {
    const auto* weights = reinterpret_cast<const value*>(block + header);
    for (int c = 0; c < channels; c += channels_at_once, weights += pitch * channels_at_once)
      if (*block == std::byte{0})
        dispatch<false>(rows, pitch, count, weights, sums + c);
      else
        dispatch<true>(rows, pitch, count, weights, sums + c);
  }

 private:
  static constexpr std::size_t header = 64;

  template <bool InPairs>
  static void dispatch(const element* rows, std::ptrdiff_t pitch, int count, const value* weights, sum* sums) noexcept {
    if (count == 1)
      tile<1, InPairs>(rows, pitch, weights, sums);
    else
      tile<2, InPairs>(rows, pitch, weights, sums);
  }

  static int32x4_t add_up(int32x4_t a, int32x4_t b, int32x4_t c, int32x4_t d) noexcept {
    const auto halves = [](int32x4_t x) { return vadd_s32(vget_low_s32(x), vget_high_s32(x)); };
    return vcombine_s32(vpadd_s32(halves(a), halves(b)), vpadd_s32(halves(c), halves(d)));
  }

  template <int Rows, bool InPairs>
  static void tile(const element* rows, std::ptrdiff_t pitch, const value* weights, sum* sums) noexcept {
    int32x4_t acc[Rows][channels_at_once];
    OCTET_UNROLL
    for (auto& row : acc)
      OCTET_UNROLL
      for (auto& x : row) x = vdupq_n_s32(0);
    for (const element* end = rows + pitch; rows < end; rows += kr) {
      int8x16_t x[Rows];
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) x[r] = vld1q_s8(rows + r * pitch);
      OCTET_UNROLL
      for (int c = 0; c < channels_at_once; ++c, weights += kr) {
        const int8x16_t w = vld1q_s8(weights);
        OCTET_UNROLL
        for (int r = 0; r < Rows; ++r) {
          int16x8_t products = vmull_s8(vget_low_s8(x[r]), vget_low_s8(w));
          if constexpr (InPairs) {
            products = vmlal_s8(products, vget_high_s8(x[r]), vget_high_s8(w));
          } else {
            acc[r][c] = vpadalq_s16(acc[r][c], products);
            products = vmull_s8(vget_high_s8(x[r]), vget_high_s8(w));
          }
          acc[r][c] = vpadalq_s16(acc[r][c], products);
        }
      }
    }
    OCTET_UNROLL
    for (int r = 0; r < Rows; ++r) vst1q_s32(sums + r * nr, add_up(acc[r][0], acc[r][1], acc[r][2], acc[r][3]));
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
