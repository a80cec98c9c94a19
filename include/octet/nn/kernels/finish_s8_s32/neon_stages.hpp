#ifndef OCTET_NN_KERNELS_FINISH_S8_S32_NEON_STAGES_HPP
#define OCTET_NN_KERNELS_FINISH_S8_S32_NEON_STAGES_HPP

#if defined(__ARM_NEON)

#include <octet/core/arch.hpp>
#include <octet/nn/epilogue.hpp>

#include <arm_neon.h>

#include <cstdint>

/// The stages of epilogue.hpp on 4 adjacent channels. `lanes(arch::neon{}, stage, channel)` loads the stage's constants of
/// channels [channel, channel + 4) and returns a function int32x4 -> int32x4, of which the last stage's values fit int8.
/// A user's stage may bring its own overload; without one it runs lane by lane.
namespace octet::nn::kernels {
inline namespace OCTET_ABI {

struct int32x4 {
  int32x4_t v;
};

inline int32x4_t load_s8_as_s32(const std::int8_t* p) noexcept {
  const std::int32_t values[4] = {p[0], p[1], p[2], p[3]};
  return vld1q_s32(values);
}
inline int32x4_t clamp_s32(int32x4_t x, int32x4_t lo, int32x4_t hi) noexcept { return vminq_s32(vmaxq_s32(x, lo), hi); }

/// rescale() of 4 lanes: vrshlq_s64 by a negative count adds half a unit before it shifts, without overflow, and vqmovn_s64
/// saturates.
struct rescale_lanes {
  int32x4_t mantissa;
  int64x2_t left_low, left_high;

  rescale_lanes(const channel_multipliers& m, int channel) noexcept : mantissa(vld1q_s32(m.mantissa + channel)) {
    const int32x4_t left = vnegq_s32(vld1q_s32(m.shift + channel));
    left_low = vmovl_s32(vget_low_s32(left));
    left_high = vmovl_s32(vget_high_s32(left));
  }
  int32x4_t operator()(int32x4_t x) const noexcept {
    const int64x2_t low = vrshlq_s64(vmull_s32(vget_low_s32(x), vget_low_s32(mantissa)), left_low);
    const int64x2_t high = vrshlq_s64(vmull_s32(vget_high_s32(x), vget_high_s32(mantissa)), left_high);
    return vcombine_s32(vqmovn_s64(low), vqmovn_s64(high));
  }
};

struct requantize_lanes {
  rescale_lanes scale;
  int32x4_t zero, lo, hi;
  int32x4 operator()(int32x4 x) const noexcept { return {vaddq_s32(clamp_s32(scale(x.v), lo, hi), zero)}; }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

namespace octet::nn {
inline namespace OCTET_ABI {

template <epilogue_stage Stage>
auto lanes(arch::neon, const Stage& stage, int channel) noexcept {
  return [&stage, channel](kernels::int32x4 x) noexcept {
    std::int32_t values[4];
    vst1q_s32(values, x.v);
    for (int i = 0; i < 4; ++i) values[i] = stage(values[i], channel + i);
    return kernels::int32x4{vld1q_s32(values)};
  };
}

inline auto lanes(arch::neon, const add_bias& s, int channel) noexcept {
  return [bias = kernels::int32x4{vld1q_s32(s.bias + channel)}](kernels::int32x4 x) noexcept {
    return kernels::int32x4{vaddq_s32(x.v, bias.v)};
  };
}

inline auto lanes(arch::neon, const requantize& s, int channel) noexcept {
  const int32x4_t zero = kernels::load_s8_as_s32(s.zero_point + channel);
  return kernels::requantize_lanes{{s.scale, channel},
                                   zero,
                                   vsubq_s32(kernels::load_s8_as_s32(s.lo + channel), zero),
                                   vsubq_s32(kernels::load_s8_as_s32(s.hi + channel), zero)};
}

inline auto lanes(arch::neon, const requantize_full& s, int channel) noexcept {
  const int32x4_t zero = kernels::load_s8_as_s32(s.zero_point + channel);
  return kernels::requantize_lanes{
      {s.scale, channel}, zero, vsubq_s32(vdupq_n_s32(-128), zero), vsubq_s32(vdupq_n_s32(127), zero)};
}

inline auto lanes(arch::neon a, const hard_swish_requantize& s, int channel) noexcept {
  const auto last = lanes(a, requantize{s.to_output, s.zero_point, s.lo, s.hi}, channel);
  return [to_fixed = kernels::rescale_lanes(s.to_fixed, channel), last, fraction = s.fraction](kernels::int32x4 x) noexcept {
    const std::int32_t three = 3 << fraction;
    const int32x4_t limit = vdupq_n_s32(hard_swish_requantize::limit);
    const int32x4_t t = kernels::clamp_s32(to_fixed(x.v), vnegq_s32(limit), limit);
    const int32x4_t u = kernels::clamp_s32(vaddq_s32(t, vdupq_n_s32(three)), vdupq_n_s32(0), vdupq_n_s32(2 * three));
    const int64x2_t left = vdupq_n_s64(-fraction);
    const int64x2_t low = vrshlq_s64(vmull_s32(vget_low_s32(t), vget_low_s32(u)), left);
    const int64x2_t high = vrshlq_s64(vmull_s32(vget_high_s32(t), vget_high_s32(u)), left);
    return last({vcombine_s32(vmovn_s64(low), vmovn_s64(high))});
  };
}

template <epilogue_stage First, epilogue_stage Rest>
auto lanes(arch::neon a, const composed<First, Rest>& s, int channel) noexcept {
  return [first = lanes(a, s.first, channel), rest = lanes(a, s.rest, channel)](kernels::int32x4 x) noexcept {
    return rest(first(x));
  };
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
