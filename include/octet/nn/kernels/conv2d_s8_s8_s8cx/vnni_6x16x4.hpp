#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_VNNI_6X16X4_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_VNNI_6X16X4_HPP

#if defined(__AVXVNNI__) || (defined(__AVX512VNNI__) && defined(__AVX512VL__))

#include <octet/core/config.hpp>
#include <octet/nn/kernels/subtract.hpp>
#include <octet/nn/kernels/weight_block.hpp>

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: vpdpbusd adds four products of unsigned by signed bytes to an int32 without saturation.
/// Rows hold values less their low limit; each block begins with the sums that add it again.
struct vnni_6x16x4 {
  using value = std::int8_t;
  using element = std::uint8_t;
  using sum = std::int32_t;
  static constexpr int mr = 6, nr = 16, kr = 4;
  static constexpr bool shifted = true;
  static constexpr const char* name = "conv2d_s8_s8_s8cx/vnni_6x16x4";

  static constexpr std::size_t block_size(int length) noexcept {
    return std::size_t(nr) * (sizeof(sum) + std::size_t(length));
  }
  static void pack(const weight_block<value>& block, int length, std::byte* to) noexcept {
    for (int c = 0; c < nr; ++c) reinterpret_cast<sum*>(to)[c] = block.start(c);
    block.copy(length, nr, kr, reinterpret_cast<std::int8_t*>(to + nr * sizeof(sum)));
  }

  static void widen(const value* from, int count, const value* low, element* to) noexcept {
    subtract(from, count, low, to);
  }

  static void multiply(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, int channels,
                       sum* sums) noexcept {
    if (channels > 8)
      dispatch<2>(rows, pitch, count, block, sums);
    else
      dispatch<1>(rows, pitch, count, block, sums);
  }

 private:
  template <int Vectors>
  static void dispatch(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block,
                       sum* sums) noexcept {
    switch (count) {
      case 1: return tile<1, Vectors>(rows, pitch, block, sums);
      case 2: return tile<2, Vectors>(rows, pitch, block, sums);
      case 3: return tile<3, Vectors>(rows, pitch, block, sums);
      case 4: return tile<4, Vectors>(rows, pitch, block, sums);
      case 5: return tile<5, Vectors>(rows, pitch, block, sums);
      default: return tile<6, Vectors>(rows, pitch, block, sums);
    }
  }

  static __m256i dot(__m256i acc, __m256i bytes, __m256i weights) noexcept {
#if defined(__AVX512VNNI__) && defined(__AVX512VL__)
    return _mm256_dpbusd_epi32(acc, bytes, weights);
#else
    return _mm256_dpbusd_avx_epi32(acc, bytes, weights);
#endif
  }

  template <int Rows, int Vectors>
  static void tile(const element* rows, std::ptrdiff_t pitch, const std::byte* block, sum* sums) noexcept {
    __m256i acc[Rows][Vectors];
    OCTET_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      const __m256i start = _mm256_load_si256(reinterpret_cast<const __m256i*>(block) + v);
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) acc[r][v] = start;
    }
    block += nr * sizeof(sum);
    for (const element* end = rows + pitch; rows < end; rows += kr, block += nr * kr) {
      __m256i w[Vectors];
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) w[v] = _mm256_load_si256(reinterpret_cast<const __m256i*>(block) + v);
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) {
        const __m256i four = _mm256_castps_si256(_mm256_broadcast_ss(reinterpret_cast<const float*>(rows + r * pitch)));
        OCTET_UNROLL
        for (int v = 0; v < Vectors; ++v) acc[r][v] = dot(acc[r][v], four, w[v]);
      }
    }
    OCTET_UNROLL
    for (int r = 0; r < Rows; ++r)
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) _mm256_store_si256(reinterpret_cast<__m256i*>(sums + r * nr) + v, acc[r][v]);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
