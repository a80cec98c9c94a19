#ifndef OCTET_NN_KERNELS_FINISH_S8_S32_AVX2_HPP
#define OCTET_NN_KERNELS_FINISH_S8_S32_AVX2_HPP

#if defined(__AVX2__)

#include <octet/nn/kernels/finish_s8_s32/avx2_stages.hpp>

#include <cstddef>
#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

template <arch::tag Arch, class Sum, class T, epilogue_of<Sum, T> Epilogue>
  requires(arch::includes<Arch, arch::avx2>() && std::is_same_v<Sum, std::int32_t> && std::is_same_v<T, std::int8_t>)
void finish(const Epilogue& epilogue, const Sum* sums, std::ptrdiff_t pitch, int rows, int channel, int count, T* out,
            std::ptrdiff_t stride) noexcept {
  int k = 0;
  for (; k + 8 <= count; k += 8) {
    const auto f = lanes(arch::avx2{}, epilogue, channel + k);
    for (int r = 0; r < rows; ++r) {
      const __m256i x = f(kernels::int32x8{kernels::load_s32(sums + r * pitch + k)}).v;
      const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out + r * stride + k), _mm_packs_epi16(words, words));
    }
  }
  for (; k < count; ++k)
    for (int r = 0; r < rows; ++r) out[r * stride + k] = epilogue(sums[r * pitch + k], channel + k);
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
