#ifndef OCTET_NN_KERNELS_DEPTHWISE_S8_S8_S8CX_X86_4X2X2_HPP
#define OCTET_NN_KERNELS_DEPTHWISE_S8_S8_S8CX_X86_4X2X2_HPP

#if defined(__SSE4_1__)

#include <octet/core/config.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>
#include <octet/nn/kernels/x86_words.hpp>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// Exact for all int8 operands: two neighbouring pixels are widened and interleaved, and
/// vpmaddwd adds the products of both.
template <class Words>
struct x86_4x2x2 {
  using value = std::int8_t;
  using element = std::int16_t;
  using weight = std::int16_t;
  using sum = std::int32_t;
  static constexpr int mr = 4, lanes = Words::width / 4, nr = 2 * lanes, kr = 2;
  static constexpr const char* name = "depthwise_s8_s8_s8cx/x86_4x2x2";

  static void interleave(const value* const (&pixels)[kr], int count, element* to) noexcept {
    Words::interleave(pixels[0], pixels[1], count, to);
  }

  static void multiply(const depthwise_window<element>& window, int count, const weight* weights, sum* sums) noexcept {
    switch (window.groups) {
      case 2:
        return dispatch<2>(window, count, weights, sums);
      case 3:
        return dispatch<3>(window, count, weights, sums);
      default:
        return dispatch<0>(window, count, weights, sums);
    }
  }

 private:
  using type = typename Words::type;

  template <int Groups>
  static void dispatch(const depthwise_window<element>& window, int count, const weight* weights, sum* sums) noexcept {
    switch (count) {
      case 1:
        return tile<1, Groups>(window, weights, sums);
      case 2:
        return tile<2, Groups>(window, weights, sums);
      case 3:
        return tile<3, Groups>(window, weights, sums);
      default:
        return tile<4, Groups>(window, weights, sums);
    }
  }

  /// Groups is 0 where it is not known at compile time.
  template <int Count, int Groups>
  static void tile(const depthwise_window<element>& window, const weight* weights, sum* sums) noexcept {
    type acc[Count][2];
    OCTET_UNROLL
    for (auto& row : acc) row[0] = row[1] = Words::zero();
    const std::ptrdiff_t output_step = window.output_step, group_step = window.group_step;
    const int groups = Groups ? Groups : window.groups;
    for (int y = 0; y < window.rows; ++y) {
      const element* from = window.lines[y] + window.at;
      for (int k = 0; k < groups; ++k, from += group_step, weights += nr * kr) {
        const type lo = Words::load(weights), hi = Words::load(weights + nr);
        OCTET_UNROLL
        for (int i = 0; i < Count; ++i) {
          const element* q = from + i * output_step;
          acc[i][0] = Words::add_pairs(acc[i][0], Words::load(q), lo);
          acc[i][1] = Words::add_pairs(acc[i][1], Words::load(q + nr), hi);
        }
      }
    }
    OCTET_UNROLL
    for (int i = 0; i < Count; ++i) {
      Words::store(sums + i * nr, acc[i][0]);
      Words::store(sums + i * nr + lanes, acc[i][1]);
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
