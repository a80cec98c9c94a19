#ifndef OCTET_NN_KERNELS_WEIGHT_BLOCK_HPP
#define OCTET_NN_KERNELS_WEIGHT_BLOCK_HPP

#include <octet/nn/limits.hpp>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

constexpr int round_up(int x, int multiple) noexcept { return (x + multiple - 1) / multiple * multiple; }

/// The weights [channels][depth] of a block of output channels, 0 outside, and the limits of the values that they meet.
template <class T>
struct weight_block {
  const T* weights;
  int channels, depth, ic;
  value_limits limits;

  constexpr T at(int channel, int k) const noexcept {
    return channel < channels && k < depth ? weights[std::ptrdiff_t{channel} * depth + k] : T{0};
  }
  constexpr int low(int k) const noexcept { return limits.low && k < depth ? limits.low[k % ic] : -128; }
  constexpr int high(int k) const noexcept { return limits.high && k < depth ? limits.high[k % ic] : 127; }
  /// What the channel's sum lacks if values are taken less their low limit.
  constexpr std::int32_t start(int channel) const noexcept {
    std::int32_t sum = 0;
    for (int k = 0; k < depth; ++k) sum += at(channel, k) * low(k);
    return sum;
  }
  /// All weights in the order [length/kr][nr][kr].
  template <class Weight>
  constexpr void copy(int length, int nr, int kr, Weight* to) const noexcept {
    for (int k = 0; k < length; k += kr)
      for (int c = 0; c < nr; ++c)
        for (int i = k; i < k + kr; ++i) *to++ = static_cast<Weight>(at(c, i));
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
