#ifndef OCTET_NN_KERNELS_X86_WORDS_HPP
#define OCTET_NN_KERNELS_X86_WORDS_HPP

#if defined(__SSE4_1__)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/avx2_partial.hpp>

#include <immintrin.h>

#include <cstdint>

/// The few instructions of 16-bit products, in both widths.
///   add_pairs(sum, x, w)          32-bit lanes: sum[i] + x[2i] * w[2i] + x[2i+1] * w[2i+1]
///   interleave(a, b, count, to)   a[c], b[c] alternately, widened, for `width` / 2 channels, 0 behind `count`
namespace octet::nn::kernels {
inline namespace OCTET_ABI {

struct sse_words {
  using type = __m128i;
  static constexpr int width = 16;
  static type load(const void* p) noexcept { return _mm_load_si128(static_cast<const __m128i*>(p)); }
  static void store(void* p, type x) noexcept { _mm_store_si128(static_cast<__m128i*>(p), x); }
  static type zero() noexcept { return _mm_setzero_si128(); }
  static type add_pairs(type sum, type x, type w) noexcept { return _mm_add_epi32(sum, _mm_madd_epi16(x, w)); }
  static void interleave(const std::int8_t* a, const std::int8_t* b, int count, std::int16_t* to) noexcept {
    const __m128i both = _mm_unpacklo_epi8(load_8(a, count), load_8(b, count));
    store(to, _mm_cvtepi8_epi16(both));
    store(to + 8, _mm_cvtepi8_epi16(_mm_unpackhi_epi64(both, both)));
  }

 private:
  static type load_8(const std::int8_t* p, int count) noexcept {
    alignas(8) std::int8_t values[8] = {};
    if (count == 8)
      __builtin_memcpy(values, p, 8);
    else
      for (int i = 0; i < count; ++i) values[i] = p[i];
    return _mm_loadl_epi64(reinterpret_cast<const __m128i*>(values));
  }
};

#if defined(__AVX2__)
struct avx2_words {
  using type = __m256i;
  static constexpr int width = 32;
  static type load(const void* p) noexcept { return _mm256_load_si256(static_cast<const __m256i*>(p)); }
  static void store(void* p, type x) noexcept { _mm256_store_si256(static_cast<__m256i*>(p), x); }
  static type zero() noexcept { return _mm256_setzero_si256(); }
  static type add_pairs(type sum, type x, type w) noexcept {
#if defined(__AVX512VNNI__) && defined(__AVX512VL__)
    return _mm256_dpwssd_epi32(sum, x, w);
#elif defined(__AVXVNNI__)
    return _mm256_dpwssd_avx_epi32(sum, x, w);
#else
    return _mm256_add_epi32(sum, _mm256_madd_epi16(x, w));
#endif
  }
  static void interleave(const std::int8_t* a, const std::int8_t* b, int count, std::int16_t* to) noexcept {
    const __m128i x = load_s8(a, count), y = load_s8(b, count);
    store(to, _mm256_cvtepi8_epi16(_mm_unpacklo_epi8(x, y)));
    store(to + 16, _mm256_cvtepi8_epi16(_mm_unpackhi_epi8(x, y)));
  }
};
#endif

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
