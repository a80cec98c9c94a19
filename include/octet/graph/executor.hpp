#ifndef OCTET_GRAPH_EXECUTOR_HPP
#define OCTET_GRAPH_EXECUTOR_HPP

#include <concepts>

namespace octet::graph {

/// Who does the portions of an operation. e(parts, work) calls work(0) to work(parts - 1), each once and on any thread, and
/// returns when all are done; parts <= e.size(). A user's own is a struct of a few lines around OpenMP, TBB or their pool.
template <class E>
concept executor = requires(E& e, void (&work)(int)) {
  { e.size() } -> std::convertible_to<int>;
  e(1, work);
};

/// The calling thread does it all.
struct serial {
  static constexpr int size() noexcept { return 1; }
  template <class Work>
  void operator()(int parts, Work&& work) const {
    for (int i = 0; i < parts; ++i) work(i);
  }
};

}  // namespace octet::graph

#endif
