#ifndef OCTET_NN_KERNELS_SUBTRACT_HPP
#define OCTET_NN_KERNELS_SUBTRACT_HPP

#if defined(__SSE4_1__)

#include <octet/core/config.hpp>

#include <immintrin.h>

#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// to[i] = from[i] - low[i] modulo 256.
OCTET_ALWAYS_INLINE void subtract(const std::int8_t* from, int count, const std::int8_t* low, std::uint8_t* to) noexcept {
  int i = 0;
#if defined(__AVX2__)
  for (; i + 32 <= count; i += 32) {
    const __m256i x = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(from + i));
    const __m256i y = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(low + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(to + i), _mm256_sub_epi8(x, y));
  }
#endif
  for (; i + 16 <= count; i += 16) {
    const __m128i x = _mm_loadu_si128(reinterpret_cast<const __m128i*>(from + i));
    const __m128i y = _mm_loadu_si128(reinterpret_cast<const __m128i*>(low + i));
    _mm_storeu_si128(reinterpret_cast<__m128i*>(to + i), _mm_sub_epi8(x, y));
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
