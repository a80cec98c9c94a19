#ifndef OCTET_NN_KERNELS_BYTE_OR_WIDE_LOOP_HPP
#define OCTET_NN_KERNELS_BYTE_OR_WIDE_LOOP_HPP

#include <octet/nn/kernels/product_loop.hpp>

#include <cstddef>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// A product_loop on bytes, or one on wider values for layers whose bytes would need so many steps that it is faster.
/// Both tiles have cost(length, block): the instructions for a pixel and a block.
template <class ByteTile, class WideTile, class Arch>
struct byte_or_wide_loop {
  using bytes = product_loop<ByteTile, Arch>;
  using wide = product_loop<WideTile, Arch>;
  using value = typename bytes::value;
  static constexpr const char* name = ByteTile::name;

  static constexpr std::size_t packed_size(const conv2d_geometry& g) noexcept {
    return header + larger(bytes::packed_size(g), wide::packed_size(g));
  }
  static void pack(const conv2d_geometry& g, const value* weights, value_limits limits, std::byte* packed) noexcept {
    bytes::pack(g, weights, limits, packed + header);
    const bool in_bytes = bytes::cost(g, packed + header) <= wide::cost(g, packed + header);
    if (!in_bytes) wide::pack(g, weights, limits, packed + header);
    *packed = std::byte{in_bytes};
  }
  static constexpr std::size_t scratch_size(const conv2d_geometry& g, extent in) noexcept {
    return larger(bytes::scratch_size(g, in), wide::scratch_size(g, in));
  }
  template <class Epilogue>
  static void run(const conv2d_geometry& g, const std::byte* packed, map_view<const value> in, const value* pad,
                  const Epilogue& epilogue, map_view<value> out, int row_begin, int row_end, std::byte* scratch) noexcept {
    if (*packed != std::byte{0})
      bytes::run(g, packed + header, in, pad, epilogue, out, row_begin, row_end, scratch);
    else
      wide::run(g, packed + header, in, pad, epilogue, out, row_begin, row_end, scratch);
  }

 private:
  static constexpr std::size_t header = 64;
  static constexpr std::size_t larger(std::size_t a, std::size_t b) noexcept { return a > b ? a : b; }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
