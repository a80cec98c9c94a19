#ifndef OCTET_NN_EPILOGUE_HPP
#define OCTET_NN_EPILOGUE_HPP

#include <octet/core/fixed_point.hpp>
#include <octet/nn/concepts.hpp>

#include <cstdint>

/// Epilogues of integer convolutions: stages are small values, composed by `then` and fused at compile time. Arrays are per
/// output channel and belong to the caller. The integer expressions here are the norm; core/README.md derives them.
namespace octet::nn {

/// A `multiplier` per channel, each as make_multiplier gives it.
struct channel_multipliers {
  const std::int32_t* mantissa;
  const std::int32_t* shift;
  OCTET_ALWAYS_INLINE constexpr multiplier operator[](int channel) const noexcept {
    return {mantissa[channel], shift[channel]};
  }
};

inline namespace OCTET_ABI {

/// x + bias[c]. Precondition: the sum fits int32.
struct add_bias {
  const std::int32_t* bias;
  constexpr std::int32_t operator()(std::int32_t x, int c) const noexcept { return x + bias[c]; }
};

/// clamp(rescale(x, scale[c]) + zero_point[c], lo[c], hi[c]), equation (7). The sum is exact. lo[c] <= hi[c].
struct requantize {
  channel_multipliers scale;
  const std::int8_t *zero_point, *lo, *hi;
  constexpr std::int8_t operator()(std::int32_t x, int c) const noexcept {
    const std::int32_t zero = zero_point[c];
    return static_cast<std::int8_t>(clamp<std::int32_t>(rescale(x, scale[c]), lo[c] - zero, hi[c] - zero) + zero);
  }
};

/// The same over the full range of int8.
struct requantize_full {
  channel_multipliers scale;
  const std::int8_t* zero_point;
  constexpr std::int8_t operator()(std::int32_t x, int c) const noexcept {
    const std::int32_t zero = zero_point[c];
    return static_cast<std::int8_t>(clamp<std::int32_t>(rescale(x, scale[c]), -128 - zero, 127 - zero) + zero);
  }
};

/// Hard-swish on a wide value with `fraction` fraction bits in [8,20], equations (8) to (10):
///   t = clamp(rescale(x, to_fixed[c]), -2^28, 2^28)       x as a real number, times 2^fraction
///   u = clamp(t + 3 * 2^fraction, 0, 6 * 2^fraction)
///   p = floor((t * u + 2^(fraction-1)) / 2^fraction)       |p| <= 6 * 2^28, so it fits int32; the product takes int64
///   clamp(rescale(p, to_output[c]) + zero_point[c], lo[c], hi[c])
/// to_output holds the division by 6.
struct hard_swish_requantize {
  channel_multipliers to_fixed;
  int fraction;
  channel_multipliers to_output;
  const std::int8_t *zero_point, *lo, *hi;

  static constexpr std::int32_t limit = std::int32_t{1} << 28;
  constexpr std::int8_t operator()(std::int32_t x, int c) const noexcept {
    const std::int32_t t = clamp<std::int32_t>(rescale(x, to_fixed[c]), -limit, limit);
    const std::int32_t unit = std::int32_t{1} << fraction;
    const std::int32_t u = clamp<std::int32_t>(t + 3 * unit, 0, 6 * unit);
    const auto p = static_cast<std::int32_t>(rounding::half_up::shift_right(std::int64_t{t} * u, fraction));
    return requantize{to_output, zero_point, lo, hi}(p, c);
  }
};

/// table[clamp(rescale(x, to_index[c]) + size/2, 0, size-1)], equation (11). Any non-linearity; size >= 4 and even.
struct lookup {
  channel_multipliers to_index;
  const std::int8_t* table;
  int size;
  constexpr std::int8_t operator()(std::int32_t x, int c) const noexcept {
    const std::int32_t half = size / 2;
    return table[clamp<std::int32_t>(rescale(x, to_index[c]), -half, size - half - 1) + half];
  }
};

/// `first`, then `rest`.
template <epilogue_stage First, epilogue_stage Rest>
struct composed {
  First first;
  Rest rest;
  constexpr auto operator()(std::int32_t x, int c) const noexcept { return rest(first(x, c), c); }
};

template <epilogue_stage Stage>
constexpr Stage then(Stage stage) noexcept {
  return stage;
}

/// The stages one after another: then(add_bias{bias}, requantize{scale, zero, lo, hi}).
template <epilogue_stage First, epilogue_stage... Rest>
requires(sizeof...(Rest) > 0) constexpr auto then(First first, Rest... rest) noexcept {
  return composed<First, decltype(then(rest...))>{first, then(rest...)};
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
