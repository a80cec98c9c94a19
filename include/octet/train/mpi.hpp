#ifndef OCTET_TRAIN_MPI_HPP
#define OCTET_TRAIN_MPI_HPP

#include <octet/core/communicator.hpp>
#include <octet/core/result.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

#include <mpi.h>

namespace octet::train {
inline namespace OCTET_ABI {

/// From before the first to after the last use of MPI in a process; the program's first object.
class mpi_session {
 public:
  /// Whatever goes wrong here ends the job with MPI's own message.
  mpi_session(int& argc, char**& argv) {
    int threads = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &threads);
    ready_ = threads >= MPI_THREAD_FUNNELED;
  }
  mpi_session(const mpi_session&) = delete;
  mpi_session& operator=(const mpi_session&) = delete;
  /// Waits for the other processes.
  ~mpi_session() { MPI_Finalize(); }

  /// Error: this MPI does not allow threads beside the one that calls it.
  result<void> ready() const {
    if (ready_) return {};
    return error(errc::unsupported, "MPI: this library allows no threads; one with MPI_THREAD_FUNNELED is expected");
  }

 private:
  bool ready_ = false;
};

/// A communicator over the processes of an mpirun. Precondition: there is a session; one thread calls.
/// Sums go through the processes in a pipeline of parts, so that N of them take about as long as two.
/// Errors: MPI's own handler ends the whole job with a message; so does mpirun where a process dies.
class mpi {
 public:
  explicit mpi(MPI_Comm all = MPI_COMM_WORLD) : all_(all) {
    MPI_Comm_rank(all_, &rank_);
    MPI_Comm_size(all_, &size_);
  }

  int rank() const noexcept { return rank_; }
  int size() const noexcept { return size_; }

  template <class Add>
  void accumulate(std::span<double> values, Add&& add) const {
    for (std::size_t first = 0; first < values.size(); first += part_size) {
      const auto part = values.subspan(first, (std::min)(part_size, values.size() - first));
      const auto count = static_cast<int>(part.size());
      if (rank_ > 0)
        MPI_Recv(part.data(), count, MPI_DOUBLE, rank_ - 1, 0, all_, MPI_STATUS_IGNORE);
      else
        std::ranges::fill(part, 0.0);
      add(first, part);
      if (rank_ + 1 < size_) MPI_Send(part.data(), count, MPI_DOUBLE, rank_ + 1, 0, all_);
    }
    broadcast(size_ - 1, std::as_writable_bytes(values));
  }

  void broadcast(int from, std::span<std::byte> bytes) const {
    constexpr std::size_t most = std::size_t{1} << 30;  // a count is an int
    for (; !bytes.empty(); bytes = bytes.subspan((std::min)(most, bytes.size())))
      MPI_Bcast(bytes.data(), static_cast<int>((std::min)(most, bytes.size())), MPI_BYTE, from, all_);
  }

 private:
  static constexpr std::size_t part_size = 32768;

  MPI_Comm all_;
  int rank_ = 0, size_ = 1;
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
