#ifndef OCTET_IO_ONNX_QDQ_OPERATIONS_HPP
#define OCTET_IO_ONNX_QDQ_OPERATIONS_HPP

#include <octet/io/onnx/qdq_conv.hpp>
#include <octet/io/onnx/qdq_cursor.hpp>

/// Readers of the nodes between two maps: each begins or continues the integer operation at work. They take what they
/// need and keep memory and indices safe; that the rest is as the form demands is proved by writing the model again.
namespace octet::io::onnx::detail {

inline result<void> qdq_activation(qdq_cursor& c) {
  if (auto r = c.follow(); !r) return r;
  auto* f = std::get_if<graph::integer::conv2d>(&c.work->op);
  if (!f || f->act != nn::activation::none())
    return c.fail(errc::unsupported, "an activation is accepted once behind each convolution");
  const auto number = [&](std::string_view name) {
    const onnx::attribute* a = c.current->find(name);
    return a ? a->f : 0.0f;
  };
  if (c.current->type == "Relu")
    f->act = nn::activation::relu();
  else if (c.current->type == "Sigmoid")
    f->act = nn::activation::sigmoid();
  else if (c.current->type == "HardSigmoid")
    f->act = nn::activation::hard_sigmoid(number("alpha"), number("beta"));
  else {
    float bound[] = {-nn::activation::infinity, nn::activation::infinity};
    for (std::size_t i : {1u, 2u}) {
      if (i >= c.current->inputs.size() || c.current->inputs[i].empty()) continue;
      const auto v = c.floats(i);
      if (!v) return v.failure();
      if (v->size() != 1) return c.fail(errc::invalid, "a bound of more than one number");
      bound[i - 1] = v->front();
    }
    f->act = nn::activation::clip(bound[0], bound[1]);
  }
  return {};
}

/// A gain or an offset, one number for each channel.
inline result<void> qdq_factor(qdq_cursor& c, std::vector<float> qdq_cursor::operation::*of) {
  if (!c.work) {
    if (auto r = c.begin_rescale(); !r) return r;
  }
  auto values = c.floats(1);
  if (!values) return values.failure();
  if (values->size() != static_cast<std::size_t>(c.work->shape.c))
    return c.fail(errc::invalid,
                  std::to_string(values->size()) + " numbers for " + std::to_string(c.work->shape.c) + " channels");
  (*c.work).*of = std::move(*values);
  return c.follow();
}

/// The last step of hard-swish, a gain, or the product of two maps.
inline result<void> qdq_multiply(qdq_cursor& c) {
  if (c.find_constant(1)) return qdq_factor(c, &qdq_cursor::operation::gain);
  if (c.work) {
    auto* f = std::get_if<graph::integer::conv2d>(&c.work->op);
    if (!f || c.current->inputs.size() != 2 || c.current->inputs[0] != c.work->before || c.current->inputs[1] != c.work->out)
      return c.fail(errc::invalid, "neither a gain nor the end of a hard-swish");
    f->act = nn::activation::hard_swish();
    c.work->out = c.current->outputs[0];
    return {};
  }
  const auto x = c.map(0), gate = c.map(1);
  if (!x) return x.failure();
  if (!gate) return gate.failure();
  if (c.shape(*gate) != extent{1, 1, c.shape(*x).c}) return c.fail(errc::invalid, "its second input is no gate [1,C,1,1]");
  return c.begin(graph::integer::multiply{}, {*x, *gate}, c.shape(*x));
}

/// Takes an offset or a gain off a map.
inline result<void> qdq_take_off(qdq_cursor& c) {
  const auto x = c.map(0);
  if (!x) return x.failure();
  c.maps[c.current->outputs[0]] = *x;
  return {};
}

/// An offset, or the sum of two maps.
inline result<void> qdq_add(qdq_cursor& c) {
  if (c.find_constant(1)) return qdq_factor(c, &qdq_cursor::operation::offset);
  const auto a = c.map(0), b = c.map(1);
  if (!a) return a.failure();
  if (!b) return b.failure();
  if (c.shape(*a) != c.shape(*b)) return c.fail(errc::invalid, "its inputs have different sizes");
  return c.begin(graph::integer::add{}, {*a, *b}, c.shape(*a));
}

inline result<void> qdq_mean(qdq_cursor& c) {
  const auto x = c.map(0);
  if (!x) return x.failure();
  if (c.shape(*x).pixels() > 1u << 22) return c.fail(errc::limit, "a mean of more than 2^22 pixels");
  return c.begin(graph::integer::global_average_pool{}, {*x}, {1, 1, c.shape(*x).c});
}

inline result<void> qdq_concat(qdq_cursor& c) {
  std::vector<int> inputs;
  extent e;
  for (std::size_t i = 0; i < c.current->inputs.size(); ++i) {
    const auto x = c.map(i);
    if (!x) return x.failure();
    const extent s = c.shape(*x);
    if (i && (s.h != e.h || s.w != e.w)) return c.fail(errc::invalid, "its inputs have different sizes");
    e = {s.h, s.w, (std::min)(e.c, qdq_cursor::most_side) + s.c};
    inputs.push_back(*x);
  }
  return c.begin(graph::op::concat{}, std::move(inputs), e);
}

inline result<void> qdq_slice(qdq_cursor& c) {
  const auto x = c.map(0);
  if (!x) return x.failure();
  const extent e = c.shape(*x);
  const auto first = c.integers(1, 0, e.c - 1), last = c.integers(2, 1, e.c);
  if (!first) return first.failure();
  if (!last) return last.failure();
  if (first->size() != 1 || last->size() != 1 || first->front() >= last->front())
    return c.fail(errc::invalid, "not a range of channels");
  const int from = static_cast<int>(first->front()), count = static_cast<int>(last->front()) - from;
  return c.begin(graph::op::slice{from, count}, {*x}, {e.h, e.w, count});
}

inline result<void> qdq_resize(qdq_cursor& c) {
  const auto x = c.map(0);
  if (!x) return x.failure();
  const auto scales = c.floats(2);
  if (!scales) return scales.failure();
  const float factor = scales->size() == 4 ? scales->back() : 0.0f;
  if (!(factor >= 1 && factor <= 64)) return c.fail(errc::invalid, "its scales are not [1,1,f,f] with f from 1 to 64");
  const int f = static_cast<int>(factor);
  const extent e = c.shape(*x);
  return c.begin(graph::op::resize_nearest{f}, {*x}, {e.h * f, e.w * f, e.c});
}

inline result<void> qdq_max_pool(qdq_cursor& c) {
  const auto x = c.map(0);
  if (!x) return x.failure();
  const auto kernel = c.attribute("kernel_shape", 2, 1, 64), pads = c.attribute("pads", 4, 0, 63),
             strides = c.attribute("strides", 2, 1, 64);
  for (const auto* a : {&kernel, &pads, &strides})
    if (!*a) return a->failure();
  const nn::pool_geometry g{kernel->front(), strides->front(), pads->front()};
  const extent in = c.shape(*x);
  if (g.pad >= g.kernel || (std::min)(in.h, in.w) + 2 * g.pad < g.kernel)
    return c.fail(errc::invalid, "padding or input does not fit its kernel");
  return c.begin(graph::op::max_pool{g}, {*x}, g.output(in));
}

/// Reshape to groups, Transpose, Reshape back.
inline result<void> qdq_shuffle(qdq_cursor& c) {
  if (c.work) {
    if (!std::holds_alternative<graph::op::shuffle>(c.work->op))
      return c.fail(errc::invalid, "not part of a channel shuffle");
    return c.follow();
  }
  const auto x = c.map(0);
  if (!x) return x.failure();
  const auto dims = c.integers(1, 1, 1 << 24);
  if (!dims) return dims.failure();
  const extent e = c.shape(*x);
  if (dims->size() != 5 || (*dims)[1] > e.c || e.c % (*dims)[1] != 0)
    return c.fail(errc::invalid, "not the groups of a channel shuffle [1,G,C/G,H,W]");
  return c.begin(graph::op::shuffle{static_cast<int>((*dims)[1])}, {*x}, e);
}

/// One node that is no QuantizeLinear or DequantizeLinear.
inline result<void> qdq_operation(qdq_cursor& c) {
  static constexpr std::pair<std::string_view, result<void> (*)(qdq_cursor&)> readers[] = {{"Conv", qdq_conv},
                                                                                           {"Relu", qdq_activation},
                                                                                           {"Clip", qdq_activation},
                                                                                           {"Sigmoid", qdq_activation},
                                                                                           {"HardSigmoid", qdq_activation},
                                                                                           {"Mul", qdq_multiply},
                                                                                           {"Div", qdq_take_off},
                                                                                           {"Sub", qdq_take_off},
                                                                                           {"Add", qdq_add},
                                                                                           {"GlobalAveragePool", qdq_mean},
                                                                                           {"Concat", qdq_concat},
                                                                                           {"Slice", qdq_slice},
                                                                                           {"Resize", qdq_resize},
                                                                                           {"MaxPool", qdq_max_pool},
                                                                                           {"Reshape", qdq_shuffle},
                                                                                           {"Transpose", qdq_shuffle}};
  if (!c.quantised.empty())
    return c.fail(errc::invalid, "the DequantizeLinear of " + quoted(c.quantised) + " is expected here");
  if (c.current->outputs.size() != 1)
    return c.fail(errc::invalid, std::to_string(c.current->outputs.size()) + " outputs; 1 is accepted");
  for (const auto& [type, read] : readers)
    if (type == c.current->type) return read(c);
  return c.fail(errc::unsupported, "not an operation of the form " + quoted(c.dialect.format));
}

}  // namespace octet::io::onnx::detail

#endif
