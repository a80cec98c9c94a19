#ifndef OCTET_NN_KERNELS_DEPTHWISE_S8_S8_S8CX_AVX2_4X16X2_HPP
#define OCTET_NN_KERNELS_DEPTHWISE_S8_S8_S8CX_AVX2_4X16X2_HPP

#if defined(__AVX2__)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/avx2_partial.hpp>

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: two input rows are widened and interleaved, and vpmaddwd adds the products of both.
struct avx2_4x16x2 {
  using value = std::int8_t;
  using element = std::int16_t;
  using weight = std::int16_t;
  using sum = std::int32_t;
  static constexpr int mr = 4, nr = 16, kr = 2;
  static constexpr const char* name = "depthwise_s8_s8_s8cx/avx2_4x16x2";

  static void interleave(const value* const (&rows)[kr], int count, element* to) noexcept {
    const __m128i a = load_s8(rows[0], count), b = load_s8(rows[1], count);
    auto* wide = reinterpret_cast<__m256i*>(to);
    _mm256_store_si256(wide, _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(a, b)));
    _mm256_store_si256(wide + 1, _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(a, b)));
  }

  static void multiply(const element* const* lines, int line_count, std::ptrdiff_t at, int kw, int stride, int count,
                       const weight* weights, sum* sums) noexcept {
    switch (count) {
      case 1: return tile<1>(lines, line_count, at, kw, stride, weights, sums);
      case 2: return tile<2>(lines, line_count, at, kw, stride, weights, sums);
      case 3: return tile<3>(lines, line_count, at, kw, stride, weights, sums);
      default: return tile<4>(lines, line_count, at, kw, stride, weights, sums);
    }
  }

 private:
  template <int Count>
  static void tile(const element* const* lines, int line_count, std::ptrdiff_t at, int kw, int stride, const weight* weights,
                   sum* sums) noexcept {
    __m256i acc[Count][2];
    OCTET_UNROLL
    for (auto& row : acc) row[0] = row[1] = _mm256_setzero_si256();
    const std::ptrdiff_t step = std::ptrdiff_t{stride} * nr * kr;
    for (int line = 0; line < line_count; ++line) {
      const element* from = lines[line] + at;
      for (int kx = 0; kx < kw; ++kx, from += nr * kr, weights += nr * kr) {
        const __m256i lo = _mm256_load_si256(reinterpret_cast<const __m256i*>(weights));
        const __m256i hi = _mm256_load_si256(reinterpret_cast<const __m256i*>(weights) + 1);
        OCTET_UNROLL
        for (int i = 0; i < Count; ++i) {
          const auto* q = reinterpret_cast<const __m256i*>(from + i * step);
          acc[i][0] = _mm256_add_epi32(acc[i][0], _mm256_madd_epi16(_mm256_load_si256(q), lo));
          acc[i][1] = _mm256_add_epi32(acc[i][1], _mm256_madd_epi16(_mm256_load_si256(q + 1), hi));
        }
      }
    }
    OCTET_UNROLL
    for (int i = 0; i < Count; ++i) {
      _mm256_store_si256(reinterpret_cast<__m256i*>(sums + i * nr), acc[i][0]);
      _mm256_store_si256(reinterpret_cast<__m256i*>(sums + i * nr) + 1, acc[i][1]);
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
