#ifndef OCTET_DETECT_VALUES_HPP
#define OCTET_DETECT_VALUES_HPP

#include <octet/core/config.hpp>
#include <octet/core/elementary.hpp>
#include <octet/core/types.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>

namespace octet::detect {

/// What the elements of a head's map stand for: `element`, and the real number of element q in channel c.
template <class V>
concept values = requires(const V& v, typename V::element q, int c) {
  { v(q, c) } -> std::same_as<float>;
};

/// int8 elements that stand for more where they are larger. Where they mean the same in all of the channels, which
/// same_in_all(channels) tells, a threshold on what they stand for is one on the elements.
template <class V>
concept ordered_values = values<V> && std::same_as<typename V::element, std::int8_t> && requires(const V& v, int channels) {
  { v.same_in_all(channels) } -> std::same_as<bool>;
};

/// Real numbers stand for themselves.
struct real {
  using element = float;
  OCTET_ALWAYS_INLINE constexpr float operator()(float x, int) const noexcept { return x; }
};

/// int8 with one scale and zero point for the whole map.
struct per_tensor {
  using element = std::int8_t;
  qparams q;
  static constexpr bool same_in_all(int) noexcept { return true; }
  OCTET_ALWAYS_INLINE constexpr float operator()(std::int8_t x, int) const noexcept {
    return q.scale * static_cast<float>(x - q.zero_point);
  }
};

/// int8 logits with one scale and zero point, which stand for their sigmoid. decode() takes the sigmoid of what passes.
struct per_tensor_logit {
  using element = std::int8_t;
  qparams q;
  static constexpr bool same_in_all(int) noexcept { return true; }
  constexpr float operator()(std::int8_t x, int) const noexcept {
    const double logit = static_cast<double>(q.scale) * (x - q.zero_point);
    return static_cast<float>(1.0 / (1.0 + exponential(-logit)));
  }
};

/// int8 with a scale and a zero point for each channel, in arrays that somebody else owns.
struct per_channel {
  using element = std::int8_t;
  const float* scale = nullptr;
  const std::int8_t* zero_point = nullptr;
  constexpr bool same_in_all(int channels) const noexcept {
    for (int c = 1; c < channels; ++c)
      if (scale[c] != scale[0] || zero_point[c] != zero_point[0]) return false;
    return true;
  }
  OCTET_ALWAYS_INLINE constexpr float operator()(std::int8_t x, int c) const noexcept {
    return scale[c] * static_cast<float>(x - zero_point[c]);
  }
};

/// int8 probabilities in steps of 1/255, as the integer sigmoid gives them.
inline constexpr per_tensor probability{{1.0f / 255.0f, -128}};

}  // namespace octet::detect

#endif
