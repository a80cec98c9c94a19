#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_AVX2_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_AVX2_HPP

#if defined(__AVX2__)

#include <octet/nn/kernels/byte_or_wide_loop.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/avx2_6x16x2.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/vnni_6x16x4.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/x86_4x2x8.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>
#include <octet/nn/kernels/depthwise_s8_s8_s8cx/avx2_4x16x2.hpp>
#include <octet/nn/kernels/product_loop.hpp>
#include <octet/nn/reference/conv2d.hpp>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

template <class Arch>
struct product {
  using type = byte_or_wide_loop<x86_4x2x8<avx2_bytes>, avx2_6x16x2, Arch>;
};

#if defined(__AVXVNNI__) || (defined(__AVX512VNNI__) && defined(__AVX512VL__))
template <class Arch>
  requires(arch::includes<Arch, arch::avx_vnni>() || arch::includes<Arch, arch::avx512_vnni>())
struct product<Arch> {
  using type = product_loop<vnni_6x16x4, Arch>;
};
#endif

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

namespace octet::nn {
inline namespace OCTET_ABI {

template <class T, class Arch>
struct conv2d_kernels;

template <class Arch>
  requires(arch::includes<Arch, arch::avx2>())
struct conv2d_kernels<std::int8_t, Arch> {
  using product = typename kernels::product<Arch>::type;
  using depthwise = kernels::depthwise_loop<kernels::avx2_4x16x2, Arch>;
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
