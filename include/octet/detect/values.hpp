#ifndef OCTET_DETECT_VALUES_HPP
#define OCTET_DETECT_VALUES_HPP

#include <octet/core/config.hpp>
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

/// Real numbers stand for themselves.
struct real {
  using element = float;
  OCTET_ALWAYS_INLINE constexpr float operator()(float x, int) const noexcept { return x; }
};

/// int8 with one scale and zero point for the whole map.
struct per_tensor {
  using element = std::int8_t;
  qparams q;
  OCTET_ALWAYS_INLINE constexpr float operator()(std::int8_t x, int) const noexcept {
    return q.scale * static_cast<float>(x - q.zero_point);
  }
};

/// int8 with a scale and a zero point for each channel, in arrays that somebody else owns.
struct per_channel {
  using element = std::int8_t;
  const float* scale = nullptr;
  const std::int8_t* zero_point = nullptr;
  OCTET_ALWAYS_INLINE constexpr float operator()(std::int8_t x, int c) const noexcept {
    return scale[c] * static_cast<float>(x - zero_point[c]);
  }
};

/// int8 probabilities in steps of 1/255, as the integer sigmoid gives them.
inline constexpr per_tensor probability{{1.0f / 255.0f, -128}};

}  // namespace octet::detect

#endif
