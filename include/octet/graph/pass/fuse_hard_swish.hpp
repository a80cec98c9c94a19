#ifndef OCTET_GRAPH_PASS_FUSE_HARD_SWISH_HPP
#define OCTET_GRAPH_PASS_FUSE_HARD_SWISH_HPP

#include <octet/graph/network.hpp>

namespace octet::graph::pass {

namespace detail {

// Exporters write 1/6 with five to nine digits.
constexpr bool close_to(float x, float y) noexcept { return x - y < 1e-4f && y - x < 1e-4f; }

template <class Op>
const Op* as(const network& net, int id) noexcept {
  return std::get_if<Op>(&net[id].op);
}

/// The input of node `id` if it is the affine map x * factor + offset, else -1.
inline int affine_source(const network& net, int id, float factor, float offset) noexcept {
  const auto* f = as<op::affine>(net, id);
  return f && close_to(f->factor, factor) && close_to(f->offset, offset) ? net[id].inputs[0] : -1;
}

inline int clip_source(const network& net, int id, float lo, float hi) noexcept {
  const auto* f = as<op::activate>(net, id);
  return f && f->act == nn::activation::clip(lo, hi) ? net[id].inputs[0] : -1;
}

/// x, if node `id` computes min(max(x + 3, 0), 6), else -1.
inline int gate_of_six(const network& net, int id) noexcept {
  const int sum = clip_source(net, id, 0.0f, 6.0f);
  return sum < 0 ? -1 : affine_source(net, sum, 1.0f, 3.0f);
}

/// x, if node `id` computes min(max(x + 3, 0), 6) / 6 in one of its forms, else -1.
inline int gate_of_one(const network& net, int id) noexcept {
  if (const auto* f = as<op::activate>(net, id); f && f->act.function == nn::activation::kind::hard_sigmoid)
    return close_to(f->act.a, 1.0f / 6) && close_to(f->act.b, 0.5f) ? net[id].inputs[0] : -1;
  if (const int gate = affine_source(net, id, 1.0f / 6, 0.0f); gate >= 0) return gate_of_six(net, gate);
  const int scaled = clip_source(net, id, 0.0f, 1.0f);
  return scaled < 0 ? -1 : affine_source(net, scaled, 1.0f / 6, 0.5f);
}

inline int product_source(const network& net, int id, int (*gate)(const network&, int) noexcept, float factor) noexcept {
  if (!as<op::multiply>(net, id)) return -1;
  for (int side : {0, 1}) {
    const int x = net[id].inputs[static_cast<std::size_t>(side)], y = net[id].inputs[static_cast<std::size_t>(1 - side)];
    const int source = gate(net, y);
    if (source >= 0 && (factor == 1.0f ? x : affine_source(net, x, factor, 0.0f)) == source) return source;
  }
  return -1;
}

}  // namespace detail

/// x, if node `id` computes x * min(max(x + 3, 0), 6) / 6, as one operation or decomposed with the division at any
/// place; else -1.
inline int hard_swish_source(const network& net, int id) noexcept {
  using namespace detail;
  if (const auto* f = as<op::activate>(net, id); f && f->act == nn::activation::hard_swish()) return net[id].inputs[0];
  if (const int product = affine_source(net, id, 1.0f / 6, 0.0f); product >= 0)
    return product_source(net, product, gate_of_six, 1.0f);
  if (const int x = product_source(net, id, gate_of_one, 1.0f); x >= 0) return x;
  return product_source(net, id, gate_of_six, 1.0f / 6);
}

/// Replaces decomposed hard-swish by one activation: as several operations each would get its own scale when quantised.
inline void fuse_hard_swish(network& net) {
  for (int id = 0; id < net.size(); ++id) {
    const int x = hard_swish_source(net, id);
    if (x < 0) continue;
    net[id].op = op::activate{nn::activation::hard_swish()};
    net[id].inputs = {x};
  }
}

}  // namespace octet::graph::pass

#endif
