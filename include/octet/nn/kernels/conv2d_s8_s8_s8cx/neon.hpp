#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_HPP

#if defined(__ARM_NEON)

#include <octet/nn/kernels/conv2d_s8_s8_s8cx/neon_2x16x16.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/neon_dot_4x16x4.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/neon_mmla_6x16x8.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>
#include <octet/nn/kernels/depthwise_s8_s8_s8cx/neon_4x16x1.hpp>
#include <octet/nn/kernels/few_channels_loop.hpp>
#include <octet/nn/kernels/product_loop.hpp>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

template <class Arch>
struct product {
  using type = product_loop<neon_2x16x16, Arch>;
};

#if defined(__ARM_FEATURE_DOTPROD)
template <class Arch>
requires(arch::includes<Arch, arch::neon_dotprod>() && !arch::includes<Arch, arch::neon_i8mm>()) struct product<Arch> {
  using type = product_loop<neon_dot_4x16x4, Arch>;
};
#endif

#if defined(__ARM_FEATURE_MATMUL_INT8)
template <class Arch>
requires(arch::includes<Arch, arch::neon_i8mm>()) struct product<Arch> {
  using type = product_loop<neon_mmla_6x16x8, Arch>;
};
#endif

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

namespace octet::nn {
inline namespace OCTET_ABI {

template <class T, class Arch>
struct conv2d_kernels;

template <class Arch>
requires(arch::includes<Arch, arch::neon>()) struct conv2d_kernels<std::int8_t, Arch> {
  using product = typename kernels::product<Arch>::type;
  using depthwise = kernels::depthwise_loop<kernels::neon_4x16x1, Arch>;
  using few_channels = kernels::few_channels_loop<kernels::neon_2x16x16, Arch>;
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
