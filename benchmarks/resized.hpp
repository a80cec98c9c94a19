#ifndef BENCHMARKS_RESIZED_HPP
#define BENCHMARKS_RESIZED_HPP

#include <octet/graph/network.hpp>

#include <optional>
#include <type_traits>
#include <variant>

namespace bench {

/// The network for pictures of another size; nothing if maps that are joined would not fit. Integer means divide by the
/// number of values, a constant that is left as it is: the time is right and the values are not.
template <class Operation>
std::optional<octet::graph::basic_network<Operation>> resized(octet::graph::basic_network<Operation> net, int side) {
  namespace op = octet::graph::op;
  using octet::extent;
  net[0].shape.h = net[0].shape.w = side;
  for (int id = 1; id < net.size(); ++id) {
    auto& n = net[id];
    const extent in = net[n.inputs.front()].shape, before = n.shape;
    n.shape = std::visit(
        [&]<class O>(const O& o) -> extent {
          if constexpr (requires { o.geometry.output(in); })
            return o.geometry.output(in);
          else if constexpr (std::is_same_v<O, op::resize_nearest>)
            return {in.h * o.factor, in.w * o.factor, before.c};
          else
            return {in.h, in.w, before.c};
        },
        n.op);
    const bool pooled = before.h == 1 && before.w == 1;
    if (pooled) n.shape.h = n.shape.w = 1;
    for (int i : n.inputs) {
      const extent other = net[i].shape;
      if (other.h != in.h && other.h != 1) return std::nullopt;
    }
  }
  return net;
}

}  // namespace bench

#endif
