#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_VNNI_6X16X4_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_VNNI_6X16X4_HPP

#if defined(__AVXVNNI__) || (defined(__AVX512VNNI__) && defined(__AVX512VL__))

#include <octet/core/config.hpp>

#include <immintrin.h>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: vpdpbusd adds four products of unsigned by signed bytes to an int32 without saturation.
/// Activations become unsigned by adding 128; each block of weights begins with the sums that take it off again.
struct vnni_6x16x4 {
  using value = std::int8_t;
  using element = std::uint8_t;
  using weight = std::int8_t;
  using sum = std::int32_t;
  static constexpr int mr = 6, nr = 16, kr = 4, offset = 128;
  static constexpr const char* name = "conv2d_s8_s8_s8cx/vnni_6x16x4";

  static void widen(const value* from, int count, element* to) noexcept {
    int i = 0;
    const __m256i flip = _mm256_set1_epi8(-128);
    for (; i + 32 <= count; i += 32) {
      const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), _mm256_xor_si256(x, flip));
    }
    const auto eight = [&](int first) {
      const __m128i x = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + first));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(to + first), _mm_xor_si128(x, _mm256_castsi256_si128(flip)));
    };
    for (; i + 8 <= count; i += 8) eight(i);
    if (i == count) return;
    if (count >= 8) return eight(count - 8);
    for (; i < count; ++i) to[i] = static_cast<element>(from[i] + offset);
  }

  static void multiply(const element* rows, std::ptrdiff_t pitch, int count, const weight* weights, int steps, int channels,
                       sum* sums) noexcept {
    if (channels > 8) dispatch<2>(rows, pitch, count, weights, steps, sums);
    else dispatch<1>(rows, pitch, count, weights, steps, sums);
  }

 private:
  template <int Vectors>
  static void dispatch(const element* rows, std::ptrdiff_t pitch, int count, const weight* weights, int steps,
                       sum* sums) noexcept {
    switch (count) {
      case 1: return tile<1, Vectors>(rows, pitch, weights, steps, sums);
      case 2: return tile<2, Vectors>(rows, pitch, weights, steps, sums);
      case 3: return tile<3, Vectors>(rows, pitch, weights, steps, sums);
      case 4: return tile<4, Vectors>(rows, pitch, weights, steps, sums);
      case 5: return tile<5, Vectors>(rows, pitch, weights, steps, sums);
      default: return tile<6, Vectors>(rows, pitch, weights, steps, sums);
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
  static void tile(const element* rows, std::ptrdiff_t pitch, const weight* weights, int steps, sum* sums) noexcept {
    __m256i acc[Rows][Vectors];
    OCTET_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      const __m256i start = _mm256_load_si256(reinterpret_cast<const __m256i*>(weights) + v);
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) acc[r][v] = start;
    }
    weights += nr * sizeof(sum);
    for (int k = 0; k < steps; ++k, rows += kr, weights += nr * kr) {
      __m256i w[Vectors];
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) w[v] = _mm256_load_si256(reinterpret_cast<const __m256i*>(weights) + v);
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
