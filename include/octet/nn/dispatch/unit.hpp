#ifndef OCTET_NN_DISPATCH_UNIT_HPP
#define OCTET_NN_DISPATCH_UNIT_HPP

#include <octet/nn/dispatch/best_of.hpp>

#include <type_traits>

namespace octet::nn {

/// What a translation unit with the kernels of one architecture instantiates. It is a file of two lines, this include and
///   template const octet::nn::operations& octet::nn::dispatched_operations<octet::arch::current>();
/// compiled once per architecture with the flags that processor_has lists. Nothing else belongs into it: what it would share
/// with other objects, the linker might take from here.
template <arch::tag Arch>
const operations& dispatched_operations() {
  static_assert(std::is_same_v<Arch, arch::current>, "octet: compile this unit with the flags of the architecture it names");
  return operations_for<Arch>::all;
}

}  // namespace octet::nn

#endif
