#ifndef OCTET_GRAPH_VALUE_RANGE_HPP
#define OCTET_GRAPH_VALUE_RANGE_HPP

#include <octet/graph/integer_backend.hpp>
#include <octet/graph/integer_network.hpp>
#include <octet/nn/shuffle.hpp>

#include <algorithm>
#include <array>
#include <vector>

namespace octet::graph {

/// The least and the greatest int8 value that each channel of a map can hold, whatever the picture.
struct value_range {
  std::vector<std::int8_t> low, high;  // [C]

  static value_range full(int channels) {
    const auto n = static_cast<std::size_t>(channels);
    return {std::vector<std::int8_t>(n, -128), std::vector<std::int8_t>(n, 127)};
  }
};

namespace detail {

/// An operation with two inputs on every combination of their limits, which bound it where it is monotonic in each input.
template <class Run>
value_range range_of_corners(const value_range& a, const value_range& b, Run run) {
  const extent pixel{1, 1, static_cast<int>(a.low.size())};
  value_range out{std::vector<std::int8_t>(a.low.size(), 127), std::vector<std::int8_t>(a.low.size(), -128)};
  std::vector<std::int8_t> corner(a.low.size());
  for (const auto* x : {&a.low, &a.high})
    for (const auto* y : {&b.low, &b.high}) {
      run(map_view<const std::int8_t>(x->data(), pixel), map_view<const std::int8_t>(y->data(), pixel),
          map_view<std::int8_t>(corner.data(), pixel));
      for (std::size_t c = 0; c < corner.size(); ++c) {
        out.low[c] = (std::min)(out.low[c], corner[c]);
        out.high[c] = (std::max)(out.high[c], corner[c]);
      }
    }
  return out;
}

template <class F>
value_range joined(const std::vector<const value_range*>& in, F each) {
  value_range out;
  for (const value_range* r : in) {
    each(r->low, out.low);
    each(r->high, out.high);
  }
  return out;
}

struct range_of_operation {
  const std::vector<const value_range*>& in;
  extent shape;

  value_range operator()(const op::input&) const { return value_range::full(shape.c); }
  value_range operator()(const integer::global_average_pool&) const { return value_range::full(shape.c); }
  value_range operator()(const op::max_pool&) const { return *in[0]; }
  value_range operator()(const op::resize_nearest&) const { return *in[0]; }
  value_range operator()(const integer::conv2d& f) const {
    if (f.table.empty()) return {f.lo, f.hi};
    const auto [low, high] = std::ranges::minmax(f.table);
    return {std::vector<std::int8_t>(f.lo.size(), low), std::vector<std::int8_t>(f.hi.size(), high)};
  }
  value_range operator()(const op::concat&) const {
    return joined(in, [](const auto& from, auto& to) { to.insert(to.end(), from.begin(), from.end()); });
  }
  value_range operator()(const op::slice& f) const {
    return joined(in,
                  [&](const auto& from, auto& to) { to.assign(from.begin() + f.first, from.begin() + f.first + shape.c); });
  }
  value_range operator()(const op::shuffle& f) const {
    return joined(in, [&](const auto& from, auto& to) {
      const extent pixel{1, 1, shape.c};
      to.resize(from.size());
      nn::shuffle(map_view<const std::int8_t>(from.data(), pixel), f.groups, map_view<std::int8_t>(to.data(), pixel));
    });
  }
  value_range operator()(const auto& f) const {
    using backend = integer_backend<nn::operations_for<arch::scalar>>;
    return range_of_corners(*in.front(), *in.back(), [&](auto a, auto b, auto out) {
      const std::array<map_view<const std::int8_t>, 2> both{a, b};
      backend::run(f, {}, std::span(both).first(in.size()), out, {0, 1}, nullptr);
    });
  }
};

}  // namespace detail

/// The ranges of all maps of a network whose constants are derived.
inline std::vector<value_range> ranges_of(const integer_network& net) {
  std::vector<value_range> all;
  all.reserve(net.nodes.size());
  for (const auto& n : net.nodes) {
    std::vector<const value_range*> in;
    for (int i : n.inputs) in.push_back(&all[static_cast<std::size_t>(i)]);
    all.push_back(std::visit(detail::range_of_operation{in, n.shape}, n.op));
  }
  return all;
}

/// Tells each convolution what its input can hold, padding included.
inline void derive_input_ranges(integer_network& net) {
  const std::vector<value_range> all = ranges_of(net);
  for (auto& n : net.nodes) {
    auto* f = std::get_if<integer::conv2d>(&n.op);
    if (!f) continue;
    const value_range& in = all[static_cast<std::size_t>(n.inputs.front())];
    f->in_low = in.low, f->in_high = in.high;
    for (std::size_t c = 0; c < f->pad.size(); ++c) {
      f->in_low[c] = (std::min)(f->in_low[c], f->pad[c]);
      f->in_high[c] = (std::max)(f->in_high[c], f->pad[c]);
    }
  }
}

}  // namespace octet::graph

#endif
