#ifndef OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_HPP
#define OCTET_NN_KERNELS_CONV2D_S8_S8_S8CX_NEON_HPP

#if defined(__ARM_NEON)

#include <octet/nn/kernels/conv2d_s8_s8_s8cx/neon_2x16x16.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/neon_dot_4x16x4.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>
#include <octet/nn/kernels/depthwise_s8_s8_s8cx/neon_4x16x1.hpp>
#include <octet/nn/kernels/product_loop.hpp>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

template <class Arch>
struct product {
  using type = product_loop<neon_2x16x16, Arch>;
};

#if defined(__ARM_FEATURE_DOTPROD)
template <class Arch>
  requires(arch::includes<Arch, arch::neon_dotprod>())
struct product<Arch> {
  using type = product_loop<neon_dot_4x16x4, Arch>;
};
#endif

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

namespace octet::nn {
inline namespace OCTET_ABI {

template <class T, class Arch>
struct conv2d_kernels;

template <class Arch>
  requires(arch::includes<Arch, arch::neon>())
struct conv2d_kernels<std::int8_t, Arch> {
  using product = typename kernels::product<Arch>::type;
  using depthwise = kernels::depthwise_loop<kernels::neon_4x16x1, Arch>;
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
#endif
