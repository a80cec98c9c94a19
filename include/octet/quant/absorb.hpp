#ifndef OCTET_QUANT_ABSORB_HPP
#define OCTET_QUANT_ABSORB_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/concepts.hpp>

#include <algorithm>
#include <cmath>
#include <ratio>
#include <span>
#include <vector>

namespace octet::quant {
inline namespace OCTET_ABI {

/// Every channel has the scale it needs itself.
struct full_absorption {
  constexpr float scale(float own, float) const noexcept { return own; }
};

/// Consumers absorb nothing: all channels of a map have the scale of the widest.
struct no_absorption {
  constexpr float scale(float, float largest) const noexcept { return largest; }
};

/// scale = largest * (own / largest)^Alpha, and not below largest / Cap. Alpha between 0 (one scale for all) and 1 (each
/// its own) shares the loss of precision between the activations and the weights that absorb their scales; Cap keeps a dead
/// channel from taking the weights' precision away. 3/4 is best on PicoDet.
template <class Alpha = std::ratio<3, 4>, int Cap = 1024>
struct power_absorption {
  static_assert(Alpha::num >= 0 && Alpha::num <= Alpha::den, "octet: Alpha is a std::ratio from 0 to 1");
  static_assert(Cap >= 1, "octet: Cap is how many times the largest scale may exceed the smallest, at least 1");

  float scale(float own, float largest) const noexcept {
    constexpr double alpha = static_cast<double>(Alpha::num) / static_cast<double>(Alpha::den);
    const double shared = double{largest} * std::pow(double{own} / double{largest}, alpha);
    return std::clamp(static_cast<float>((std::max)(shared, double{largest} / Cap)), own, largest);
  }
};

/// Scale and zero point for each of the channels' ranges. A channel whose scale is wider than it needs has its range
/// widened in proportion about zero, so that both ends get their share of the room and its zero point stays.
template <scheme Scheme, absorption Absorption>
std::vector<qparams> absorb(std::span<const interval> bounds, Absorption absorption = {}) {
  const Scheme s{};
  float largest = 0;
  for (const interval& b : bounds) largest = (std::max)(largest, s.fit(b).scale);
  std::vector<qparams> r;
  for (const interval& b : bounds) {
    const qparams own = s.fit(b);
    r.push_back({absorption.scale(own.scale, largest), own.zero_point});
  }
  return r;
}

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
