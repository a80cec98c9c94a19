#ifndef OCTET_NN_KERNELS_FINISH_S8_S32_AVX2_STAGES_HPP
#define OCTET_NN_KERNELS_FINISH_S8_S32_AVX2_STAGES_HPP

#if defined(__AVX2__)

#include <octet/core/arch.hpp>
#include <octet/nn/epilogue.hpp>

#include <immintrin.h>

#include <cstdint>

/// The stages of epilogue.hpp on 8 adjacent channels. `lanes(arch::avx2{}, stage, channel)` loads the stage's constants of
/// channels [channel, channel + 8) and returns a function int32x8 -> int32x8, of which the last stage's values fit int8.
/// A user's stage may bring its own overload; without one it runs lane by lane.
namespace octet::nn::kernels {
inline namespace OCTET_ABI {

struct int32x8 {
  __m256i v;
};

inline __m256i load_s32(const std::int32_t* p) noexcept { return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p)); }
inline __m256i load_s8_as_s32(const std::int8_t* p) noexcept {
  return _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(p)));
}
inline __m256i clamp_s32(__m256i x, __m256i lo, __m256i hi) noexcept {
  return _mm256_min_epi32(_mm256_max_epi32(x, lo), hi);
}
/// Moves odd lanes into the even ones, where vpmuldq looks.
inline __m256i odd(__m256i x) noexcept { return _mm256_srli_epi64(x, 32); }
/// The low halves of 4 even and 4 odd 64-bit results.
inline __m256i low_halves(__m256i even_lanes, __m256i odd_lanes) noexcept {
  return _mm256_blend_epi32(even_lanes, _mm256_slli_epi64(odd_lanes, 32), 0xAA);
}

/// rescale() of 8 lanes. Where it leaves [-2^29, 2^29], so does this, but perhaps with another value: the caller clamps the
/// result to a narrower range.
struct rescale_lanes {
  __m256i mantissa, shift_even, shift_odd, add_even, add_odd, subtract, lo, hi;

  rescale_lanes(const channel_multipliers& m, int channel) noexcept {
    mantissa = load_s32(m.mantissa + channel);
    const __m256i shift = load_s32(m.shift + channel), one = _mm256_set1_epi64x(1), low = _mm256_set1_epi64x(0xFFFFFFFF);
    shift_even = _mm256_and_si256(shift, low);
    shift_odd = odd(shift);
    // AVX2 has no arithmetic shift of 64 bits: 2^63 makes the value positive, and is taken off again after the shift.
    const __m256i top = _mm256_set1_epi64x(INT64_MIN);
    add_even = _mm256_or_si256(top, _mm256_sllv_epi64(one, _mm256_sub_epi64(shift_even, one)));
    add_odd = _mm256_or_si256(top, _mm256_sllv_epi64(one, _mm256_sub_epi64(shift_odd, one)));
    const __m256i one32 = _mm256_set1_epi32(1);
    subtract = _mm256_sllv_epi32(one32, _mm256_sub_epi32(_mm256_set1_epi32(63), shift));
    // With mantissa >= 2^30, a value beyond 2^(shift-1) has a result beyond 2^29; one up to it has a result that fits int32.
    const __m256i below = _mm256_sub_epi32(_mm256_sllv_epi32(one32, _mm256_sub_epi32(shift, one32)), one32);
    hi = _mm256_add_epi32(_mm256_min_epu32(below, _mm256_set1_epi32(INT32_MAX - 1)), one32);
    lo = _mm256_xor_si256(hi, _mm256_set1_epi32(-1));
  }

  __m256i operator()(__m256i x) const noexcept {
    x = clamp_s32(x, lo, hi);
    const __m256i e = _mm256_add_epi64(_mm256_mul_epi32(x, mantissa), add_even);
    const __m256i o = _mm256_add_epi64(_mm256_mul_epi32(odd(x), odd(mantissa)), add_odd);
    return _mm256_sub_epi32(low_halves(_mm256_srlv_epi64(e, shift_even), _mm256_srlv_epi64(o, shift_odd)), subtract);
  }
};

struct requantize_lanes {
  rescale_lanes scale;
  __m256i zero, lo, hi;
  int32x8 operator()(int32x8 x) const noexcept { return {_mm256_add_epi32(clamp_s32(scale(x.v), lo, hi), zero)}; }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

namespace octet::nn {
inline namespace OCTET_ABI {

template <epilogue_stage Stage>
auto lanes(arch::avx2, const Stage& stage, int channel) noexcept {
  return [&stage, channel](kernels::int32x8 x) noexcept {
    alignas(32) std::int32_t values[8];
    _mm256_store_si256(reinterpret_cast<__m256i*>(values), x.v);
    for (int i = 0; i < 8; ++i) values[i] = stage(values[i], channel + i);
    return kernels::int32x8{_mm256_load_si256(reinterpret_cast<const __m256i*>(values))};
  };
}

inline auto lanes(arch::avx2, const add_bias& s, int channel) noexcept {
  return [bias = kernels::int32x8{kernels::load_s32(s.bias + channel)}](kernels::int32x8 x) noexcept {
    return kernels::int32x8{_mm256_add_epi32(x.v, bias.v)};
  };
}

inline auto lanes(arch::avx2, const requantize& s, int channel) noexcept {
  const __m256i zero = kernels::load_s8_as_s32(s.zero_point + channel);
  return kernels::requantize_lanes{{s.scale, channel},
                                   zero,
                                   _mm256_sub_epi32(kernels::load_s8_as_s32(s.lo + channel), zero),
                                   _mm256_sub_epi32(kernels::load_s8_as_s32(s.hi + channel), zero)};
}

inline auto lanes(arch::avx2, const requantize_full& s, int channel) noexcept {
  const __m256i zero = kernels::load_s8_as_s32(s.zero_point + channel);
  return kernels::requantize_lanes{{s.scale, channel},
                                   zero,
                                   _mm256_sub_epi32(_mm256_set1_epi32(-128), zero),
                                   _mm256_sub_epi32(_mm256_set1_epi32(127), zero)};
}

inline auto lanes(arch::avx2 a, const hard_swish_requantize& s, int channel) noexcept {
  const auto last = lanes(a, requantize{s.to_output, s.zero_point, s.lo, s.hi}, channel);
  return [to_fixed = kernels::rescale_lanes(s.to_fixed, channel), last, fraction = s.fraction](kernels::int32x8 x) noexcept {
    const __m256i limit = _mm256_set1_epi32(hard_swish_requantize::limit), unit = _mm256_set1_epi32(1 << fraction);
    const __m256i three = _mm256_add_epi32(unit, _mm256_add_epi32(unit, unit));
    const __m256i t = kernels::clamp_s32(to_fixed(x.v), _mm256_sub_epi32(_mm256_setzero_si256(), limit), limit);
    const __m256i u = kernels::clamp_s32(_mm256_add_epi32(t, three), _mm256_setzero_si256(), _mm256_add_epi32(three, three));
    // The result fits int32 and fraction <= 32, so a logical shift leaves the right low half.
    const __m256i half = _mm256_set1_epi64x(std::int64_t{1} << (fraction - 1));
    const __m128i count = _mm_cvtsi32_si128(fraction);
    const __m256i e = _mm256_add_epi64(_mm256_mul_epi32(t, u), half);
    const __m256i o = _mm256_add_epi64(_mm256_mul_epi32(kernels::odd(t), kernels::odd(u)), half);
    return last({kernels::low_halves(_mm256_srl_epi64(e, count), _mm256_srl_epi64(o, count))});
  };
}

inline auto lanes(arch::avx2, const lookup& s, int channel) noexcept {
  return
      [to_index = kernels::rescale_lanes(s.to_index, channel), table = s.table, size = s.size](kernels::int32x8 x) noexcept {
        const __m256i half = _mm256_set1_epi32(size / 2), last = _mm256_set1_epi32(size - size / 2 - 1);
        const __m256i t = kernels::clamp_s32(to_index(x.v), _mm256_sub_epi32(_mm256_setzero_si256(), half), last);
        const __m256i index = _mm256_add_epi32(t, half);
        // A gather reads 4 bytes: those of the last entries begin earlier, so that none lies outside the table.
        const __m256i start = _mm256_min_epi32(index, _mm256_set1_epi32(size - 4));
        const __m256i word = _mm256_i32gather_epi32(reinterpret_cast<const int*>(table), start, 1);
        const __m256i bits = _mm256_slli_epi32(_mm256_sub_epi32(index, start), 3);
        return kernels::int32x8{_mm256_srai_epi32(_mm256_slli_epi32(_mm256_srlv_epi32(word, bits), 24), 24)};
      };
}

template <epilogue_stage First, epilogue_stage Rest>
auto lanes(arch::avx2 a, const composed<First, Rest>& s, int channel) noexcept {
  return [first = lanes(a, s.first, channel), rest = lanes(a, s.rest, channel)](kernels::int32x8 x) noexcept {
    return rest(first(x));
  };
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
