#ifndef OCTET_NN_KERNELS_FINISH_S8_S32_AVX2_ESTIMATE_HPP
#define OCTET_NN_KERNELS_FINISH_S8_S32_AVX2_ESTIMATE_HPP

#if defined(__AVX2__)

#include <octet/core/arch.hpp>
#include <octet/nn/epilogue.hpp>
#include <octet/nn/kernels/avx2_partial.hpp>
#include <octet/nn/kernels/finish_s8_s32/avx2_stages.hpp>

#include <immintrin.h>

#include <cstddef>
#include <cstdint>
#include <type_traits>

/// Stages of epilogue.hpp in float, three times as fast as in 64-bit integers and still exact: an estimate comes with a
/// bound of its distance from the value that the integer expression rounds, so rounding it gives the same int8 unless it
/// lies within that bound of a tie. The few that do are computed in integers. `estimate(arch::avx2{}, stage, channel)` loads
/// the constants of channels [channel, channel + 8):
///   usable          false if the estimate may leave int32 for some sum
///   operator()(x)   the value before the zero point is added and before rounding
///   lower, upper    the zero point less and plus a bound of the error: wherever the exact value may fall inside int8, it
///   lies
///                   between both sums; elsewhere both saturate to its side
namespace octet::nn::kernels {
inline namespace OCTET_ABI {

inline __m256 to_float(const std::int8_t* p, int count) noexcept {
  return _mm256_cvtepi32_ps(count >= 8 ? load_s8_as_s32(p) : _mm256_cvtepi8_epi32(load_s8(p, count)));
}

/// The multipliers of up to 8 channels as floats, times 2^fraction, off by 2^-24 of their value.
inline __m256 factors_of(const channel_multipliers& m, int channel, int count, int fraction) noexcept {
  const __m256i exponent = _mm256_sub_epi32(_mm256_set1_epi32(127 + fraction), load_s32(m.shift + channel, count));
  return _mm256_mul_ps(_mm256_cvtepi32_ps(load_s32(m.mantissa + channel, count)),
                       _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
}
/// True if these factors are below 1/2, so that no product of an int32 leaves int32.
inline bool below_half(const channel_multipliers& m, int channel, int count) noexcept {
  const __m256i large = _mm256_cmpgt_epi32(_mm256_set1_epi32(32), load_s32(m.shift + channel, count));
  const __m256i none = _mm256_cmpeq_epi32(load_s32(m.mantissa + channel, count), _mm256_setzero_si256());
  return _mm256_testc_si256(none, large) != 0;
}

struct requantize_estimate {
  __m256 factor, lower, upper;
  bool usable;

  /// Five roundings of 2^-24 of a value up to 257: less than 2^-13.
  requantize_estimate(const channel_multipliers& scale, const std::int8_t* zero_point, int channel, int count) noexcept
      : factor(factors_of(scale, channel, count, 0)), usable(below_half(scale, channel, count)) {
    const __m256 zero = to_float(zero_point + channel, count), error = _mm256_set1_ps(0x1p-13f);
    lower = _mm256_sub_ps(zero, error);
    upper = _mm256_add_ps(zero, error);
  }
  __m256 operator()(__m256i x) const noexcept { return _mm256_mul_ps(_mm256_cvtepi32_ps(x), factor); }
};

struct hard_swish_estimate {
  __m256 factor, to_output, lower, upper, limit;
  bool usable;

  /// With v = h(x * factor) * to_output and h(x) = x * clamp(x + 3, 0, 6), which is 9 times as steep as x at most: the
  /// integer expression rounds h's argument and result to 2^-fraction, 5 * 2^-fraction together; floats add less than 2^-16
  /// to h up to 3, and beyond less than 2^-12 to v up to 257.
  hard_swish_estimate(const hard_swish_requantize& s, int channel, int count) noexcept
      : factor(factors_of(s.to_fixed, channel, count, -s.fraction)),
        to_output(factors_of(s.to_output, channel, count, s.fraction)),
        limit(_mm256_set1_ps(static_cast<float>(hard_swish_requantize::limit >> s.fraction))),
        usable(below_half(s.to_output, channel, count)) {
    const float steps = 5.0f / static_cast<float>(1 << s.fraction) + 0x1p-16f;
    const __m256 zero = to_float(s.zero_point + channel, count);
    const __m256 error = _mm256_add_ps(_mm256_set1_ps(0x1p-12f), _mm256_mul_ps(to_output, _mm256_set1_ps(steps)));
    lower = _mm256_sub_ps(zero, error);
    upper = _mm256_add_ps(zero, error);
  }
  __m256 operator()(__m256i x) const noexcept {
    const __m256 t = _mm256_min_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(x), factor), limit);
    const __m256 u =
        _mm256_min_ps(_mm256_max_ps(_mm256_add_ps(t, _mm256_set1_ps(3)), _mm256_setzero_ps()), _mm256_set1_ps(6));
    return _mm256_mul_ps(_mm256_mul_ps(t, u), to_output);
  }
};

template <class Estimate>
struct biased_estimate : Estimate {
  __m256i bias;
  __m256 operator()(__m256i x) const noexcept { return Estimate::operator()(_mm256_add_epi32(x, bias)); }
};

/// int8 limits of 16 channels in both halves of a register, or of 8 in its quarters.
struct byte_limits {
  __m256i lo, hi;
};
inline byte_limits load_limits(const std::int8_t* lo, const std::int8_t* hi, int count) noexcept {
  const __m128i l = load_s8(lo, count), h = load_s8(hi, count);
  if (count <= 8) return {_mm256_broadcastq_epi64(l), _mm256_broadcastq_epi64(h)};
  return {_mm256_broadcastsi128_si256(l), _mm256_broadcastsi128_si256(h)};
}

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

namespace octet::nn {
inline namespace OCTET_ABI {

inline auto estimate(arch::avx2, const requantize& s, int channel, int count) noexcept {
  return kernels::requantize_estimate(s.scale, s.zero_point, channel, count);
}
inline auto estimate(arch::avx2, const requantize_full& s, int channel, int count) noexcept {
  return kernels::requantize_estimate(s.scale, s.zero_point, channel, count);
}
inline auto estimate(arch::avx2, const hard_swish_requantize& s, int channel, int count) noexcept {
  return kernels::hard_swish_estimate(s, channel, count);
}
template <class Last>
requires requires(const Last& s) { estimate(arch::avx2{}, s, 0, 0); }
auto estimate(arch::avx2 a, const composed<add_bias, Last>& s, int channel, int count) noexcept {
  const auto rest = estimate(a, s.rest, channel, count);
  return kernels::biased_estimate<std::remove_const_t<decltype(rest)>>{rest,
                                                                       kernels::load_s32(s.first.bias + channel, count)};
}

/// The int8 limits of up to 16 channels from `channel` on.
template <class Stage>
kernels::byte_limits limits(arch::avx2, const Stage& s, int channel, int count) noexcept {
  if constexpr (requires { s.lo; })
    return kernels::load_limits(s.lo + channel, s.hi + channel, count);
  else
    return {_mm256_set1_epi8(-128), _mm256_set1_epi8(127)};
}
template <class Last>
kernels::byte_limits limits(arch::avx2 a, const composed<add_bias, Last>& s, int channel, int count) noexcept {
  return limits(a, s.rest, channel, count);
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
