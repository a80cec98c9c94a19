#ifndef OCTET_IO_ONNX_QDQ_CHECK_HPP
#define OCTET_IO_ONNX_QDQ_CHECK_HPP

#include <octet/core/result.hpp>
#include <octet/graph/derive_constants.hpp>

#include <cmath>
#include <concepts>
#include <cstdlib>
#include <string>

namespace octet::io::onnx {

namespace detail {

/// Checks one node for what graph::derive_constants and the kernels take for granted.
class constants_check {
 public:
  constants_check(const graph::integer_model& m, int id) : m_(m), id_(id) {}

  result<void> run() const {
    const auto& out = quantization(id_);
    if (!positive(out.step)) return fail("its scale is not a positive number");
    for (float g : out.gain)
      if (!positive(g)) return fail("a gain is not a positive number");
    return std::visit([&](const auto& f) { return verify(f); }, m_.net[id_].op);
  }

 private:
  static constexpr double most = 0x1p29;  // of a multiplier

  static bool positive(std::floating_point auto x) { return x > 0 && std::isfinite(x); }

  const graph::quantization& quantization(int id) const { return m_.quantizations[static_cast<std::size_t>(id)]; }
  const graph::quantization& in(std::size_t i) const { return quantization(m_.net[id_].inputs[i]); }
  double scale(std::size_t i, int c) const { return in(i).scale(c); }
  error fail(const std::string& what) const { return {errc::invalid, "node '" + m_.net[id_].name + "': " + what}; }

  template <class F>
  result<void> verify(const F&) const {
    return {};
  }

  template <class Factor>
  result<void> factors(double bound, Factor factor) const {
    for (int c = 0; c < m_.net[id_].shape.c; ++c)
      if (!(factor(c, quantization(id_).scale(c)) < bound))
        return fail("the scales of channel " + std::to_string(c) + " are too far apart");
    return {};
  }
  result<void> verify(const graph::integer::rescale&) const {
    return factors(most, [&](int c, double out) { return scale(0, c) / out; });
  }
  result<void> verify(const graph::integer::global_average_pool&) const {
    return factors(most, [&](int c, double out) { return scale(0, c) / out; });
  }
  result<void> verify(const graph::integer::multiply&) const {
    return factors(most, [&](int c, double out) { return scale(0, c) * scale(1, c) / out; });
  }
  result<void> verify(const graph::integer::add&) const {
    // The two factors have 21 bits, of which one at least is behind the binary point.
    return factors(0x1p20, [&](int c, double out) { return (std::max)(scale(0, c), scale(1, c)) / out; });
  }

  result<void> verify(const graph::integer::conv2d& f) const {
    using kind = nn::activation::kind;
    const auto& g = f.geometry;
    const bool slope = f.act.function == kind::hard_sigmoid;
    if (f.act.function == kind::clip && !(f.act.a <= f.act.b)) return fail("the bounds of its Clip are not in order");
    if (slope && !(positive(f.act.a) && std::isfinite(f.act.b)))
      return fail("its HardSigmoid needs a positive alpha and a finite beta");
    if (f.act.function == kind::sigmoid && (!quantization(id_).per_tensor() || quantization(id_).step < 0x1p-30f))
      return fail("its Sigmoid needs one scale and zero point for all channels, the scale at least 2^-30");
    const auto depth = static_cast<std::size_t>(g.depth());
    for (int c = 0; c < g.oc; ++c) {
      const auto oc = static_cast<std::size_t>(c);
      if (!positive(f.weight_scale[oc])) return fail("weight scale " + std::to_string(c) + " is not a positive number");
      const double unit = static_cast<double>(in(0).step) * static_cast<double>(f.weight_scale[oc]),
                   out = quantization(id_).scale(c);
      double first = unit / out, second = 0, sum = (std::abs)(double(f.bias[oc]));
      if (slope)
        first *= static_cast<double>(f.act.a),
            sum += (std::abs)(static_cast<double>(f.act.b) / (static_cast<double>(f.act.a) * unit));
      if (f.act.function == kind::sigmoid) first = unit * nn::sigmoid_table_steps;
      if (f.act.function == kind::hard_swish) {
        const double one = std::exp2(graph::detail::hard_swish_fraction(quantization(id_)));
        first = unit * one, second = 1.0 / (6.0 * one * out);
      }
      if (!(first < most && second < most)) return fail("the scales of channel " + std::to_string(c) + " are too far apart");
      // An input less its zero point has a magnitude of at most 255.
      for (std::size_t i = 0; i < depth; ++i) sum += 255.0 * (std::abs)(int{f.weights.data()[oc * depth + i]});
      if (!(sum < 0x1p31))
        return fail("weights and bias of channel " + std::to_string(c) + " overflow the 32-bit accumulator");
    }
    return {};
  }

  const graph::integer_model& m_;
  int id_;
};

}  // namespace detail

/// Checks the preconditions of graph::derive_constants and of the integer kernels: positive finite scales, multipliers and
/// accumulators in range. Precondition: shapes and array sizes fit together. Errors name the node and what is wrong.
inline result<void> check_constants(const graph::integer_model& m) {
  for (int id = 0; id < m.net.size(); ++id)
    if (auto r = detail::constants_check(m, id).run(); !r) return r;
  return {};
}

}  // namespace octet::io::onnx

#endif
