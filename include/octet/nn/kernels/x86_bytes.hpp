#ifndef OCTET_NN_KERNELS_X86_BYTES_HPP
#define OCTET_NN_KERNELS_X86_BYTES_HPP

#if defined(__SSE4_1__)

#include <octet/core/config.hpp>

#include <immintrin.h>

#include <cstdint>

/// The few instructions of byte products, in both widths.
///   pairs(u, w)      16-bit lanes: u[2i] * w[2i] + u[2i+1] * w[2i+1], unsigned by signed; saturates
///   add_pairs(x)     32-bit lanes: the sum of two neighbouring 16-bit ones
namespace octet::nn::kernels {
inline namespace OCTET_ABI {

struct sse_bytes {
  using type = __m128i;
  static constexpr int width = 16;
  static type load(const void* p) noexcept { return _mm_load_si128(static_cast<const __m128i*>(p)); }
  static void store(void* p, type x) noexcept { _mm_store_si128(static_cast<__m128i*>(p), x); }
  static type zero() noexcept { return _mm_setzero_si128(); }
  static type broadcast_4(const void* p) noexcept {
    std::int32_t x;
    __builtin_memcpy(&x, p, 4);
    return _mm_set1_epi32(x);
  }
  static type pairs(type u, type w) noexcept { return _mm_maddubs_epi16(u, w); }
  static type add_s16(type a, type b) noexcept { return _mm_add_epi16(a, b); }
  static type add_s32(type a, type b) noexcept { return _mm_add_epi32(a, b); }
  static type add_pairs(type x) noexcept { return _mm_madd_epi16(x, _mm_set1_epi16(1)); }
};

#if defined(__AVX2__)
struct avx2_bytes {
  using type = __m256i;
  static constexpr int width = 32;
  static type load(const void* p) noexcept { return _mm256_load_si256(static_cast<const __m256i*>(p)); }
  static void store(void* p, type x) noexcept { _mm256_store_si256(static_cast<__m256i*>(p), x); }
  static type zero() noexcept { return _mm256_setzero_si256(); }
  static type broadcast_4(const void* p) noexcept {
    return _mm256_castps_si256(_mm256_broadcast_ss(static_cast<const float*>(p)));
  }
  static type pairs(type u, type w) noexcept { return _mm256_maddubs_epi16(u, w); }
  static type add_s16(type a, type b) noexcept { return _mm256_add_epi16(a, b); }
  static type add_s32(type a, type b) noexcept { return _mm256_add_epi32(a, b); }
  static type add_pairs(type x) noexcept { return _mm256_madd_epi16(x, _mm256_set1_epi16(1)); }
};
#endif

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
