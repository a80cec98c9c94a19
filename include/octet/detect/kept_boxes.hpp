#ifndef OCTET_DETECT_KEPT_BOXES_HPP
#define OCTET_DETECT_KEPT_BOXES_HPP

#include <octet/core/arch.hpp>
#include <octet/core/types.hpp>
#include <octet/detect/overlap.hpp>

#if defined(__SSE4_1__)
#include <immintrin.h>
#elif defined(__aarch64__) && defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace octet::detect {
inline namespace OCTET_ABI {

/// What the search compares: corners, and the area times a factor. An area that is NaN makes every pair a suspect.
struct query {
  float x1 = 0, y1 = 0, x2 = 0, y2 = 0, area = 0;
};

/// Boxes in blocks of eight, coordinate by coordinate, in words of memory that somebody else owns.
/// suspects() finds, without a division, all boxes that may overlap another one by a threshold or more, and few others:
/// what is exact is left to whoever asks.
class kept_boxes {
 public:
  static constexpr std::size_t lanes = 8, block = 5 * lanes;
  static constexpr std::size_t words(std::size_t boxes) noexcept { return (boxes + lanes - 1) / lanes * block; }

  /// more: what sides are larger by. Precondition: words(n) elements of room for n boxes.
  constexpr kept_boxes(std::uint32_t* room, float more) noexcept : room_(room), more_(more) {}

  constexpr std::size_t size() const noexcept { return size_; }

  /// NaN stands for areas that are not regular, whose rounding no guard band covers: of boxes that are empty, exchanged, no
  /// numbers, tiny or huge.
  constexpr query regular(const box& b) const noexcept {
    const float area = detail::product(b.x2 - b.x1 + more_, b.y2 - b.y1 + more_);
    const bool good = b.x1 <= b.x2 && b.y1 <= b.y2 && area >= 1e-30f && area <= 1e30f;
    return {b.x1, b.y1, b.x2, b.y2, good ? area : std::numeric_limits<float>::quiet_NaN()};
  }

  constexpr void push(const query& q) noexcept {
    const std::size_t lane = size_ % lanes;
    std::uint32_t* const at = room_ + size_ / lanes * block;
    if (lane == 0) {
      constexpr float away = 1e30f;
      for (std::size_t i = 0; i < block; ++i)
        at[i] = std::bit_cast<std::uint32_t>(i < 2 * lanes ? away : i < 4 * lanes ? -away : 0.0f);
    }
    const float values[5] = {q.x1, q.y1, q.x2, q.y2, q.area};
    for (std::size_t i = 0; i < 5; ++i) at[i * lanes + lane] = std::bit_cast<std::uint32_t>(values[i]);
    ++size_;
  }

  /// For the threshold t: the share of the sum of both areas from which their intersection makes suspects: t / (1 + t), less
  /// a guard band of 64 units in the last place. NaN, so that all are, where rounding is not covered.
  static constexpr float share(double threshold) noexcept {
    if (!(threshold >= 1e-6 && threshold <= 1e6)) return std::numeric_limits<float>::quiet_NaN();
    return static_cast<float>(threshold / (1 + threshold) * (1 - 0x1p-18));
  }

  /// Calls f(position) for every suspect, ascending, until one call gives true. True: it did.
  template <class Arch = arch::current, class F>
  bool any_suspect(const query& q, float share, F&& f) const noexcept {
    for (std::size_t first = 0; first < size_; first += lanes) {
      unsigned mask = suspects<Arch>(room_ + first / lanes * block, q, share, more_);
      for (; mask; mask &= mask - 1) {
        const std::size_t at = first + static_cast<std::size_t>(std::countr_zero(mask));
        if (at < size_ && f(at)) return true;
      }
    }
    return false;
  }

 private:
  template <class Arch>
  static unsigned suspects(const std::uint32_t* at, const query& q, float share, float more) noexcept {
    unsigned mask = 0;
    for (std::size_t i = 0; i < lanes; ++i) {
      const auto value = [&](std::size_t which) { return std::bit_cast<float>(at[which * lanes + i]); };
      const float w = detail::lesser(q.x2, value(2)) - detail::greater(q.x1, value(0)) + more;
      const float h = detail::lesser(q.y2, value(3)) - detail::greater(q.y1, value(1)) + more;
      mask |= static_cast<unsigned>(!(detail::greater(w, 0.0f) * h <= (q.area + value(4)) * share)) << i;
    }
    return mask;
  }

#if defined(__AVX2__)
  template <class Arch>
  requires(arch::includes<Arch, arch::avx2>()) static unsigned suspects(const std::uint32_t* at, const query& q, float share,
                                                                        float more) noexcept {
    const auto value = [&](std::size_t which) {
      return _mm256_castsi256_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(at + which * lanes)));
    };
    const auto side = [&](float from, float to, std::size_t which) {
      const __m256 length = _mm256_sub_ps(_mm256_min_ps(_mm256_set1_ps(to), value(which + 2)),
                                          _mm256_max_ps(_mm256_set1_ps(from), value(which)));
      return more == 0.0f ? length : _mm256_add_ps(length, _mm256_set1_ps(more));
    };
    const __m256 both = _mm256_mul_ps(_mm256_max_ps(side(q.x1, q.x2, 0), _mm256_setzero_ps()), side(q.y1, q.y2, 1));
    const __m256 least = _mm256_mul_ps(_mm256_add_ps(_mm256_set1_ps(q.area), value(4)), _mm256_set1_ps(share));
    return static_cast<unsigned>(_mm256_movemask_ps(_mm256_cmp_ps(both, least, _CMP_NLE_UQ)));
  }
#endif
#if defined(__SSE4_1__)
  template <class Arch>
  requires(arch::includes<Arch, arch::sse4_1>() &&
           !arch::includes<Arch, arch::avx2>()) static unsigned suspects(const std::uint32_t* at, const query& q,
                                                                         float share, float more) noexcept {
    unsigned mask = 0;
    for (std::size_t half = 0; half < 2; ++half) {
      const auto value = [&](std::size_t which) {
        return _mm_castsi128_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(at + which * lanes + half * 4)));
      };
      const auto side = [&](float from, float to, std::size_t which) {
        const __m128 length =
            _mm_sub_ps(_mm_min_ps(_mm_set1_ps(to), value(which + 2)), _mm_max_ps(_mm_set1_ps(from), value(which)));
        return _mm_add_ps(length, _mm_set1_ps(more));
      };
      const __m128 both = _mm_mul_ps(_mm_max_ps(side(q.x1, q.x2, 0), _mm_setzero_ps()), side(q.y1, q.y2, 1));
      const __m128 least = _mm_mul_ps(_mm_add_ps(_mm_set1_ps(q.area), value(4)), _mm_set1_ps(share));
      mask |= static_cast<unsigned>(_mm_movemask_ps(_mm_cmpnle_ps(both, least))) << half * 4;
    }
    return mask;
  }
#endif
#if defined(__aarch64__) && defined(__ARM_NEON)
  template <class Arch>
  requires(arch::includes<Arch, arch::neon64>()) static unsigned suspects(const std::uint32_t* at, const query& q,
                                                                          float share, float more) noexcept {
    unsigned mask = 0;
    const std::uint32_t bits[4] = {1, 2, 4, 8};
    for (std::size_t half = 0; half < 2; ++half) {
      const auto value = [&](std::size_t which) { return vreinterpretq_f32_u32(vld1q_u32(at + which * lanes + half * 4)); };
      const auto side = [&](float from, float to, std::size_t which) {
        const float32x4_t length =
            vsubq_f32(vminq_f32(vdupq_n_f32(to), value(which + 2)), vmaxq_f32(vdupq_n_f32(from), value(which)));
        return vaddq_f32(length, vdupq_n_f32(more));
      };
      const float32x4_t both = vmulq_f32(vmaxq_f32(side(q.x1, q.x2, 0), vdupq_n_f32(0)), side(q.y1, q.y2, 1));
      const float32x4_t least = vmulq_n_f32(vaddq_f32(vdupq_n_f32(q.area), value(4)), share);
      mask |= vaddvq_u32(vbicq_u32(vld1q_u32(bits), vcleq_f32(both, least))) << half * 4;
    }
    return mask;
  }
#endif

  std::uint32_t* room_;
  float more_;
  std::size_t size_ = 0;
};

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
