// says: typename A::parent
#include <octet/nn.hpp>

struct my_npu {
#ifndef MISTAKE
  using parent = octet::arch::scalar;
#endif
  static constexpr const char* name = "my_npu";
};

using convolution = octet::nn::conv2d<std::int8_t, my_npu>;
std::size_t size() { return convolution::packed_size({3, 8}); }
