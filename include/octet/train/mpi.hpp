#ifndef OCTET_TRAIN_MPI_HPP
#define OCTET_TRAIN_MPI_HPP

#include <octet/core/communicator.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <span>

#include <mpi.h>

namespace octet::train {
inline namespace OCTET_ABI {

/// From before the first to after the last use of MPI in a process; the program's first object.
class mpi_environment {
 public:
  /// Errors end the job: with a message of MPI's own, or with one that its library allows no threads.
  mpi_environment(int& argc, char**& argv) {
    int threads = 0;
    MPI_Init_thread(&argc, &argv, MPI_THREAD_FUNNELED, &threads);
    if (threads >= MPI_THREAD_FUNNELED) return;
    std::fputs("MPI: this library allows no threads; one with MPI_THREAD_FUNNELED is expected\n", stderr);
    MPI_Abort(MPI_COMM_WORLD, 2);
  }
  mpi_environment(const mpi_environment&) = delete;
  mpi_environment& operator=(const mpi_environment&) = delete;
  /// Waits for the other processes.
  ~mpi_environment() { MPI_Finalize(); }
};

/// A communicator over the processes of an mpirun. Precondition: there is an mpi_environment; one thread calls.
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
