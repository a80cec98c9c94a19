#ifndef OCTET_GRAPH_PLAN_HPP
#define OCTET_GRAPH_PLAN_HPP

#include <octet/graph/aligned_buffer.hpp>
#include <octet/graph/network.hpp>

#include <algorithm>
#include <numeric>
#include <vector>

namespace octet::graph {

/// Where a node's map lies in the arena.
struct placement {
  std::size_t offset = 0;     ///< bytes from the start of the arena to the first channel of the first pixel
  std::ptrdiff_t stride = 0;  ///< elements between pixels
};

/// Addresses of all maps of a network in one arena, made before the first run.
/// A slice is a view of the map it is cut from; what a concat joins is written straight into the joined map where nothing
/// forbids it. Maps whose lives overlap never share bytes.
struct plan {
  std::vector<placement> where;  ///< per node
  std::size_t arena_bytes = 0;   ///< planned peak
  std::size_t lower_bound = 0;   ///< bytes of the largest set of maps that live at the same time
  std::size_t sum_bytes = 0;     ///< of all maps, had each its own memory
};

namespace detail {

/// A node's position inside the map that owns the memory.
struct alias {
  int owner = -1;
  int channel = 0;
};

template <class Operation>
std::vector<alias> find_aliases(const basic_network<Operation>& net) {
  std::vector<alias> joined(net.nodes.size());  // into the concat that reads the node
  for (int id = net.size() - 1; id >= 0; --id) {
    if (!std::holds_alternative<op::concat>(net[id].op)) continue;
    int channel = 0;
    for (int i : net[id].inputs) {
      const bool free =
          joined[static_cast<std::size_t>(i)].owner < 0 && i != 0 && !std::holds_alternative<op::slice>(net[i].op);
      if (free) joined[static_cast<std::size_t>(i)] = {id, channel};
      channel += net[i].shape.c;
    }
  }
  // A slice of a map that is itself joined follows it, so owners are resolved from inputs to outputs last.
  std::vector<alias> at(net.nodes.size());
  const auto resolve = [&](auto&& self, int id) -> alias {
    auto& a = at[static_cast<std::size_t>(id)];
    if (a.owner >= 0) return a;
    if (const auto* s = std::get_if<op::slice>(&net[id].op)) {
      a = self(self, net[id].inputs.front());
      a.channel += s->first;
    } else if (const alias& j = joined[static_cast<std::size_t>(id)]; j.owner >= 0) {
      a = self(self, j.owner);
      a.channel += j.channel;
    } else {
      a = {id, 0};
    }
    return a;
  };
  for (int id = 0; id < net.size(); ++id) resolve(resolve, id);
  return at;
}

struct block {
  std::size_t bytes = 0, offset = 0;
  int first = 0, last = -1;  // steps during which the bytes are in use
};

}  // namespace detail

/// Plans the arena for maps of `element_bytes` bytes a value: greedy by size, each block at the lowest 64-byte aligned
/// offset that meets no block of overlapping life. Cost O(n^2 log n) for n nodes.
template <class Operation>
plan make_plan(const basic_network<Operation>& net, std::size_t element_bytes) {
  const auto at = detail::find_aliases(net);
  const int end = net.size();
  std::vector<detail::block> blocks(net.nodes.size());
  for (int id = 0; id < end; ++id) blocks[static_cast<std::size_t>(id)].first = end;
  const auto extend = [&](int id, int step) {
    auto& b = blocks[static_cast<std::size_t>(at[static_cast<std::size_t>(id)].owner)];
    b.first = (std::min)(b.first, step);
    b.last = (std::max)(b.last, step);
  };
  plan p;
  for (int id = 0; id < end; ++id) {
    extend(id, id);
    for (int i : net[id].inputs) extend(i, id);
    const std::size_t bytes = round_up(net[id].shape.size() * element_bytes, aligned_buffer::alignment);
    if (at[static_cast<std::size_t>(id)].owner == id) blocks[static_cast<std::size_t>(id)].bytes = bytes;
    p.sum_bytes += bytes;
  }
  for (int o : net.outputs) extend(o, end);

  std::vector<int> order;
  for (int id = 0; id < end; ++id)
    if (blocks[static_cast<std::size_t>(id)].bytes) order.push_back(id);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return blocks[static_cast<std::size_t>(a)].bytes > blocks[static_cast<std::size_t>(b)].bytes;
  });
  std::vector<const detail::block*> placed;  // by offset
  for (int id : order) {
    auto& b = blocks[static_cast<std::size_t>(id)];
    for (const auto* q : placed) {
      if (q->last < b.first || q->first > b.last) continue;
      if (b.offset + b.bytes <= q->offset) break;
      b.offset = (std::max)(b.offset, q->offset + q->bytes);
    }
    placed.insert(std::upper_bound(placed.begin(), placed.end(), &b, [](auto* x, auto* y) { return x->offset < y->offset; }),
                  &b);
    p.arena_bytes = (std::max)(p.arena_bytes, b.offset + b.bytes);
  }
  for (int step = 0; step < end; ++step) {
    std::size_t live = 0;
    for (const auto& b : blocks)
      if (b.first <= step && step <= b.last) live += b.bytes;
    p.lower_bound = (std::max)(p.lower_bound, live);
  }
  p.where.resize(net.nodes.size());
  for (int id = 0; id < end; ++id) {
    const auto& a = at[static_cast<std::size_t>(id)];
    p.where[static_cast<std::size_t>(id)] = {
        blocks[static_cast<std::size_t>(a.owner)].offset + static_cast<std::size_t>(a.channel) * element_bytes,
        net[a.owner].shape.c};
  }
  return p;
}

}  // namespace octet::graph

#endif
