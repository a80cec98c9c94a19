#ifndef OCTET_GRAPH_RUN_CONCAT_HPP
#define OCTET_GRAPH_RUN_CONCAT_HPP

#include <octet/core/view.hpp>
#include <octet/nn/copy.hpp>

#include <span>

namespace octet::graph {

/// Copies rows [begin, end) of the inputs of a concat that could not be written in place.
template <class T>
void run_concat(std::span<const map_view<const T>> in, map_view<T> out, int begin, int end) {
  int channel = 0;
  for (const auto& x : in) {
    const map_view<T> to = out.slice(channel, x.c);
    if (x.data != to.data) nn::copy(x.rows(begin, end), to.rows(begin, end));
    channel += x.c;
  }
}

}  // namespace octet::graph

#endif
