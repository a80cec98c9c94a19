#ifndef OCTET_IO_ONNX_QDQ_CONV_HPP
#define OCTET_IO_ONNX_QDQ_CONV_HPP

#include <octet/core/rounding.hpp>
#include <octet/io/onnx/qdq_cursor.hpp>

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

/// The reader of a convolution with its weights and bias; see qdq_operations.hpp for the others.
namespace octet::io::onnx::detail {

/// A bias in units of the accumulator, half_even where it is kept as real numbers.
inline result<std::vector<std::int64_t>> qdq_bias(qdq_cursor& c, const tensor* bias, float step,
                                                  const std::vector<float>& weight_scale) {
  if (!c.dialect.float_bias) return c.integers(bias, INT32_MIN, INT32_MAX);
  const auto real = c.floats(bias);
  if (!real) return real.failure();
  std::vector<std::int64_t> units;
  for (std::size_t oc = 0; oc < (std::min)(real->size(), weight_scale.size()); ++oc) {
    const double unit =
        rounding::half_even{}(static_cast<double>((*real)[oc]) / static_cast<double>(step * weight_scale[oc]));
    if (!(unit >= INT32_MIN && unit <= INT32_MAX))
      return c.fail(errc::invalid, "bias " + std::to_string(oc) + " overflows the 32-bit accumulator");
    units.push_back(static_cast<std::int64_t>(unit));
  }
  return units;
}

inline result<void> qdq_conv(qdq_cursor& c) {
  const auto x = c.map(0);
  if (!x) return x.failure();
  const auto constant = [&](std::size_t i) {
    const auto at = i < c.current->inputs.size() ? c.dequantised.find(c.current->inputs[i]) : c.dequantised.end();
    return at == c.dequantised.end() ? std::pair<const tensor*, const tensor*>() : at->second;
  };
  const auto [weights, scale] = constant(1);
  const tensor* bias = c.dialect.float_bias ? c.find_constant(2) : constant(2).first;
  if (!weights || weights->rank != 4 || !bias)
    return c.fail(errc::missing, "weights [OC,IC/G,KH,KW] of 8 bits behind DequantizeLinear and a bias are expected");
  const auto strides = c.attribute("strides", 2, 1, 64), pads = c.attribute("pads", 4, 0, 63);
  for (const auto* a : {&strides, &pads})
    if (!*a) return a->failure();
  const onnx::attribute* group = c.current->find("group");
  const extent in = c.shape(*x);
  const auto& d = weights->dims;
  const bool fits = group && group->i >= 1 && group->i <= in.c && in.c % group->i == 0 && d[0] >= 1 &&
                    d[0] <= qdq_cursor::most_side && d[0] % group->i == 0 && d[1] == in.c / group->i && d[2] >= 1 &&
                    d[2] <= 64 && d[3] >= 1 && d[3] <= 64;
  if (!fits)
    return c.fail(errc::invalid, "weights " + to_string(weights->shape()) + " do not fit its group and an input of " +
                                     std::to_string(in.c) + " channels");

  graph::integer::conv2d f;
  auto& g = f.geometry;
  g = {.ic = in.c,
       .oc = static_cast<int>(d[0]),
       .kh = static_cast<int>(d[2]),
       .kw = static_cast<int>(d[3]),
       .stride = strides->front(),
       .pad_top = (*pads)[0],
       .pad_left = (*pads)[1],
       .pad_bottom = (*pads)[2],
       .pad_right = (*pads)[3],
       .groups = static_cast<int>(group->i)};
  if ((std::max)(g.pad_top, g.pad_bottom) >= g.kh || (std::max)(g.pad_left, g.pad_right) >= g.kw)
    return c.fail(errc::unsupported, "a padding as large as the kernel; smaller ones are accepted");
  if (in.h + g.pad_top + g.pad_bottom < g.kh || in.w + g.pad_left + g.pad_right < g.kw)
    return c.fail(errc::invalid, "its kernel is larger than its input");

  const int raised = c.dialect.unsigned_weights ? 128 : 0;
  const auto w = c.integers(weights, raised - 128, raised + 127);
  if (!w) return w.failure();
  auto s = c.floats(scale);
  if (!s) return s.failure();
  const auto b = qdq_bias(c, bias, c.model.quantizations[static_cast<std::size_t>(*x)].step, *s);
  if (!b) return b.failure();
  const auto oc = static_cast<std::size_t>(g.oc), taps = static_cast<std::size_t>(g.kh * g.kw),
             depth = static_cast<std::size_t>(g.ic / g.groups);
  if (b->size() != oc || s->size() != oc)
    return c.fail(errc::invalid, "weight scale and bias have not one element for each output channel");
  f.weight_scale = std::move(*s);
  f.bias.assign(b->begin(), b->end());
  f.weights =
      graph::tensor<std::int8_t, 4>::from_shape({oc, static_cast<std::size_t>(g.kh), static_cast<std::size_t>(g.kw), depth});
  const std::int64_t* from = w->data();
  for (std::size_t o = 0; o < oc; ++o)
    for (std::size_t i = 0; i < depth; ++i)
      for (std::size_t t = 0; t < taps; ++t)
        f.weights.data()[(o * taps + t) * depth + i] = static_cast<std::int8_t>(*from++ - raised);
  const extent out = g.output(in);
  return c.begin(std::move(f), {*x}, out);
}

}  // namespace octet::io::onnx::detail

#endif
