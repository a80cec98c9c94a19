#ifndef OCTET_NN_KERNELS_AVX2_PARTIAL_HPP
#define OCTET_NN_KERNELS_AVX2_PARTIAL_HPP

#if defined(__AVX2__)

#include <octet/core/config.hpp>

#include <immintrin.h>

#include <cstdint>

/// Loads and stores of the first `count` lanes of a register. Nothing behind them is touched; lanes behind are loaded as 0.
/// A count of 0 or less is none.
namespace octet::nn::kernels {
inline namespace OCTET_ABI {

inline __m256i load_s32(const std::int32_t* p, int count) noexcept {
  if (count >= 8) return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  return _mm256_maskload_epi32(p, _mm256_cmpgt_epi32(_mm256_set1_epi32(count), lane));
}

inline __m128i load_s8(const std::int8_t* p, int count) noexcept {
  if (count >= 16) return _mm_loadu_si128(reinterpret_cast<const __m128i*>(p));
  if (count >= 8) {
    const __m128i last = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(p + count - 8));
    return _mm_unpacklo_epi64(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)),
                              _mm_srl_epi64(last, _mm_cvtsi32_si128((16 - count) * 8)));
  }
  alignas(8) std::int8_t values[8] = {};
  for (int i = 0; i < count; ++i) values[i] = p[i];
  return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(values));
}

inline void store_s8(std::int8_t* p, int count, __m128i bytes) noexcept {
  if (count >= 16) return _mm_storeu_si128(reinterpret_cast<__m128i*>(p), bytes);
  alignas(16) std::int8_t values[16];
  _mm_store_si128(reinterpret_cast<__m128i*>(values), bytes);
  if (count >= 8) {
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), bytes);
    const __m128i last = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(values + count - 8));
    return _mm_storel_epi64(reinterpret_cast<__m128i*>(p + count - 8), last);
  }
  for (int i = 0; i < count; ++i) p[i] = values[i];
}

/// to[i] = from[i] - low[i] modulo 256.
OCTET_ALWAYS_INLINE void subtract(const std::int8_t* from, int count, const std::int8_t* low, std::uint8_t* to) noexcept {
  int i = 0;
  for (; i + 32 <= count; i += 32) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i));
    const __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(low + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), _mm256_sub_epi8(x, y));
  }
  if (i + 16 <= count) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i));
    const __m128i y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(low + i));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm_sub_epi8(x, y));
    i += 16;
  }
  const auto eight = [&](int first) {
    const __m128i x = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(from + first));
    const __m128i y = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(low + first));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(to + first), _mm_sub_epi8(x, y));
  };
  if (i + 8 <= count) eight(i), i += 8;
  if (i == count) return;
  if (count >= 8) return eight(count - 8);
  for (; i < count; ++i) to[i] = static_cast<std::uint8_t>(from[i] - low[i]);
}

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
