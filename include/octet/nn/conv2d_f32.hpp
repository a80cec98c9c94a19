// Float convolutions for hosts: not part of <octet/nn.hpp>, because they use xsimd.
#ifndef OCTET_NN_CONV2D_F32_HPP
#define OCTET_NN_CONV2D_F32_HPP

#include <octet/core/simd.hpp>
#include <octet/nn/activate.hpp>
#include <octet/nn/conv2d.hpp>
#include <octet/nn/kernels/conv2d_f32_f32_f32/simd_6x2x1.hpp>
#include <octet/nn/kernels/depthwise_f32_f32_f32/simd_4x2x1.hpp>
#include <octet/nn/kernels/depthwise_loop.hpp>
#include <octet/nn/kernels/finish_f32_f32/simd.hpp>
#include <octet/nn/kernels/product_loop.hpp>

namespace octet::nn {
inline namespace OCTET_ABI {

/// Sums are added up in any order, with or without fused multiply-add.
template <class Arch>
struct conv2d_kernels<float, Arch> {
  using product = kernels::product_loop<kernels::simd_6x2x1<simd::batch<float>>, Arch>;
  using depthwise = kernels::depthwise_loop<kernels::simd_4x2x1<simd::batch<float>>, Arch>;
};

template <>
struct conv2d_kernels<float, arch::scalar> {
  using product = reference::conv2d<float>;
  using depthwise = product;
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
