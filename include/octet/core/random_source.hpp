#ifndef OCTET_CORE_RANDOM_SOURCE_HPP
#define OCTET_CORE_RANDOM_SOURCE_HPP

#include <octet/core/config.hpp>

#include <cstdint>

namespace octet {

/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every platform, from any starting point.
struct random_source {
  std::uint64_t state = 0;

  constexpr std::uint64_t operator()() noexcept {
    std::uint64_t z = state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// Below `n`, 0 < n < 2^32.
  constexpr std::uint32_t below(std::uint32_t n) noexcept {
    return static_cast<std::uint32_t>((((*this)() >> 32) * n) >> 32);
  }
  /// In [0, 1).
  constexpr double unit() noexcept { return static_cast<double>((*this)() >> 11) * 0x1p-53; }
  /// In [lo, hi).
  constexpr double between(double lo, double hi) noexcept { return lo + (hi - lo) * unit(); }
  constexpr bool chance(double p) noexcept { return unit() < p; }
};

}  // namespace octet

#endif
