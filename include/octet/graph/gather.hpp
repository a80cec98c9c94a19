#ifndef OCTET_GRAPH_GATHER_HPP
#define OCTET_GRAPH_GATHER_HPP

#include <octet/core/communicator.hpp>
#include <octet/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <type_traits>
#include <vector>

namespace octet::graph {

/// Puts values of types without pointers, and vectors of such, in a row of bytes for another process of the same program.
class byte_writer {
 public:
  template <class... T>
  void operator()(const T&... values) {
    (put(values), ...);
  }
  const std::vector<std::byte>& bytes() const noexcept { return bytes_; }

 private:
  template <class T>
  void put(const T& value) {
    static_assert(std::is_trivially_copyable_v<T>, "octet: only values without pointers, and vectors of such, can be sent");
    append(&value, sizeof value);
  }
  template <class T>
  void put(const std::vector<T>& values) {
    static_assert(std::is_trivially_copyable_v<T>, "octet: only values without pointers, and vectors of such, can be sent");
    put(values.size());
    append(values.data(), values.size() * sizeof(T));
  }
  void append(const void* from, std::size_t size) {
    const auto* first = static_cast<const std::byte*>(from);
    bytes_.insert(bytes_.end(), first, first + size);
  }

  std::vector<std::byte> bytes_;
};

/// Takes the values of a byte_writer out again. Precondition: the same types in the same order.
class byte_reader {
 public:
  explicit byte_reader(std::span<const std::byte> bytes) noexcept : left_(bytes) {}

  template <class... T>
  void operator()(T&... values) {
    (get(values), ...);
  }

 private:
  template <class T>
  void get(T& value) {
    take(&value, sizeof value);
  }
  template <class T>
  void get(std::vector<T>& values) {
    std::size_t size = 0;
    get(size);
    OCTET_EXPECTS(size <= left_.size() / sizeof(T));
    values.resize(size);
    take(values.data(), values.size() * sizeof(T));
  }
  void take(void* to, std::size_t size) {
    OCTET_EXPECTS(size <= left_.size());
    if (size) std::memcpy(to, left_.data(), size);
    left_ = left_.subspan(size);
  }

  std::span<const std::byte> left_;
};

/// Calls take(rank, bytes) for every process in order with what it brings; in each process the same.
/// Memory: the bytes of one process at a time.
template <communicator Communicator, class Take>
void gather(const Communicator& all, std::span<const std::byte> own, Take&& take) {
  std::vector<std::byte> bytes;
  for (int rank = 0; rank < all.size(); ++rank) {
    const bool mine = rank == all.rank();
    std::size_t size = own.size();
    all.broadcast(rank, std::as_writable_bytes(std::span(&size, 1)));
    if (mine) bytes.assign(own.begin(), own.end());
    bytes.resize(size);
    all.broadcast(rank, bytes);
    take(rank, std::span<const std::byte>(bytes));
  }
}

/// The first process' failure that has one; in each process the same, so that all of them end.
template <communicator Communicator>
std::optional<error> agree(const Communicator& all, const std::optional<error>& own) {
  std::vector<double> failed(static_cast<std::size_t>(all.size()));
  const auto mine = static_cast<std::size_t>(all.rank());
  all.accumulate(failed, [&](std::size_t first, std::span<double> part) {
    if (own && mine >= first && mine < first + part.size()) part[mine - first] += 1;
  });
  for (std::size_t rank = 0; rank < failed.size(); ++rank)
    if (failed[rank] != 0) {
      error e = own ? *own : error(errc::io, "");
      all.broadcast(static_cast<int>(rank), std::as_writable_bytes(std::span(&e, 1)));
      return e;
    }
  return {};
}

/// The same for what an operation gives.
template <communicator Communicator, class T>
std::optional<error> agree(const Communicator& all, const result<T>& own) {
  return agree(all, own ? std::optional<error>() : std::optional<error>(own.failure()));
}

}  // namespace octet::graph

#endif
