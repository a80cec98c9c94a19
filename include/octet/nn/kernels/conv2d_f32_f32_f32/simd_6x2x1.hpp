#ifndef OCTET_NN_KERNELS_CONV2D_F32_F32_F32_SIMD_6X2X1_HPP
#define OCTET_NN_KERNELS_CONV2D_F32_F32_F32_SIMD_6X2X1_HPP

#include <octet/core/simd.hpp>
#include <octet/nn/kernels/weight_block.hpp>

#include <cstddef>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// 6 pixels x 2 registers of channels: with 16 registers, 12 sums, 2 weights and one broadcast value fit.
template <class Batch>
struct simd_6x2x1 {
  using value = float;
  using element = float;
  using sum = float;
  static constexpr int width = static_cast<int>(Batch::size);
  static constexpr int mr = 6, nr = 2 * width, kr = 1;
  static constexpr bool shifted = false;
  static constexpr const char* name = "conv2d_f32_f32_f32/simd_6x2x1";

  static constexpr std::size_t block_size(int length) noexcept {
    return std::size_t(round_up(length * nr * int{sizeof(float)}, 64));
  }
  static void pack(const weight_block<float>& block, int length, std::byte* to) noexcept {
    block.copy(length, nr, kr, reinterpret_cast<float*>(to));
  }

  static void widen(const float* from, int count, float* to) noexcept {
    int i = 0;
    for (; i + width <= count; i += width) simd::store(to + i, simd::load(from + i));
    for (; i < count; ++i) to[i] = from[i];
  }

  static void multiply(const float* rows, std::ptrdiff_t pitch, int count, const std::byte* block, int channels,
                       float* sums) noexcept {
    const auto* weights = reinterpret_cast<const float*>(block);
    const int steps = static_cast<int>(pitch);
    if (channels > width)
      dispatch<2>(rows, pitch, count, weights, steps, sums);
    else
      dispatch<1>(rows, pitch, count, weights, steps, sums);
  }

 private:
  template <int Vectors>
  static void dispatch(const float* rows, std::ptrdiff_t pitch, int count, const float* weights, int steps,
                       float* sums) noexcept {
    switch (count) {
      case 1:
        return tile<1, Vectors>(rows, pitch, weights, steps, sums);
      case 2:
        return tile<2, Vectors>(rows, pitch, weights, steps, sums);
      case 3:
        return tile<3, Vectors>(rows, pitch, weights, steps, sums);
      case 4:
        return tile<4, Vectors>(rows, pitch, weights, steps, sums);
      case 5:
        return tile<5, Vectors>(rows, pitch, weights, steps, sums);
      default:
        return tile<6, Vectors>(rows, pitch, weights, steps, sums);
    }
  }

  template <int Rows, int Vectors>
  static void tile(const float* rows, std::ptrdiff_t pitch, const float* weights, int steps, float* sums) noexcept {
    Batch acc[std::size_t{Rows}][std::size_t{Vectors}];
    OCTET_UNROLL
    for (auto& row : acc)
      OCTET_UNROLL
      for (auto& x : row) x = Batch(0.0f);
    for (int k = 0; k < steps; ++k, ++rows, weights += nr) {
      Batch w[std::size_t{Vectors}];
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) w[v] = simd::load(weights + v * width);
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) {
        const Batch x(rows[r * pitch]);
        OCTET_UNROLL
        for (int v = 0; v < Vectors; ++v) acc[r][v] = simd::multiply_add(x, w[v], acc[r][v]);
      }
    }
    OCTET_UNROLL
    for (int r = 0; r < Rows; ++r)
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) simd::store(sums + r * nr + v * width, acc[r][v]);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
