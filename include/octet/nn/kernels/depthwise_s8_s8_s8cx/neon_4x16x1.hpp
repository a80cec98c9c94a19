#ifndef OCTET_NN_KERNELS_DEPTHWISE_S8_S8_S8CX_NEON_4X16X1_HPP
#define OCTET_NN_KERNELS_DEPTHWISE_S8_S8_S8CX_NEON_4X16X1_HPP

#if defined(__ARM_NEON)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/copy_bytes.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>

#include <arm_neon.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: products are added up in int16 two at a time, unless both weights are -128, and then in
/// int32. Taps of a row are paired; an odd last one stands alone. `OCTET_UNROLL` keeps the sums of half the channels of
/// four outputs in registers.
struct neon_4x16x1 {
  using value = std::int8_t;
  using element = std::int8_t;
  using weight = std::int8_t;
  using sum = std::int32_t;
  static constexpr int mr = 4, nr = 16, kr = 1;
  static constexpr const char* name = "depthwise_s8_s8_s8cx/neon_4x16x1";

  static void interleave(const value* const (&pixels)[kr], int count, element* to) noexcept {
    if (count == nr) return copy_bytes(pixels[0], nr, to);
    for (int c = 0; c < nr; ++c) to[c] = c < count ? pixels[0][c] : element{0};
  }

  static void multiply(const depthwise_window<element>& window, int count, const weight* weights, sum* sums) noexcept {
    switch (count) {
      case 1:
        return halves<1>(window, weights, sums);
      case 2:
        return halves<2>(window, weights, sums);
      case 3:
        return halves<3>(window, weights, sums);
      default:
        return halves<4>(window, weights, sums);
    }
  }

 private:
  template <int Count>
  static void halves(const depthwise_window<element>& window, const weight* weights, sum* sums) noexcept {
    tile<Count>(window, 0, weights, sums);
    tile<Count>(window, 8, weights, sums);
  }

  template <int Count>
  static void tile(const depthwise_window<element>& window, int channel, const weight* weights, sum* sums) noexcept {
    int32x4_t low[Count], high[Count];
    OCTET_UNROLL
    for (int i = 0; i < Count; ++i) low[i] = high[i] = vdupq_n_s32(0);
    const auto add = [&](int i, int16x8_t products) {
      low[i] = vaddw_s16(low[i], vget_low_s16(products));
      high[i] = vaddw_s16(high[i], vget_high_s16(products));
    };
    const std::ptrdiff_t output_step = window.output_step, group_step = window.group_step;
    const int8x8_t lowest = vdup_n_s8(-128);
    weights += channel;
    for (int y = 0; y < window.rows; ++y) {
      const element* from = window.lines[y] + window.at + channel;
      int k = 0;
      for (; k + 2 <= window.groups; k += 2, from += 2 * group_step, weights += 2 * nr) {
        const int8x8_t a = vld1_s8(weights), b = vld1_s8(weights + nr);
        const uint8x8_t unsafe = vand_u8(vceq_s8(a, lowest), vceq_s8(b, lowest));
        if (vget_lane_u64(vreinterpret_u64_u8(unsafe), 0) == 0) {
          OCTET_UNROLL
          for (int i = 0; i < Count; ++i) {
            const element* q = from + i * output_step;
            add(i, vmlal_s8(vmull_s8(vld1_s8(q), a), vld1_s8(q + group_step), b));
          }
        } else {
          for (int i = 0; i < Count; ++i) {
            const element* q = from + i * output_step;
            add(i, vmull_s8(vld1_s8(q), a));
            add(i, vmull_s8(vld1_s8(q + group_step), b));
          }
        }
      }
      if (k < window.groups) {
        const int8x8_t a = vld1_s8(weights);
        OCTET_UNROLL
        for (int i = 0; i < Count; ++i) add(i, vmull_s8(vld1_s8(from + i * output_step), a));
        weights += nr;
      }
    }
    OCTET_UNROLL
    for (int i = 0; i < Count; ++i) {
      vst1q_s32(sums + i * nr + channel, low[i]);
      vst1q_s32(sums + i * nr + channel + 4, high[i]);
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
