#ifndef OCTET_TRAIN_COMMUNICATOR_HPP
#define OCTET_TRAIN_COMMUNICATOR_HPP

#include <octet/core/config.hpp>

#include <concepts>
#include <span>

namespace octet::train {
inline namespace OCTET_ABI {

/// How processes that train together exchange numbers. All of them make the same calls in the same order.
///   rank(), size()        which process this is, from 0, and of how many
///   sum(values)           values become their sums over all processes, the same bits in each
template <class C>
concept communicator = requires(const C c, std::span<double> values) {
  { c.rank() } -> std::same_as<int>;
  { c.size() } -> std::same_as<int>;
  c.sum(values);
};

/// One process.
struct single {
  int rank() const noexcept { return 0; }
  int size() const noexcept { return 1; }
  void sum(std::span<double>) const noexcept {}
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
