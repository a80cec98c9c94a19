#ifndef OCTET_GRAPH_DERIVE_CONSTANTS_HPP
#define OCTET_GRAPH_DERIVE_CONSTANTS_HPP

#include <octet/core/fixed_point.hpp>
#include <octet/graph/integer_network.hpp>
#include <octet/graph/value_range.hpp>
#include <octet/nn/sigmoid_table.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

/// The run-time constants of integer operations, from what their inputs' and outputs' values stand for. Multipliers are
/// computed in double, once, on the host; a run needs integers only.
namespace octet::graph {

namespace detail {

inline void append(multipliers& m, double factor) {
  const multiplier x = make_multiplier(factor);
  m.mantissa.push_back(x.mantissa);
  m.shift.push_back(x.shift);
}

/// The int8 value that stands for `real` in channel c, ties to even, saturated.
inline std::int8_t quantize(double real, const quantization& q, int c) {
  const double x = rounding::half_even{}(real / q.scale(c)) + q.zero_point[static_cast<std::size_t>(c)];
  return static_cast<std::int8_t>(clamp(x, -128.0, 127.0));
}

/// Fraction bits of hard-swish's wide value: as many as leave room for the largest output, 20 at most.
inline int hard_swish_fraction(const quantization& out) {
  double largest = 1.0;
  for (std::size_t c = 0; c < out.gain.size(); ++c)
    largest = (std::max)(largest, out.scale(static_cast<int>(c)) * (127 - out.zero_point[c]));
  int fraction = 20;
  // nn::hard_swish_requantize saturates at 2^28, and six times the value must fit int32.
  while (fraction > 8 && largest * std::exp2(fraction) * 2.0 > std::exp2(28)) --fraction;
  return fraction;
}

/// The sigmoid in steps of a map with one scale. Scales that are one over a whole number mean just that, so that their ties
/// stay ties: 1/255 is no float.
inline std::vector<std::int8_t> sigmoid_codes(const quantization& out) {
  const double exact = 1.0 / static_cast<double>(out.step), whole = rounding::half_even{}(exact);
  const double levels = static_cast<float>(1.0 / whole) == out.step ? whole : exact;
  const auto table = nn::make_sigmoid_table<nn::sigmoid_table.size()>(nn::sigmoid_table_steps, levels, out.zero_point[0]);
  return {table.begin(), table.end()};
}

inline void derive(integer::conv2d& f, const quantization& in, const quantization& out) {
  const auto& g = f.geometry;
  f.pad = in.zero_point;
  f.zero_point = out.zero_point;
  f.first = f.second = {};
  f.folded_bias.clear(), f.lo.clear(), f.hi.clear(), f.table.clear();
  using kind = nn::activation::kind;
  if (f.act.function == kind::hard_swish) f.fraction = hard_swish_fraction(out);
  if (f.act.function == kind::sigmoid) f.table = sigmoid_codes(out);

  const std::size_t depth = static_cast<std::size_t>(g.depth());
  const std::size_t group_in = static_cast<std::size_t>(g.ic / g.groups),
                    group_out = static_cast<std::size_t>(g.oc / g.groups);
  for (int c = 0; c < g.oc; ++c) {
    const auto oc = static_cast<std::size_t>(c);
    const std::int8_t* w = f.weights.data() + oc * depth;
    std::int64_t bias = f.bias[oc];
    for (std::size_t i = 0; i < depth; ++i)
      bias -= std::int64_t{w[i]} * in.zero_point[oc / group_out * group_in + i % group_in];

    const double unit = static_cast<double>(in.step) * static_cast<double>(f.weight_scale[oc]);
    std::int8_t lo = -128, hi = 127;
    switch (f.act.function) {
      case kind::none:
        append(f.first, unit / out.scale(c));
        break;
      case kind::clip:
        append(f.first, unit / out.scale(c));
        lo = quantize(static_cast<double>(f.act.a), out, c), hi = quantize(static_cast<double>(f.act.b), out, c);
        break;
      case kind::hard_sigmoid:
        append(f.first, static_cast<double>(f.act.a) * unit / out.scale(c));
        bias += std::llround(static_cast<double>(f.act.b) / (static_cast<double>(f.act.a) * unit));
        lo = quantize(0.0, out, c), hi = quantize(1.0, out, c);
        break;
      case kind::hard_swish:
        append(f.first, unit * std::exp2(f.fraction));
        append(f.second, 1.0 / (6.0 * std::exp2(f.fraction) * out.scale(c)));
        lo = quantize(-0.375, out, c);  // the least value, at -1.5
        break;
      case kind::sigmoid:
        append(f.first, unit * nn::sigmoid_table_steps);
        break;
    }
    OCTET_EXPECTS(bias > -(std::int64_t{1} << 31) && bias < (std::int64_t{1} << 31));
    f.folded_bias.push_back(static_cast<std::int32_t>(bias));
    f.lo.push_back(lo), f.hi.push_back(hi);
  }
}

inline void derive(integer::add& f, const quantization& a, const quantization& b, const quantization& out) {
  f = {{}, {}, {}, a.zero_point, b.zero_point, out.zero_point};
  for (int c = 0; c < static_cast<int>(out.gain.size()); ++c) {
    const double fa = a.scale(c) / out.scale(c), fb = b.scale(c) / out.scale(c);
    int shift = 1;
    while (shift < 30 && (std::max)(fa, fb) * std::exp2(shift + 1) < 2097151.0) ++shift;  // factors stay below 2^21
    f.a.push_back(static_cast<std::int32_t>(std::llround(fa * std::exp2(shift))));
    f.b.push_back(static_cast<std::int32_t>(std::llround(fb * std::exp2(shift))));
    f.shift.push_back(shift);
  }
}

inline void derive(integer::multiply& f, const quantization& x, const quantization& gate, const quantization& out) {
  f = {{}, x.zero_point, gate.zero_point, out.zero_point};
  for (int c = 0; c < static_cast<int>(out.gain.size()); ++c) append(f.scale, x.scale(c) * gate.scale(c) / out.scale(c));
}

inline void derive(integer::global_average_pool& f, const quantization& in, const quantization& out, std::size_t pixels) {
  f = {{}, in.zero_point, out.zero_point};
  for (int c = 0; c < static_cast<int>(out.gain.size()); ++c)
    append(f.scale, in.scale(c) / out.scale(c) / static_cast<double>(pixels));
}

inline void derive(integer::rescale& f, const quantization& in, const quantization& out) {
  f = {{}, in.zero_point, out.zero_point};
  // nn::rescale_copy widens the value by 12 bits first.
  for (int c = 0; c < static_cast<int>(out.gain.size()); ++c) append(f.scale, in.scale(c) / out.scale(c) / 4096.0);
}

}  // namespace detail

/// Fills every derived field of `m` from its quantizations. Preconditions: weights, scales and biases of the convolutions
/// are set, and m.quantizations has one entry per node with as many channels as the node's map.
inline void derive_constants(integer_model& m) {
  OCTET_EXPECTS(m.quantizations.size() == m.net.nodes.size());
  for (int id = 0; id < m.net.size(); ++id) {
    auto& n = m.net[id];
    const auto in = [&](std::size_t i) -> const quantization& {
      return m.quantizations[static_cast<std::size_t>(n.inputs[i])];
    };
    const quantization& out = m.quantizations[static_cast<std::size_t>(id)];
    if (auto* f = std::get_if<integer::conv2d>(&n.op)) detail::derive(*f, in(0), out);
    if (auto* f = std::get_if<integer::add>(&n.op)) detail::derive(*f, in(0), in(1), out);
    if (auto* f = std::get_if<integer::multiply>(&n.op)) detail::derive(*f, in(0), in(1), out);
    if (auto* f = std::get_if<integer::rescale>(&n.op)) detail::derive(*f, in(0), out);
    if (auto* f = std::get_if<integer::global_average_pool>(&n.op))
      detail::derive(*f, in(0), out, m.net[n.inputs.front()].shape.pixels());
  }
  derive_input_ranges(m.net);
}

}  // namespace octet::graph

#endif
