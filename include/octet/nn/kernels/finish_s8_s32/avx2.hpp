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

/// 16 channels of two rows, or 8 of four, at a time by estimates; where rounding what bounds them does not give the same
/// int8 everywhere, in integers. Fewer channels if not Full.
template <int Rows, bool Full, class Epilogue>
void finish_rows(const Epilogue& epilogue, const std::int32_t* sums, std::ptrdiff_t pitch, int rows, int channel, int count,
                 std::int8_t* out, std::ptrdiff_t stride) noexcept {
  constexpr int parts = 4 / Rows;  // registers of a row
  if constexpr (Full) count = parts * 8;
  const auto f = estimate(arch::avx2{}, epilogue, channel, count);
  const auto g = estimate(arch::avx2{}, epilogue, channel + 8, parts == 2 ? count - 8 : 0);
  if (!f.usable || (parts == 2 && !g.usable))
    return finish_near_tie(epilogue, sums, pitch, rows, channel, count, out, stride);
  const auto allowed = limits(arch::avx2{}, epilogue, channel, count);
  const __m256i in_order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
  const auto to_bytes = [&](const __m256(&y)[4], const auto& bound) {
    __m256i x[4];
    OCTET_UNROLL
    for (int i = 0; i < 4; ++i) x[i] = _mm256_cvtps_epi32(bound(y[i], i));
    const __m256i bytes = _mm256_packs_epi16(_mm256_packs_epi32(x[0], x[1]), _mm256_packs_epi32(x[2], x[3]));
    // Each half holds 4 channels of each register alternately.
    return _mm256_min_epi8(_mm256_max_epi8(_mm256_permutevar8x32_epi32(bytes, in_order), allowed.lo), allowed.hi);
  };
  for (int r = 0; r < rows; r += Rows) {
    const int last = rows - r < Rows ? rows - r - 1 : Rows - 1;  // rows behind it are the same once more
    const std::int32_t* from = sums + r * pitch;
    std::int8_t* to = out + r * stride;
    __m256 y[4];
    OCTET_UNROLL
    for (int i = 0; i < 4; ++i) {
      const int row = i / parts < last ? i / parts : last;
      if (i % parts == 0)
        y[i] = f(kernels::load_s32(from + row * pitch, count));
      else
        y[i] = g(kernels::load_s32(from + row * pitch + 8, count - 8));
    }
    const __m256i lower = to_bytes(y, [&](__m256 x, int i) { return _mm256_add_ps(x, i % parts ? g.lower : f.lower); });
    const __m256i upper = to_bytes(y, [&](__m256 x, int i) { return _mm256_add_ps(x, i % parts ? g.upper : f.upper); });
    if (_mm256_movemask_epi8(_mm256_cmpeq_epi8(lower, upper)) != -1) {
      finish_near_tie(epilogue, from, pitch, 1 + last, channel, count, to, stride);
      continue;
    }
    const __m128i low = _mm256_castsi256_si128(lower), high = _mm256_extracti128_si256(lower, 1);
    if constexpr (parts == 2) {
      kernels::store_s8(to, count, low);
      kernels::store_s8(to + last * stride, count, high);
    } else {
      const __m128i bytes[4] = {low, _mm_unpackhi_epi64(low, low), high, _mm_unpackhi_epi64(high, high)};
      OCTET_UNROLL
      for (int i = 0; i < 4; ++i) kernels::store_s8(to + (i < last ? i : last) * stride, count, bytes[i]);
    }
  }
}

}  // namespace detail

template <arch::tag Arch, class Sum, class T, epilogue_of<Sum, T> Epilogue>
requires(arch::includes<Arch, arch::avx2>() && std::is_same_v<Sum, std::int32_t> &&
         std::is_same_v<T, std::int8_t>) void finish(const Epilogue& epilogue, const Sum* sums, std::ptrdiff_t pitch,
                                                     int rows, int channel, int count, T* out,
                                                     std::ptrdiff_t stride) noexcept {
  if constexpr (requires { estimate(arch::avx2{}, epilogue, channel, count); }) {
    int k = 0;
    for (; k + 16 <= count; k += 16)
      detail::finish_rows<2, true>(epilogue, sums + k, pitch, rows, channel + k, 16, out + k, stride);
    const int rest = count - k;
    if (rest > 8)
      detail::finish_rows<2, false>(epilogue, sums + k, pitch, rows, channel + k, rest, out + k, stride);
    else if (rest == 8)
      detail::finish_rows<4, true>(epilogue, sums + k, pitch, rows, channel + k, rest, out + k, stride);
    else if (rest > 0)
      detail::finish_rows<4, false>(epilogue, sums + k, pitch, rows, channel + k, rest, out + k, stride);
  } else {
    detail::finish_exactly(epilogue, sums, pitch, rows, channel, count, out, stride);
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
