#ifndef OCTET_GRAPH_INTEGER_NETWORK_HPP
#define OCTET_GRAPH_INTEGER_NETWORK_HPP

#include <octet/core/types.hpp>
#include <octet/graph/model.hpp>

#include <cstdint>
#include <vector>

namespace octet::graph {

/// How the int8 values of a map stand for real numbers: real = step / gain[c] * (q - zero_point[c]). All channels share
/// the step; a producer multiplies channel c by gain[c] before it rounds, and the consumers' weights are divided by it
/// (absorbed). Equal gains and zero points make the plain per-tensor form.
struct quantization {
  float step = 1;
  std::vector<float> gain;              // [C], > 0
  std::vector<std::int8_t> zero_point;  // [C]

  double scale(int c) const { return static_cast<double>(step) / static_cast<double>(gain[static_cast<std::size_t>(c)]); }
  bool per_tensor() const {
    for (std::size_t c = 0; c < gain.size(); ++c)
      if (gain[c] != 1.0f || zero_point[c] != zero_point[0]) return false;
    return true;
  }
  friend bool operator==(const quantization&, const quantization&) = default;
};

/// Rescaling factors of all channels, as nn::channel_multipliers points to them.
struct multipliers {
  std::vector<std::int32_t> mantissa, shift;
};

/// Operations on int8 maps; those that only move values are the same structs as for real numbers. Arrays are per output
/// channel unless a comment says otherwise. The arithmetic of each operation is the norm of its nn kernel; everything below
/// "derived" follows from the quantizations (see derive_constants).
namespace integer {

struct conv2d {
  nn::conv2d_geometry geometry;
  nn::activation act;
  tensor<std::int8_t, 4> weights;   // [OC,KH,KW,IC/G] of w / gain of the input channel
  std::vector<float> weight_scale;  // what one unit of a weight stands for
  std::vector<std::int32_t> bias;   // in units of the accumulator, weight_scale * step of the input
  // derived
  std::vector<std::int32_t> folded_bias;  // less the input's zero points times the weights
  std::vector<std::int8_t> pad;           // [IC] zero points of the input
  std::vector<std::int8_t> in_low, in_high;  // [IC] limits of the input's values
  int fraction = 0;                       // hard-swish: fraction bits of the wide value
  multipliers first;                      // accumulator -> output, wide value (hard-swish) or table index (sigmoid)
  multipliers second;                     // hard-swish: wide value -> output
  std::vector<std::int8_t> zero_point, lo, hi;
  std::vector<std::int8_t> table;  // sigmoid: outputs by index, in one scale for all channels
};
// The rest is derived altogether.
struct add {
  std::vector<std::int32_t> a, b, shift;
  std::vector<std::int8_t> a_zero, b_zero, out_zero;
};
struct multiply {
  multipliers scale;
  std::vector<std::int8_t> x_zero, gate_zero, out_zero;
};
struct global_average_pool {
  multipliers scale;
  std::vector<std::int8_t> in_zero, out_zero;
};
struct rescale {
  multipliers scale;
  std::vector<std::int8_t> in_zero, out_zero;
};  ///< the same values in another quantization

}  // namespace integer

using integer_operation =
    std::variant<op::input, integer::conv2d, integer::add, integer::multiply, op::concat, op::slice, op::shuffle,
                 op::resize_nearest, op::max_pool, integer::global_average_pool, integer::rescale>;

using integer_network = basic_network<integer_operation>;

/// A full-INT8 detector. `quantizations` says per node what its values stand for.
struct integer_model {
  std::string name;
  integer_network net;
  std::vector<quantization> quantizations;
  std::vector<head> heads;
  std::vector<float> projection;
  preprocessing pre;
  int classes = 80;
  std::vector<category> categories{};
};

}  // namespace octet::graph

#endif
