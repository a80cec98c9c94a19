#ifndef BENCHMARKS_PEAK_HPP
#define BENCHMARKS_PEAK_HPP

#include "sampling.hpp"
#include <octet/graph/fork_join.hpp>

#include <octet/core/arch.hpp>
#include <octet/core/simd.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <type_traits>
#include <utility>

#if defined(__SSE4_1__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

/// What a machine can do at most: multiply-adds on registers, without a load or a store.
namespace bench {

/// Hides a value from the compiler, so that equal products are computed again and again.
template <class V>
inline void refresh(V& v) {
  if constexpr (std::is_integral_v<V>)
    asm volatile("" : "+r"(v));
  else
#if defined(__ARM_NEON)
    asm volatile("" : "+w"(v));
#else
    asm volatile("" : "+x"(v));
#endif
}

/// int8 products summed in int32, plainly: u8 x s8 in pairs, then pairs of pairs.
template <class Arch>
struct peak_step {
  using vector = std::int32_t;
  static constexpr int mac = 1;
  static void step(vector& sum, const vector& a) { sum += a * a; }
};

#if defined(__SSE4_1__)
template <>
struct peak_step<octet::arch::sse4_1> {
  using vector = __m128i;
  static constexpr int mac = 16;
  static void step(vector& sum, const vector& a) {
    sum = _mm_add_epi32(sum, _mm_madd_epi16(_mm_maddubs_epi16(a, a), _mm_set1_epi16(1)));
  }
};
#endif
#if defined(__AVX2__)
template <>
struct peak_step<octet::arch::avx2> {
  using vector = __m256i;
  static constexpr int mac = 32;
  static void step(vector& sum, const vector& a) {
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(a, a), _mm256_set1_epi16(1)));
  }
};
#endif
#if defined(__AVXVNNI__)
template <>
struct peak_step<octet::arch::avx_vnni> {
  using vector = __m256i;
  static constexpr int mac = 32;
  static void step(vector& sum, const vector& a) { sum = _mm256_dpbusd_avx_epi32(sum, a, a); }
};
#endif
#if defined(__AVX512VNNI__)
template <>
struct peak_step<octet::arch::avx512_vnni> {
  using vector = __m512i;
  static constexpr int mac = 64;
  static void step(vector& sum, const vector& a) { sum = _mm512_dpbusd_epi32(sum, a, a); }
};
#endif
#if defined(__ARM_NEON)
template <>
struct peak_step<octet::arch::neon> {
  using vector = int32x4_t;
  static constexpr int mac = 16;
  static void step(vector& sum, const vector& a) {
    const int8x16_t b = vreinterpretq_s8_s32(a);
    const int16x8_t pairs = vmlal_s8(vmull_s8(vget_low_s8(b), vget_low_s8(b)), vget_high_s8(b), vget_high_s8(b));
    sum = vpadalq_s16(sum, pairs);
  }
};
template <>
struct peak_step<octet::arch::neon64> : peak_step<octet::arch::neon> {};
#endif
#if defined(__ARM_FEATURE_DOTPROD)
template <>
struct peak_step<octet::arch::neon_dotprod> {
  using vector = int32x4_t;
  static constexpr int mac = 16;
  static void step(vector& sum, const vector& a) {
    sum = vdotq_s32(sum, vreinterpretq_s8_s32(a), vreinterpretq_s8_s32(a));
  }
};
#endif
#if defined(__ARM_FEATURE_MATMUL_INT8)
template <>
struct peak_step<octet::arch::neon_i8mm> {
  using vector = int32x4_t;
  static constexpr int mac = 32;
  static void step(vector& sum, const vector& a) {
    sum = vmmlaq_s32(sum, vreinterpretq_s8_s32(a), vreinterpretq_s8_s32(a));
  }
};
#endif

/// float32, in the vectors that the float kernels use.
struct peak_step_f32 {
  using batch = octet::simd::batch<float>;
  using vector = batch::register_type;
  static constexpr int mac = static_cast<int>(batch::size);
  static void step(vector& sum, const vector& a) { sum = octet::simd::multiply_add(batch(a), batch(a), batch(sum)); }
};

/// Products per nanosecond of all workers together, the best of 15 samples.
template <class Step>
double measure_peak(octet::graph::fork_join& on) {
  using vector = typename Step::vector;
  // Enough to hide the latency of a step; with the operands they fit 16 registers.
  constexpr int chains = 12, turns = 4096;
  const auto job = [](int) {
    vector sums[chains] = {}, a{};
    const auto turn = [&]<std::size_t... I>(std::index_sequence<I...>) {
      ((refresh(a), Step::step(sums[I], a)), ...);
    };
    for (int i = 0; i < turns; ++i) turn(std::make_index_sequence<chains>{});
    for (vector& sum : sums) refresh(sum);
  };
  const std::function<void()> one = [&] { on(on.size(), job); };
  const timing t = take_turns({&one, 1}, 15, on.size()).front();
  return double{Step::mac} * chains * turns * on.size() / t.minimum;
}

}  // namespace bench

#endif
