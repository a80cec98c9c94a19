#ifndef OCTET_NN_KERNELS_FINISH_S8_S32_AVX2_HPP
#define OCTET_NN_KERNELS_FINISH_S8_S32_AVX2_HPP

#if defined(__AVX2__)

#include <octet/nn/kernels/finish_s8_s32/avx2_estimate.hpp>
#include <octet/nn/kernels/finish_s8_s32/avx2_stages.hpp>

#include <cstddef>
#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

namespace detail {

/// 8 channels at a time in integers, single values behind.
template <class Epilogue>
void finish_exactly(const Epilogue& epilogue, const std::int32_t* sums, std::ptrdiff_t pitch, int rows, int channel,
                    int count, std::int8_t* out, std::ptrdiff_t stride) noexcept {
  const int eights = count / 8 * 8;
  for (int k = 0; k < eights; k += 8) {
    const auto f = lanes(arch::avx2{}, epilogue, channel + k);
    for (int r = 0; r < rows; ++r) {
      const __m256i x = f(kernels::int32x8{kernels::load_s32(sums + r * pitch + k)}).v;
      const __m128i words = _mm_packs_epi32(_mm256_castsi256_si128(x), _mm256_extracti128_si256(x, 1));
      _mm_storel_epi64(reinterpret_cast<__m128i*>(out + r * stride + k), _mm_packs_epi16(words, words));
    }
  }
  for (int r = 0; r < rows; ++r)
    for (int k = eights; k < count; ++k) out[r * stride + k] = epilogue(sums[r * pitch + k], channel + k);
}

/// For the few tiles that hold a value close to a tie, so that their code stays out of the way.
template <class Epilogue>
[[gnu::noinline, gnu::cold]] void finish_near_tie(const Epilogue& epilogue, const std::int32_t* sums, std::ptrdiff_t pitch,
                                                  int rows, int channel, int count, std::int8_t* out,
                                                  std::ptrdiff_t stride) noexcept {
  finish_exactly(epilogue, sums, pitch, rows, channel, count, out, stride);
}

/// Up to 16 channels of two rows at a time by estimates, those that lie close to a tie in integers.
template <bool Full, class Epilogue>
void finish_16(const Epilogue& epilogue, const std::int32_t* sums, std::ptrdiff_t pitch, int rows, int channel, int count,
               std::int8_t* out, std::ptrdiff_t stride) noexcept {
  if constexpr (Full) count = 16;
  const auto f = estimate(arch::avx2{}, epilogue, channel, count);
  const auto g = estimate(arch::avx2{}, epilogue, channel + 8, count - 8);
  if (!f.usable || !g.usable) return finish_near_tie(epilogue, sums, pitch, rows, channel, count, out, stride);
  const auto [lo, hi] = limits(arch::avx2{}, epilogue, channel, count);
  const __m256 magnitude = _mm256_castsi256_ps(_mm256_set1_epi32(INT32_MAX));
  const __m256i in_order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  for (int r = 0; r < rows; r += 2) {
    const std::ptrdiff_t next = r + 1 < rows ? 1 : 0;
    const std::int32_t *first = sums + r * pitch, *second = first + next * pitch;
    const __m256 y[4] = {f(kernels::load_s32(first, count)), g(kernels::load_s32(first + 8, count - 8)),
                         f(kernels::load_s32(second, count)), g(kernels::load_s32(second + 8, count - 8))};
    __m256i rounded[4];
    __m256 distance[4];
    OCTET_UNROLL
    for (int i = 0; i < 4; ++i) {
      rounded[i] = _mm256_cvtps_epi32(y[i]);
      distance[i] = _mm256_and_ps(magnitude, _mm256_sub_ps(y[i], _mm256_cvtepi32_ps(rounded[i])));
    }
    const __m256 near_tie = _mm256_or_ps(_mm256_cmp_ps(_mm256_max_ps(distance[0], distance[2]), f.certain, _CMP_GT_OQ),
                                         _mm256_cmp_ps(_mm256_max_ps(distance[1], distance[3]), g.certain, _CMP_GT_OQ));
    std::int8_t* to = out + r * stride;
    if (_mm256_movemask_ps(near_tie)) {
      finish_near_tie(epilogue, first, pitch, 1 + static_cast<int>(next), channel, count, to, stride);
      continue;
    }
    const __m256i words =
        _mm256_packs_epi16(_mm256_packs_epi32(rounded[0], rounded[1]), _mm256_packs_epi32(rounded[2], rounded[3]));
    // Each half holds 4 channels of each row alternately.
    __m256i bytes = _mm256_permutevar8x32_epi32(words, in_order);
    bytes = _mm256_min_epi8(_mm256_max_epi8(bytes, lo), hi);
    kernels::store_s8(to, count, _mm256_castsi256_si128(bytes));
    kernels::store_s8(to + next * stride, count, _mm256_extracti128_si256(bytes, 1));
  }
}

}  // namespace detail

template <arch::tag Arch, class Sum, class T, epilogue_of<Sum, T> Epilogue>
  requires(arch::includes<Arch, arch::avx2>() && std::is_same_v<Sum, std::int32_t> && std::is_same_v<T, std::int8_t>)
void finish(const Epilogue& epilogue, const Sum* sums, std::ptrdiff_t pitch, int rows, int channel, int count, T* out,
            std::ptrdiff_t stride) noexcept {
  if constexpr (requires { estimate(arch::avx2{}, epilogue, channel, count); }) {
    int k = 0;
    for (; k + 16 <= count; k += 16)
      detail::finish_16<true>(epilogue, sums + k, pitch, rows, channel + k, 16, out + k, stride);
    if (k < count) detail::finish_16<false>(epilogue, sums + k, pitch, rows, channel + k, count - k, out + k, stride);
  } else {
    detail::finish_exactly(epilogue, sums, pitch, rows, channel, count, out, stride);
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
