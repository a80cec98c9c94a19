// Float convolutions for hosts: not part of <octet/nn.hpp>, because they use xsimd.
#ifndef OCTET_NN_CONV2D_F32_HPP
#define OCTET_NN_CONV2D_F32_HPP

#include <octet/nn/activate.hpp>
#include <octet/nn/conv2d.hpp>

namespace octet::nn {
inline namespace OCTET_ABI {

template <class Arch>
struct conv2d_kernels<float, Arch> {
  using product = reference::conv2d<float>;
  using depthwise = product;
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
