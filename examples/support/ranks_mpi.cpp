#include "ranks.hpp"

#include <octet/train/mpi.hpp>

#include <cstdio>
#include <cstdlib>

namespace support {

struct ranks::connection {
  octet::train::mpi_environment environment;
  octet::train::mpi all;

  connection(int& argc, char**& argv) : environment(argc, argv) {}
};

ranks::ranks(int& argc, char**& argv) : all_(std::make_shared<connection>(argc, argv)) {
  if (all_->all.rank() > 0)
    for (std::FILE* stream : {stdout, stderr})
      if (!std::freopen("/dev/null", "w", stream)) std::abort();
}
int ranks::rank() const noexcept { return all_->all.rank(); }
int ranks::size() const noexcept { return all_->all.size(); }
void ranks::accumulate(std::span<double> values, const std::function<void(std::size_t, std::span<double>)>& add) const {
  all_->all.accumulate(values, add);
}
void ranks::broadcast(int from, std::span<std::byte> bytes) const { all_->all.broadcast(from, bytes); }

}  // namespace support
