#ifndef OCTET_NN_KERNELS_DEPTHWISE_F32_F32_F32_SIMD_4X2X1_HPP
#define OCTET_NN_KERNELS_DEPTHWISE_F32_F32_F32_SIMD_4X2X1_HPP

#include <octet/core/simd.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>

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

  static void interleave(const float* const (&pixels)[kr], int count, float* to) noexcept {
    if (count == nr) {
      simd::store(to, simd::load(pixels[0]));
      simd::store(to + width, simd::load(pixels[0] + width));
      return;
    }
    for (int c = 0; c < nr; ++c) to[c] = c < count ? pixels[0][c] : 0.0f;
  }

  static void multiply(const depthwise_window<float>& window, int count, const float* weights, float* sums) noexcept {
    switch (window.groups) {
      case 3:
        return dispatch<3>(window, count, weights, sums);
      case 5:
        return dispatch<5>(window, count, weights, sums);
      default:
        return dispatch<0>(window, count, weights, sums);
    }
  }

 private:
  template <int Groups>
  static void dispatch(const depthwise_window<float>& window, int count, const float* weights, float* sums) noexcept {
    switch (count) {
      case 1:
        return tile<1, Groups>(window, weights, sums);
      case 2:
        return tile<2, Groups>(window, weights, sums);
      case 3:
        return tile<3, Groups>(window, weights, sums);
      default:
        return tile<4, Groups>(window, weights, sums);
    }
  }

  /// Groups is 0 where it is not known at compile time.
  template <int Count, int Groups>
  static void tile(const depthwise_window<float>& window, const float* weights, float* sums) noexcept {
    Batch acc[std::size_t{Count}][2];
    OCTET_UNROLL
    for (auto& row : acc) row[0] = row[1] = Batch(0.0f);
    const std::ptrdiff_t output_step = window.output_step, group_step = window.group_step;
    const int groups = Groups ? Groups : window.groups;
    for (int y = 0; y < window.rows; ++y) {
      const float* from = window.lines[y] + window.at;
      OCTET_UNROLL
      for (int k = 0; k < groups; ++k, from += group_step, weights += nr) {
        const Batch lo = simd::load(weights), hi = simd::load(weights + width);
        OCTET_UNROLL
        for (int i = 0; i < Count; ++i) {
          acc[i][0] = simd::multiply_add(simd::load(from + i * output_step), lo, acc[i][0]);
          acc[i][1] = simd::multiply_add(simd::load(from + i * output_step + width), hi, acc[i][1]);
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
