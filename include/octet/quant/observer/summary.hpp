#ifndef OCTET_QUANT_OBSERVER_SUMMARY_HPP
#define OCTET_QUANT_OBSERVER_SUMMARY_HPP

#include <octet/core/config.hpp>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace octet::quant {
inline namespace OCTET_ABI {

/// Extremes of the finite values of one batch. lo = hi = 0 if there are none.
struct summary {
  float lo = 0, hi = 0;
  std::uint64_t count = 0;     ///< finite values
  std::uint64_t rejected = 0;  ///< infinities and NaNs

  float magnitude() const noexcept { return -lo > hi ? -lo : hi; }
};

/// One pass over the values, in lanes that compilers turn into vector registers.
inline summary summarise(std::span<const float> values) noexcept {
  constexpr std::size_t lanes = 16;
  constexpr float largest = (std::numeric_limits<float>::max)();
  float lo[lanes], hi[lanes];
  std::uint32_t finite[lanes];
  for (std::size_t k = 0; k < lanes; ++k) lo[k] = largest, hi[k] = -largest, finite[k] = 0;
  const auto take = [&](float x, std::size_t k) {
    const bool good = x >= -largest && x <= largest;
    lo[k] = good && x < lo[k] ? x : lo[k];
    hi[k] = good && x > hi[k] ? x : hi[k];
    finite[k] += good ? 1u : 0u;
  };
  std::size_t i = 0;
  for (; i + lanes <= values.size(); i += lanes)
    for (std::size_t k = 0; k < lanes; ++k) take(values[i + k], k);
  for (float x : values.subspan(i)) take(x, 0);
  summary s;
  for (std::size_t k = 0; k < lanes; ++k) {
    s.count += finite[k];
    if (lo[k] < lo[0]) lo[0] = lo[k];
    if (hi[k] > hi[0]) hi[0] = hi[k];
  }
  s.rejected = values.size() - s.count;
  // + 0 turns a minus zero into the plain one, so that the order of the values leaves no trace.
  if (s.count != 0) s.lo = lo[0] + 0.0f, s.hi = hi[0] + 0.0f;
  return s;
}

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
