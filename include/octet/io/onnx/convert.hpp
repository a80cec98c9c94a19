#ifndef OCTET_IO_ONNX_CONVERT_HPP
#define OCTET_IO_ONNX_CONVERT_HPP

#include <octet/io/onnx/convert_arithmetic.hpp>
#include <octet/io/onnx/convert_layout.hpp>
#include <octet/io/onnx/convert_resize.hpp>
#include <octet/io/onnx/convert_window.hpp>

namespace octet::io::onnx {

/// How nodes of one type become operations of the graph: reads builder::current, emits nodes, binds the outputs.
struct converter {
  std::string_view type;
  result<void> (*run)(builder&);
};

inline constexpr converter converters[] = {
    {"Add", convert_add},
    {"BatchNormalization", convert_batch_norm},
    {"Cast", convert_cast},
    {"Clip", convert_clip},
    {"Concat", convert_concat},
    {"Conv", convert_conv},
    {"Div", convert_div},
    {"Dropout", convert_identity},
    {"GlobalAveragePool", convert_global_average_pool},
    {"HardSigmoid", convert_hard_sigmoid},
    {"HardSwish", convert_hard_swish},
    {"Identity", convert_identity},
    {"MaxPool", convert_max_pool},
    {"Mul", convert_mul},
    {"ReduceMean", convert_reduce_mean},
    {"Relu", convert_relu},
    {"Reshape", convert_reshape},
    {"Resize", convert_resize},
    {"Sigmoid", convert_sigmoid},
    {"Slice", convert_slice},
    {"Split", convert_split},
    {"Sub", convert_sub},
    {"Transpose", convert_transpose},
    {"Upsample", convert_resize},
};

/// Converts the current node of `b`.
inline result<void> convert(builder& b) {
  if (b.current->domain.empty() || b.current->domain == "ai.onnx")
    for (const auto& c : converters)
      if (c.type == b.current->type) return c.run(b);
  std::string accepted;
  for (const auto& c : converters) accepted += (accepted.empty() ? "" : ", ") + std::string(c.type);
  return b.fail(errc::unsupported, "this operator; accepted: Constant, " + accepted);
}

}  // namespace octet::io::onnx

#endif
