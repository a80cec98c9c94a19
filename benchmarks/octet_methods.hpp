#ifndef BENCHMARKS_OCTET_METHODS_HPP
#define BENCHMARKS_OCTET_METHODS_HPP

#include "method.hpp"
#include <octet/graph/fork_join.hpp>

#include <vector>

namespace bench {

/// All operations of Octet, on the architecture of this build and as plain loops, on the workers `on`. What results must
/// equal is computed on `alone`, which is one thread.
std::vector<method> octet_methods(octet::graph::fork_join& on, octet::graph::fork_join& alone);

/// Products per nanosecond of plain multiply-add chains.
struct peaks {
  double int8, fp32;
};
peaks measure_peaks(octet::graph::fork_join& on);

}  // namespace bench

#endif
