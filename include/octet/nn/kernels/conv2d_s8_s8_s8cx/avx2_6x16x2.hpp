#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_AVX2_6X16X2_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_AVX2_6X16X2_HPP

#if defined(__AVX2__)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/weight_block.hpp>

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: both are widened to int16 once, outside the inner loop, where vpmaddwd multiplies pairs of
/// them into int32.
struct avx2_6x16x2 {
  using value = std::int8_t;
  using element = std::int16_t;
  using sum = std::int32_t;
  static constexpr int mr = 6, nr = 16, kr = 2;
  static constexpr bool shifted = false;
  static constexpr const char* name = "conv2d_s8_s8_s8cx/avx2_6x16x2";

  static constexpr std::size_t block_size(int length) noexcept {
    return std::size_t(round_up(length * nr * int{sizeof(std::int16_t)}, 64));
  }
  static void pack(const weight_block<value>& block, int length, std::byte* to) noexcept {
    block.copy(length, nr, kr, reinterpret_cast<std::int16_t*>(to));
  }

  static constexpr int cost(int length, const std::byte*) noexcept { return length / kr * 5; }
  static void widen(const value* from, int count, element* to) noexcept {
    int i = 0;
    for (; i + 16 <= count; i += 16) {
      const __m256i wide = _mm256_cvtepi8_epi16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i)));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), wide);
    }
    const auto eight = [&](int first) {
      const __m128i wide = _mm_cvtepi8_epi16(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + first)));
      _mm_storeu_si128(reinterpret_cast<__m128i*>(to + first), wide);
    };
    if (i + 8 <= count) eight(i), i += 8;
    if (i == count) return;
    if (count >= 8) return eight(count - 8);
    for (; i < count; ++i) to[i] = from[i];
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
  static void dispatch(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, sum* sums) noexcept {
    switch (count) {
      case 1:
        return tile<1, Vectors>(rows, pitch, block, sums);
      case 2:
        return tile<2, Vectors>(rows, pitch, block, sums);
      case 3:
        return tile<3, Vectors>(rows, pitch, block, sums);
      case 4:
        return tile<4, Vectors>(rows, pitch, block, sums);
      case 5:
        return tile<5, Vectors>(rows, pitch, block, sums);
      default:
        return tile<6, Vectors>(rows, pitch, block, sums);
    }
  }

  template <int Rows, int Vectors>
  static void tile(const element* rows, std::ptrdiff_t pitch, const std::byte* block, sum* sums) noexcept {
    __m256i acc[Rows][Vectors];
    OCTET_UNROLL
    for (auto& row : acc)
      OCTET_UNROLL
      for (auto& x : row) x = _mm256_setzero_si256();
    for (const element* end = rows + pitch; rows < end; rows += kr, block += nr * kr * sizeof(element)) {
      __m256i w[Vectors];
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) w[v] = _mm256_load_si256(reinterpret_cast<const __m256i*>(block) + v);
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) {
        const __m256i pair = _mm256_castps_si256(_mm256_broadcast_ss(reinterpret_cast<const float*>(rows + r * pitch)));
        OCTET_UNROLL
        for (int v = 0; v < Vectors; ++v) acc[r][v] = _mm256_add_epi32(acc[r][v], _mm256_madd_epi16(pair, w[v]));
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
