#ifndef OCTET_NN_ACTIVATION_HPP
#define OCTET_NN_ACTIVATION_HPP

namespace octet::nn {

/// A non-linearity that follows a convolution.
///   clip          min(max(x, lo), hi)             relu: [0, inf), relu6: [0, 6]
///   hard_swish    x * min(max(x + 3, 0), 6) / 6
///   hard_sigmoid  min(max(alpha * x + beta, 0), 1)
///   sigmoid       1 / (1 + exp(-x))
struct activation {
  enum class kind : unsigned char { none, clip, hard_swish, hard_sigmoid, sigmoid };

  kind function = kind::none;
  float a = 0;  ///< clip: lo; hard_sigmoid: alpha
  float b = 0;  ///< clip: hi; hard_sigmoid: beta

  friend constexpr bool operator==(const activation&, const activation&) = default;

  static constexpr float infinity = __builtin_huge_valf();
  static constexpr activation none() noexcept { return {}; }
  static constexpr activation clip(float lo, float hi) noexcept { return {kind::clip, lo, hi}; }
  static constexpr activation relu() noexcept { return clip(0.0f, infinity); }
  static constexpr activation relu6() noexcept { return clip(0.0f, 6.0f); }
  static constexpr activation hard_swish() noexcept { return {kind::hard_swish}; }
  static constexpr activation hard_sigmoid(float alpha, float beta) noexcept { return {kind::hard_sigmoid, alpha, beta}; }
  static constexpr activation sigmoid() noexcept { return {kind::sigmoid}; }
};

}  // namespace octet::nn

#endif
