#ifndef OCTET_NN_KERNELS_DEPTHWISE_S8_S8_S8CX_AVX2_4X16X2_HPP
#define OCTET_NN_KERNELS_DEPTHWISE_S8_S8_S8CX_AVX2_4X16X2_HPP

#if defined(__AVX2__)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/avx2_partial.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: two neighbouring pixels are widened and interleaved, and
/// vpmaddwd adds the products of both.
struct avx2_4x16x2 {
  using value = std::int8_t;
  using element = std::int16_t;
  using weight = std::int16_t;
  using sum = std::int32_t;
  static constexpr int mr = 4, nr = 16, kr = 2;
  static constexpr const char* name = "depthwise_s8_s8_s8cx/avx2_4x16x2";

  static void interleave(const value* const (&pixels)[kr], int count, element* to) noexcept {
    const __m128i a = load_s8(pixels[0], count), b = load_s8(pixels[1], count);
    auto* wide = reinterpret_cast<__m256i*>(to);
    _mm256_store_si256(wide, _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(a, b)));
    _mm256_store_si256(wide + 1, _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(a, b)));
  }

  static void multiply(const depthwise_window<element>& window, int count, const weight* weights, sum* sums) noexcept {
    switch (window.groups) {
      case 2:
        return dispatch<2>(window, count, weights, sums);
      case 3:
        return dispatch<3>(window, count, weights, sums);
      default:
        return dispatch<0>(window, count, weights, sums);
    }
  }

 private:
  template <int Groups>
  static void dispatch(const depthwise_window<element>& window, int count, const weight* weights, sum* sums) noexcept {
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
  static void tile(const depthwise_window<element>& window, const weight* weights, sum* sums) noexcept {
    __m256i acc[Count][2];
    OCTET_UNROLL
    for (auto& row : acc) row[0] = row[1] = _mm256_setzero_si256();
    const std::ptrdiff_t output_step = window.output_step, group_step = window.group_step;
    const int groups = Groups ? Groups : window.groups;
    for (int y = 0; y < window.rows; ++y) {
      const element* from = window.lines[y] + window.at;
      for (int k = 0; k < groups; ++k, from += group_step, weights += nr * kr) {
        const __m256i lo = _mm256_load_si256(reinterpret_cast<const __m256i*>(weights));
        const __m256i hi = _mm256_load_si256(reinterpret_cast<const __m256i*>(weights) + 1);
        OCTET_UNROLL
        for (int i = 0; i < Count; ++i) {
          const auto* q = reinterpret_cast<const __m256i*>(from + i * output_step);
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
