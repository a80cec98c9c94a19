#ifndef OCTET_NN_KERNELS_FINISH_S8_S32_NEON_HPP
#define OCTET_NN_KERNELS_FINISH_S8_S32_NEON_HPP

#if defined(__ARM_NEON)

#include <octet/nn/kernels/finish_s8_s32/neon_stages.hpp>

#include <cstddef>
#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

/// 8 channels at a time in integers, single values behind.
template <arch::tag Arch, class Sum, class T, epilogue_of<Sum, T> Epilogue>
  requires(arch::includes<Arch, arch::neon>() && std::is_same_v<Sum, std::int32_t> && std::is_same_v<T, std::int8_t>)
void finish(const Epilogue& epilogue, const Sum* sums, std::ptrdiff_t pitch, int rows, int channel, int count, T* out,
            std::ptrdiff_t stride) noexcept {
  const int eights = count / 8 * 8;
  for (int k = 0; k < eights; k += 8) {
    const auto low = lanes(arch::neon{}, epilogue, channel + k), high = lanes(arch::neon{}, epilogue, channel + k + 4);
    for (int r = 0; r < rows; ++r) {
      const Sum* from = sums + r * pitch + k;
      const int32x4_t a = low(kernels::int32x4{vld1q_s32(from)}).v, b = high(kernels::int32x4{vld1q_s32(from + 4)}).v;
      vst1_s8(out + r * stride + k, vmovn_s16(vcombine_s16(vmovn_s32(a), vmovn_s32(b))));
    }
  }
  for (int r = 0; r < rows; ++r)
    for (int k = eights; k < count; ++k) out[r * stride + k] = epilogue(sums[r * pitch + k], channel + k);
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
