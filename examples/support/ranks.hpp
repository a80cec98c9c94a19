#ifndef EXAMPLES_SUPPORT_RANKS_HPP
#define EXAMPLES_SUPPORT_RANKS_HPP

#include <octet/core/communicator.hpp>

#include <cstddef>
#include <functional>
#include <memory>
#include <span>

namespace support {

/// The processes that run a program together: this one alone, or those of an mpirun where ranks_mpi.cpp is linked. The first
/// alone prints. Copies share the connection, which ends with the last of them.
class ranks {
 public:
  ranks(int& argc, char**& argv);

  int rank() const noexcept;
  int size() const noexcept;
  void accumulate(std::span<double> values, const std::function<void(std::size_t, std::span<double>)>& add) const;
  void broadcast(int from, std::span<std::byte> bytes) const;

 private:
  struct connection;
  std::shared_ptr<connection> all_;
};

static_assert(octet::communicator<ranks>);

}  // namespace support

#endif
