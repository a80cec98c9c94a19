#ifndef OCTET_IO_ONNX_QUANTIZED_OPERATORS_HPP
#define OCTET_IO_ONNX_QUANTIZED_OPERATORS_HPP

#include <octet/io/onnx/file.hpp>

#include <algorithm>

namespace octet::io::onnx {

/// True for operators that quantised models consist of, whichever tool wrote them.
inline bool is_quantized_operator(std::string_view type) noexcept {
  constexpr std::string_view names[] = {"QuantizeLinear", "DequantizeLinear", "DynamicQuantizeLinear",
                                        "ConvInteger",    "MatMulInteger",    "DynamicQuantizeMatMul",
                                        "QGemm",          "QAttention",       "FakeQuant",
                                        "FakeQuantize",   "MatMulNBits",      "Quant",
                                        "BipolarQuant"};
  return type.starts_with("QLinear") || type.starts_with("MatMulIntegerTo") || type.starts_with("ConvIntegerTo") ||
         std::find(std::begin(names), std::end(names), type) != std::end(names);
}

/// The first node of a quantised model that only such have, or nullptr.
inline const node* find_quantized_operator(const file& f) noexcept {
  const auto at = std::find_if(f.nodes.begin(), f.nodes.end(), [](const node& n) { return is_quantized_operator(n.type); });
  return at == f.nodes.end() ? nullptr : &*at;
}

}  // namespace octet::io::onnx

#endif
