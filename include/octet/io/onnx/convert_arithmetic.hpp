#ifndef OCTET_IO_ONNX_CONVERT_ARITHMETIC_HPP
#define OCTET_IO_ONNX_CONVERT_ARITHMETIC_HPP

#include <octet/io/onnx/attributes.hpp>

#include <cmath>

/// Converters of elementwise operators: activations, and arithmetic of maps with maps or constants.
namespace octet::io::onnx {

namespace detail {

inline result<void> emit_unary(builder& b, graph::operation op) {
  const auto x = b.map(0);
  if (!x) return x.failure();
  if (auto r = b.add_node(std::move(op), {x->map}, b.shape(x->map), 0, x->as); !r) return r;
  value out = *x;  // keeps the group count of a shuffle under way
  out.map = b.net.size() - 1;
  return b.bind(out);
}

inline bool finite(float x) noexcept { return x - x == 0.0f; }

/// y = x * factor + offset with constants of one value for the map or one for each channel.
inline result<void> emit_affine(builder& b, std::size_t map, std::vector<float> factor, std::vector<float> offset) {
  for (const auto* v : {&factor, &offset})
    if (!std::all_of(v->begin(), v->end(), finite))
      return b.fail(errc::invalid, "its constant gives a factor that is not finite");
  if (factor.size() == 1 && offset.size() == 1) {
    const auto x = b.map(map);
    if (!x) return x.failure();
    if (auto r = b.add_node(graph::op::affine{factor[0], offset[0]}, {x->map}, b.shape(x->map)); !r) return r;
    value out = *x;
    out.map = b.net.size() - 1;
    return b.bind(out);
  }
  const auto x = b.image(map);
  if (!x) return x.failure();
  const auto channels = static_cast<std::size_t>(b.shape(*x).c);
  factor.resize(channels, factor.front());
  offset.resize(channels, offset.front());
  return b.add_node(graph::op::batch_norm{std::move(factor), std::move(offset)}, {*x}, b.shape(*x));
}

/// The constant operand of an elementwise operator, of one value or of one for each channel.
inline result<std::vector<float>> operand(builder& b, std::size_t at, std::size_t map) {
  const auto t = b.constant(at);
  if (!t) return t.failure();
  const auto x = b.map(map);
  if (!x) return x.failure();
  const tensor& c = **t;
  const auto per_channel = [&] {
    return c.rank >= 3 && c.rank <= 4 && c.dims[c.rank - 3] == b.shape(x->map).c && c.dims[c.rank - 2] == 1 &&
           c.dims[c.rank - 1] == 1 && (c.rank == 3 || c.dims[0] == 1);
  };
  auto v = b.floats(at);
  if (v && v->size() != 1 && !per_channel())
    return b.fail(errc::unsupported, "a constant of shape " + to_string(c.shape()) + "; one value or [C,1,1] is accepted");
  return v;
}

/// Which of the two inputs is a constant: 0, 1 or 2 for none.
inline result<std::size_t> constant_side(const builder& b) {
  for (std::size_t i = 0; i < 2; ++i) {
    const auto v = b.input(i);
    if (!v) return v.failure();
    if (v->constant) return i;
  }
  return std::size_t{2};
}

}  // namespace detail

inline result<void> convert_add(builder& b) {
  if (const auto a = attributes::of(b, {}); !a) return a.failure();
  const auto side = detail::constant_side(b);
  if (!side) return side.failure();
  if (*side < 2) {
    auto c = detail::operand(b, *side, 1 - *side);
    if (!c) return c.failure();
    return detail::emit_affine(b, 1 - *side, {1.0f}, std::move(*c));
  }
  const auto x = b.image(0);
  if (!x) return x.failure();
  const auto y = b.image(1);
  if (!y) return y.failure();
  if (b.shape(*x) != b.shape(*y))
    return b.fail(errc::unsupported, "a sum of maps of different shapes; equal shapes are accepted");
  return b.add_node(graph::op::add{}, {*x, *y}, b.shape(*x));
}

inline result<void> convert_sub(builder& b) {
  if (const auto a = attributes::of(b, {}); !a) return a.failure();
  const auto side = detail::constant_side(b);
  if (!side) return side.failure();
  if (*side == 2) return b.fail(errc::unsupported, "a difference of two maps; a map and a constant are accepted");
  auto c = detail::operand(b, *side, 1 - *side);
  if (!c) return c.failure();
  if (*side == 0) return detail::emit_affine(b, 1, {-1.0f}, std::move(*c));
  for (float& v : *c) v = -v;
  return detail::emit_affine(b, 0, {1.0f}, std::move(*c));
}

inline result<void> convert_mul(builder& b) {
  if (const auto a = attributes::of(b, {}); !a) return a.failure();
  const auto side = detail::constant_side(b);
  if (!side) return side.failure();
  if (*side < 2) {
    auto c = detail::operand(b, *side, 1 - *side);
    if (!c) return c.failure();
    return detail::emit_affine(b, 1 - *side, std::move(*c), {0.0f});
  }
  const auto x = b.image(0);
  if (!x) return x.failure();
  const auto y = b.image(1);
  if (!y) return y.failure();
  const extent p = b.shape(*x), q = b.shape(*y);
  if (p == q || q == extent{1, 1, p.c}) return b.add_node(graph::op::multiply{}, {*x, *y}, p);
  if (p == extent{1, 1, q.c}) return b.add_node(graph::op::multiply{}, {*y, *x}, q);
  return b.fail(errc::unsupported, "a product of maps of different shapes; equal shapes, or a gate [N,C,1,1] are accepted");
}

inline result<void> convert_div(builder& b) {
  if (const auto a = attributes::of(b, {}); !a) return a.failure();
  auto c = detail::operand(b, 1, 0);
  if (!c) return c.failure();
  for (float& v : *c) v = 1.0f / v;
  return detail::emit_affine(b, 0, std::move(*c), {0.0f});
}

inline result<void> convert_batch_norm(builder& b) {
  const auto a = attributes::of(b, {"epsilon", "momentum", "spatial", "training_mode"});
  if (!a) return a.failure();
  if (auto r = a->require("training_mode", 0); !r) return r;
  if (auto r = a->require("spatial", 1); !r) return r;
  const auto epsilon = a->number("epsilon", 1e-5f);
  if (!epsilon) return epsilon.failure();
  const auto x = b.image(0);
  if (!x) return x.failure();
  std::vector<float> parts[4];  // scale, bias, mean, variance
  for (std::size_t i = 0; i < 4; ++i) {
    auto v = b.floats(i + 1);
    if (!v) return v.failure();
    if (v->size() != static_cast<std::size_t>(b.shape(*x).c))
      return b.fail(errc::invalid,
                    std::to_string(v->size()) + " statistics for " + std::to_string(b.shape(*x).c) + " channels");
    parts[i] = std::move(*v);
  }
  for (std::size_t c = 0; c < parts[0].size(); ++c) {
    const double scale =
        static_cast<double>(parts[0][c]) / std::sqrt(static_cast<double>(parts[3][c]) + static_cast<double>(*epsilon));
    parts[1][c] = static_cast<float>(static_cast<double>(parts[1][c]) - static_cast<double>(parts[2][c]) * scale);
    parts[0][c] = static_cast<float>(scale);
    if (!detail::finite(parts[0][c]) || !detail::finite(parts[1][c]))
      return b.fail(errc::invalid, "the variance of channel " + std::to_string(c) + " gives a factor that is not finite");
  }
  return b.add_node(graph::op::batch_norm{std::move(parts[0]), std::move(parts[1])}, {*x}, b.shape(*x));
}

inline result<void> convert_relu(builder& b) {
  if (const auto a = attributes::of(b, {}); !a) return a.failure();
  return detail::emit_unary(b, graph::op::activate{nn::activation::relu()});
}

/// The bounds are attributes until opset 10 and inputs from then on.
inline result<void> convert_clip(builder& b) {
  const auto a = attributes::of(b, {"min", "max"});
  if (!a) return a.failure();
  float bounds[2] = {-nn::activation::infinity, nn::activation::infinity};
  for (std::size_t i = 0; i < 2; ++i) {
    const auto from = a->number(i ? "max" : "min", bounds[i]);
    if (!from) return from.failure();
    bounds[i] = *from;
    if (!b.has_input(i + 1)) continue;
    const auto v = b.scalar(i + 1);
    if (!v) return v.failure();
    bounds[i] = *v;
  }
  if (!(bounds[0] <= bounds[1])) return b.fail(errc::invalid, "min is greater than max");
  return detail::emit_unary(b, graph::op::activate{nn::activation::clip(bounds[0], bounds[1])});
}

inline result<void> convert_hard_sigmoid(builder& b) {
  const auto a = attributes::of(b, {"alpha", "beta"});
  if (!a) return a.failure();
  const auto alpha = a->number("alpha", 0.2f);
  if (!alpha) return alpha.failure();
  const auto beta = a->number("beta", 0.5f);
  if (!beta) return beta.failure();
  return detail::emit_unary(b, graph::op::activate{nn::activation::hard_sigmoid(*alpha, *beta)});
}

inline result<void> convert_hard_swish(builder& b) {
  if (const auto a = attributes::of(b, {}); !a) return a.failure();
  return detail::emit_unary(b, graph::op::activate{nn::activation::hard_swish()});
}

inline result<void> convert_sigmoid(builder& b) {
  if (const auto a = attributes::of(b, {}); !a) return a.failure();
  return detail::emit_unary(b, graph::op::activate{nn::activation::sigmoid()});
}

}  // namespace octet::io::onnx

#endif
