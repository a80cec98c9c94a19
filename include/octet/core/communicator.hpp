#ifndef OCTET_CORE_COMMUNICATOR_HPP
#define OCTET_CORE_COMMUNICATOR_HPP

#include <octet/core/config.hpp>

#include <concepts>
#include <cstddef>
#include <span>

namespace octet {
inline namespace OCTET_ABI {

/// How processes that work on one job exchange data. All of them make the same calls in the same order.
///   rank(), size()           which process this is, from 0, and of how many
///   accumulate(values, add)  values start at zeros; the processes, by rank, call add(first, part), which adds to
///                            values[first ...] = part what the process has; each gets what the last one leaves
///   broadcast(from, bytes)   bytes become those of process `from`
/// Thus a sum over the pictures of all processes has the bits that one process with all of them computes.
template <class C>
concept communicator = requires(const C c, std::span<double> values, void (*add)(std::size_t, std::span<double>),
                                std::span<std::byte> bytes) {
  { c.rank() } -> std::same_as<int>;
  { c.size() } -> std::same_as<int>;
  c.accumulate(values, add);
  c.broadcast(0, bytes);
};

/// One process.
struct single {
  int rank() const noexcept { return 0; }
  int size() const noexcept { return 1; }
  template <class Add>
  void accumulate(std::span<double> values, Add&& add) const {
    for (double& x : values) x = 0;
    add(std::size_t{0}, values);
  }
  void broadcast(int, std::span<std::byte>) const noexcept {}
};

/// Which of `count` things in a row the process `rank` of `size` takes.
struct share {
  std::size_t first = 0, last = 0;

  share(std::size_t count, int rank, int size) noexcept
      : first(count * static_cast<std::size_t>(rank) / static_cast<std::size_t>(size)),
        last(count * static_cast<std::size_t>(rank + 1) / static_cast<std::size_t>(size)) {}
};

}  // namespace OCTET_ABI
}  // namespace octet

#endif
