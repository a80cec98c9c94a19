#ifndef OCTET_QUANT_SCALE_HPP
#define OCTET_QUANT_SCALE_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/fake_quant.hpp>
#include <octet/quant/quantize.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace octet::quant {
inline namespace OCTET_ABI {

/// Weights of an output channel that are all smaller than this in magnitude are dead: they become zeros.
inline constexpr float dead_weight = 1e-8f;

/// The scale of a dead channel. The bias is stored in units of input scale * weight scale, so a scale as small as the dead
/// weights would let it overflow, and a large one would leave it no precision.
inline constexpr float dead_scale = 0x1p-20f;

/// The scale of one output channel's weights, by the observer and the scheme of `Weights` (a fake_quant): dead_scale if all
/// are dead, else what the scheme gives, which is smallest_scale at least.
/// Preconditions: the scheme gives zero point 0 (symmetric), the weights are finite.
template <class Weights>
float weight_scale(std::span<const float> weights) {
  bool alive = false;
  for (float w : weights) alive |= std::fabs(w) >= dead_weight;
  if (!alive) return dead_scale;
  typename Weights::observer_type o;
  o.observe(weights);
  using scheme = typename Weights::scheme_type;
  const qparams p = scheme{}.fit(bounds_of<scheme>(o));
  OCTET_EXPECTS(p.zero_point == 0);
  return p.scale;
}

/// The scale of each of `oc` output channels; weights [OC,...]. One and the same for all if the granularity is per_tensor.
template <class Weights>
std::vector<float> weight_scales(std::span<const float> weights, std::size_t oc) {
  OCTET_EXPECTS(oc > 0 && weights.size() % oc == 0);
  const std::size_t depth = weights.size() / oc;
  const auto width = static_cast<std::size_t>(Weights::granularity_type::width(static_cast<int>(oc)));
  std::vector<float> scales(oc);
  for (std::size_t first = 0; first < oc; first += width) {
    const std::size_t last = (std::min)(first + width, oc);
    const float s = weight_scale<Weights>(weights.subspan(first * depth, (last - first) * depth));
    for (std::size_t c = first; c < last; ++c) scales[c] = s;
  }
  return scales;
}

/// Integers for weights [OC,...] with one scale per output channel.
template <class Weights>
auto quantize_weights(std::span<const float> weights, std::span<const float> scales) {
  using scheme = typename Weights::scheme_type;
  OCTET_EXPECTS(!scales.empty() && weights.size() % scales.size() == 0);
  const std::size_t depth = weights.size() / scales.size();
  std::vector<typename scheme::storage> q;
  q.reserve(weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i)
    q.push_back(quantize<scheme>(weights[i], {scales[i / depth], 0}, typename Weights::rounding_type{}));
  return q;
}

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
