#ifndef OCTET_NN_DISPATCH_BEST_OF_HPP
#define OCTET_NN_DISPATCH_BEST_OF_HPP

#include <octet/core/arch.hpp>
#include <octet/nn/dispatch/processor.hpp>
#include <octet/nn/operations.hpp>

namespace octet::nn {

/// The operations of the translation unit that was compiled for Arch; see <octet/nn/dispatch/unit.hpp>.
template <arch::tag Arch>
const operations& dispatched_operations();

inline namespace OCTET_ABI {

/// Run-time choice for programs that run on many processors: the first architecture of the list that the processor has, and
/// what the includer itself is compiled for if it has none. Each architecture named needs a translation unit of its own;
/// the others may be compiled for the oldest processor. Chosen once, at first use. Results are the same on all.
template <arch::tag... Archs>
struct best_of {
  static const operations& get() {
    static const operations& chosen = choose();
    return chosen;
  }

 private:
  static const operations& choose() {
    const operations* found = nullptr;
    static_cast<void>(((processor_has<Archs>() && (found = &dispatched_operations<Archs>())) || ...));
    return found ? *found : operations_for<arch::current>::all;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
