#ifndef OCTET_NN_KERNELS_BYTE_STEPS_HPP
#define OCTET_NN_KERNELS_BYTE_STEPS_HPP

#include <octet/nn/kernels/weight_block.hpp>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// A block of weights as steps of byte products that are proved to fit 16 bits. A deep step takes the products of 8
/// neighbouring values and adds four of them up in int16; where the weights and the values' limits do not allow that,
/// shallow steps take 4 values and add up two products. Where not even two fit, the weights are halved and the step is
/// there twice. In memory: what all sums start from, the numbers of steps, where in a row each step reads, then the weights
/// of the deep steps [2][Nr][4] and of the shallow ones [Nr][4].
template <int Nr>
struct byte_steps {
  std::int32_t start[Nr];
  std::int32_t deep, shallow;

  /// Bytes for rows of `length` values, a multiple of 8, at the worst: four shallow steps in place of each deep one.
  static constexpr std::size_t size(int length) noexcept { return header_size(length) + std::size_t(length) * Nr * 2; }
  const std::int32_t* offsets() const noexcept { return reinterpret_cast<const std::int32_t*>(this + 1); }
  const std::int8_t* weights(int length) const noexcept {
    return reinterpret_cast<const std::int8_t*>(this) + header_size(length);
  }

  static void pack(const weight_block<std::int8_t>& block, int length, std::byte* to) noexcept {
    auto* steps = reinterpret_cast<byte_steps*>(to);
    for (int c = 0; c < Nr; ++c) steps->start[c] = block.start(c);
    steps->deep = steps->shallow = 0;
    auto* offset = reinterpret_cast<std::int32_t*>(steps + 1);
    auto* weight = reinterpret_cast<std::int8_t*>(to) + header_size(length);
    const auto add = [&](int k, int quads, int part, int parts) {
      *offset++ = k;
      for (int first = k; first < k + 4 * quads; first += 4)
        for (int c = 0; c < Nr; ++c)
          for (int i = first; i < first + 4; ++i) *weight++ = share(block.at(c, i), part, parts);
    };
    for (int k = 0; k < length; k += 8)
      if (fits(block, k, 2, 0, 1)) add(k, 2, 0, 1), ++steps->deep;
    for (int k = 0; k < block.depth; k += 4) {
      if (fits(block, k / 8 * 8, 2, 0, 1)) continue;
      const int parts = fits(block, k, 1, 0, 1) ? 1 : 2;
      for (int part = 0; part < parts; ++part) add(k, 1, part, parts), ++steps->shallow;
    }
  }

 private:
  static constexpr std::size_t header_size(int length) noexcept {
    return std::size_t(round_up(int{sizeof(byte_steps)} + length / 2 * int{sizeof(std::int32_t)}, 64));
  }
  /// The parts of a weight, which differ by one at most.
  static constexpr std::int8_t share(int weight, int part, int parts) noexcept {
    return static_cast<std::int8_t>(parts == 1 ? weight : part == 0 ? weight >> 1 : weight - (weight >> 1));
  }
  /// True if, in every channel, the products of values k, k+1 of each of `quads` fours add up within int16 in any order, and
  /// so do those of k+2, k+3.
  static constexpr bool fits(const weight_block<std::int8_t>& block, int k, int quads, int part, int parts) noexcept {
    for (int c = 0; c < block.channels; ++c)
      for (int half = 0; half < 4; half += 2) {
        std::int32_t most = 0, least = 0;
        for (int q = 0; q < quads; ++q)
          for (int i = k + 4 * q + half; i < k + 4 * q + half + 2; ++i) {
            const std::int32_t extreme = share(block.at(c, i), part, parts) * (block.high(i) - block.low(i));
            (extreme > 0 ? most : least) += extreme;
          }
        if (most > 32767 || least < -32768) return false;
      }
    return true;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
