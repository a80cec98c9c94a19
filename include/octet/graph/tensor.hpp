#ifndef OCTET_GRAPH_TENSOR_HPP
#define OCTET_GRAPH_TENSOR_HPP

// The only header that names xtensor's files: they moved into folders with release 0.26.
#if __has_include(<xtensor/containers/xtensor.hpp>)
#include <xtensor/containers/xtensor.hpp>
#else
#include <xtensor/xtensor.hpp>
#endif

#include <cstddef>

namespace octet::graph {

/// Row-major host tensors, the constants of a graph and what host users hand in and get out.
template <class T, std::size_t Rank>
using tensor = xt::xtensor<T, Rank, xt::layout_type::row_major>;

}  // namespace octet::graph

#endif
