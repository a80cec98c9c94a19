#ifndef OCTET_IO_ONNX_FLOAT_TYPE_HPP
#define OCTET_IO_ONNX_FLOAT_TYPE_HPP

#include <octet/io/onnx/file.hpp>

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

/// The floating-point types of tensors, and their values as float32.
namespace octet::io::onnx {

/// How elements of a floating-point type are stored: their bytes in raw_data, and the field that holds them otherwise.
struct float_storage {
  std::size_t width = 0;  ///< 0: the type is another one
  unsigned field = 0;
};

constexpr float_storage storage_of(element type) noexcept {
  switch (type) {
    case element::float32:
      return {4, 4};
    case element::float16:
    case element::bfloat16:
      return {2, 5};
    case element::float64:
      return {8, 10};
    default:
      return {};
  }
}

namespace detail {

/// The value of a binary16 number; exact.
inline float from_float16(std::uint16_t bits) noexcept {
  const std::uint32_t sign = (bits & 0x8000u) << 16, exponent = bits >> 10 & 31u, fraction = bits & 0x3ffu;
  if (exponent == 0) return std::copysign(static_cast<float>(fraction) * 0x1p-24f, sign ? -1.0f : 1.0f);
  return std::bit_cast<float>(sign | (exponent == 31 ? 0x7f800000u : (exponent + 112) << 23) | fraction << 13);
}

inline float to_float(element type, const unsigned char* at) noexcept {
  if (type == element::float64) {
    double x;
    std::memcpy(&x, at, sizeof x);
    constexpr double most = static_cast<double>((std::numeric_limits<float>::max)());
    return x > most || x < -most ? std::numeric_limits<float>::infinity() : static_cast<float>(x);
  }
  std::uint16_t bits;
  std::memcpy(&bits, at, sizeof bits);
  return type == element::bfloat16 ? std::bit_cast<float>(std::uint32_t{bits} << 16) : from_float16(bits);
}

}  // namespace detail

}  // namespace octet::io::onnx

#endif
