#ifndef BENCHMARKS_PEERS_PEERS_HPP
#define BENCHMARKS_PEERS_PEERS_HPP

#include "../method.hpp"

namespace bench {

/// What the peers may use: as many threads as Octet, and on x86 instructions up to AVX2 if Octet is built for that.
struct limits {
  int threads = 1;
  bool up_to_avx2 = false;
};

/// Each is defined in the file of its name, or says in <name>_absent.cpp that it was not found when the build was
/// configured.
peer onednn(const limits& allowed);
peer xnnpack(const limits& allowed);

}  // namespace bench

#endif
