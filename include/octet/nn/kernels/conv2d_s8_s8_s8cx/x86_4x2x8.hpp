#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_X86_4X2X8_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_X86_4X2X8_HPP

#if defined(__SSE4_1__)

#include <octet/nn/kernels/byte_steps.hpp>
#include <octet/nn/kernels/subtract.hpp>
#include <octet/nn/kernels/x86_bytes.hpp>

#include <cstddef>
#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// 4 pixels x 2 registers of channels. Exact for all int8 operands: bytes are multiplied in pairs, which saturates, but only
/// in steps that were proved to fit when the weights were packed.
template <class Bytes>
struct x86_4x2x8 {
  using value = std::int8_t;
  using element = std::uint8_t;
  using sum = std::int32_t;
  static constexpr int mr = 4, lanes = Bytes::width / 4, nr = 2 * lanes, kr = 8;
  static constexpr bool shifted = true;
  static constexpr const char* name = "conv2d_s8_s8_s8cx/x86_4x2x8";
  using steps = byte_steps<nr>;

  static constexpr std::size_t block_size(int length) noexcept { return steps::size(length); }
  static void pack(const weight_block<value>& block, int length, std::byte* to) noexcept { steps::pack(block, length, to); }
  static int cost(int, const std::byte* block) noexcept {
    const auto& s = *reinterpret_cast<const steps*>(block);
    return 12 * s.deep + 9 * s.shallow;
  }
  static void widen(const value* from, int count, const value* low, element* to) noexcept {
    subtract(from, count, low, to);
  }

  static void multiply(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, int channels,
                       sum* sums) noexcept {
    if (channels > lanes)
      dispatch<2>(rows, pitch, count, block, sums);
    else
      dispatch<1>(rows, pitch, count, block, sums);
  }

 private:
  using type = typename Bytes::type;

  template <int Vectors>
  static void dispatch(const element* rows, std::ptrdiff_t pitch, int count, const std::byte* block, sum* sums) noexcept {
    switch (count) {
      case 1:
        return tile<1, Vectors>(rows, pitch, block, sums);
      case 2:
        return tile<2, Vectors>(rows, pitch, block, sums);
      case 3:
        return tile<3, Vectors>(rows, pitch, block, sums);
      default:
        return tile<4, Vectors>(rows, pitch, block, sums);
    }
  }

  template <int Rows, int Vectors>
  static void tile(const element* rows, std::ptrdiff_t pitch, const std::byte* block, sum* sums) noexcept {
    const auto& s = *reinterpret_cast<const steps*>(block);
    type acc[Rows][Vectors];
    OCTET_UNROLL
    for (int v = 0; v < Vectors; ++v) {
      const type start = Bytes::load(s.start + v * lanes);
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) acc[r][v] = start;
    }
    const std::int32_t *offset = s.offsets(), *deep_end = offset + s.deep, *end = deep_end + s.shallow;
    const std::int8_t* weights = s.weights(static_cast<int>(pitch));
    for (; offset < deep_end; ++offset, weights += 8 * nr) {
      const element* from = rows + *offset;
      type w[2][Vectors];
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) {
        w[0][v] = Bytes::load(weights + v * Bytes::width);
        w[1][v] = Bytes::load(weights + 4 * nr + v * Bytes::width);
      }
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r, from += pitch) {
        const type a = Bytes::broadcast_4(from), b = Bytes::broadcast_4(from + 4);
        OCTET_UNROLL
        for (int v = 0; v < Vectors; ++v)
          acc[r][v] = Bytes::add_s32(
              acc[r][v], Bytes::add_pairs(Bytes::add_s16(Bytes::pairs(a, w[0][v]), Bytes::pairs(b, w[1][v]))));
      }
    }
    for (; offset < end; ++offset, weights += 4 * nr) {
      const element* from = rows + *offset;
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r, from += pitch) {
        const type a = Bytes::broadcast_4(from);
        OCTET_UNROLL
        for (int v = 0; v < Vectors; ++v)
          acc[r][v] = Bytes::add_s32(acc[r][v], Bytes::add_pairs(Bytes::pairs(a, Bytes::load(weights + v * Bytes::width))));
      }
    }
    OCTET_UNROLL
    for (int r = 0; r < Rows; ++r)
      OCTET_UNROLL
      for (int v = 0; v < Vectors; ++v) Bytes::store(sums + r * nr + v * lanes, acc[r][v]);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
#endif
