#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_X86_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_X86_HPP

#if defined(__SSE4_1__)

#include <octet/nn/kernels/byte_or_wide_loop.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/avx2_6x16x2.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/vnni_6x16x4.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/x86_4x2x8.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>
#include <octet/nn/kernels/depthwise_s8_s8_s8cx/x86_4x2x2.hpp>
#include <octet/nn/kernels/product_loop.hpp>
#include <octet/nn/reference/conv2d.hpp>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

template <class Arch>
constexpr auto choose_product() noexcept {
#if defined(__AVXVNNI__) || (defined(__AVX512VNNI__) && defined(__AVX512VL__))
  if constexpr (arch::includes<Arch, arch::avx_vnni>() || arch::includes<Arch, arch::avx512_vnni>())
    return product_loop<vnni_6x16x4, Arch>{};
  else
#endif
#if defined(__AVX2__)
      if constexpr (arch::includes<Arch, arch::avx2>())
    return byte_or_wide_loop<x86_4x2x8<avx2_bytes>, avx2_6x16x2, Arch>{};
  else
#endif
    return product_loop<x86_4x2x8<sse_bytes>, Arch>{};
}

template <class Arch>
constexpr auto choose_depthwise() noexcept {
#if defined(__AVX2__)
  if constexpr (arch::includes<Arch, arch::avx2>())
    return depthwise_loop<x86_4x2x2<avx2_words>, Arch>{};
  else
#endif
    return depthwise_loop<x86_4x2x2<sse_words>, Arch>{};
}

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

namespace octet::nn {
inline namespace OCTET_ABI {

template <class T, class Arch>
struct conv2d_kernels;

template <class Arch>
requires(arch::includes<Arch, arch::sse4_1>()) struct conv2d_kernels<std::int8_t, Arch> {
  using product = decltype(kernels::choose_product<Arch>());
  using depthwise = decltype(kernels::choose_depthwise<Arch>());
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
