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
  if (count >= 8) {
    // The last 8 overlap the first: a store of them from memory would wait for the one to memory.
    static constexpr std::int8_t order[24] = {0,  1,  2,  3,  4,  5,  6,  7,  8,  9,  10, 11,
                                              12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23};
    const __m128i from_last = _mm_loadu_si128(reinterpret_cast<const __m128i*>(order + count - 8));
    _mm_storel_epi64(reinterpret_cast<__m128i*>(p), bytes);
    return _mm_storel_epi64(reinterpret_cast<__m128i*>(p + count - 8), _mm_shuffle_epi8(bytes, from_last));
  }
  alignas(16) std::int8_t values[16];
  _mm_store_si128(reinterpret_cast<__m128i*>(values), bytes);
  for (int i = 0; i < count; ++i) p[i] = values[i];
}

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
