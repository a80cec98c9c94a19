#ifndef OCTET_NN_ACTIVATE_HPP
#define OCTET_NN_ACTIVATE_HPP

#include <octet/core/fixed_point.hpp>
#include <octet/nn/activation.hpp>
#include <octet/nn/exponential.hpp>

namespace octet::nn {
inline namespace OCTET_ABI {

/// Calls f with the function of `act` as a callable float -> float, so that a loop inside f contains one function only.
template <class F>
constexpr void with_function(const activation& act, F&& f) {
  using kind = activation::kind;
  const float a = act.a, b = act.b;
  switch (act.function) {
    case kind::none: return f([](float x) { return x; });
    case kind::clip: return f([=](float x) { return clamp(x, a, b); });
    case kind::hard_swish: return f([](float x) { return x * clamp(x + 3.0f, 0.0f, 6.0f) * (1.0f / 6.0f); });
    case kind::hard_sigmoid: return f([=](float x) { return clamp(a * x + b, 0.0f, 1.0f); });
    case kind::sigmoid: return f([](float x) { return 1.0f / (1.0f + exponential(-x)); });
  }
}

/// The activation of one number.
constexpr float activate(const activation& act, float x) noexcept {
  float y = 0;
  with_function(act, [&](auto function) { y = function(x); });
  return y;
}

/// Epilogue of float convolutions: activation(sum + bias[c]).
struct bias_activation {
  const float* bias;  // [OC]
  activation act;
  constexpr float operator()(float sum, int c) const noexcept { return activate(act, sum + bias[c]); }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
