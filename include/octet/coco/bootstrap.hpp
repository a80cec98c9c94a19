#ifndef OCTET_COCO_BOOTSTRAP_HPP
#define OCTET_COCO_BOOTSTRAP_HPP

#include <octet/coco/sink/ap_samples.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

/// How far a number would move if other pictures of the same kind had been taken: pictures are drawn again, with
/// repetitions (Efron 1979, percentile intervals).
namespace octet::coco {

/// A number and the interval that holds 95 % of what the draws give.
struct estimate {
  double value = 0, lo = 0, hi = 0;
};

namespace detail {

/// The estimate of measure(times) over draws of `images` pictures. The same seed gives the same draws on every machine.
template <class Measure>
estimate resample(std::size_t images, int rounds, std::uint64_t seed, Measure&& measure) {
  OCTET_EXPECTS(images > 0 && rounds > 0);
  std::vector<std::uint32_t> times(images, 1);
  estimate e;
  e.value = measure(times);
  std::vector<double> values;
  for (int round = 0; round < rounds; ++round) {
    std::fill(times.begin(), times.end(), 0);
    for (std::size_t i = 0; i < images; ++i) {
      std::uint64_t z = seed += 0x9e3779b97f4a7c15u;  // splitmix64
      z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
      z = (z ^ z >> 27) * 0x94d049bb133111ebu;
      ++times[(z ^ z >> 31) % images];
    }
    values.push_back(measure(times));
  }
  std::sort(values.begin(), values.end());
  const auto last = static_cast<double>(values.size() - 1);
  e.lo = values[static_cast<std::size_t>(std::floor(0.025 * last))];
  e.hi = values[static_cast<std::size_t>(std::ceil(0.975 * last))];
  return e;
}

}  // namespace detail

/// AP, and its interval.
inline estimate bootstrap(ap_samples& samples, std::size_t images, int rounds = 1000, std::uint64_t seed = 1) {
  return detail::resample(images, rounds, seed, [&](const auto& times) { return samples.ap(times); });
}

/// The AP of `second` less that of `first`, both on the same draws: an interval without 0 means that they differ.
/// Precondition: both saw evaluations with the same ground truth and parameters.
inline estimate bootstrap_difference(ap_samples& first, ap_samples& second, std::size_t images, int rounds = 1000,
                                     std::uint64_t seed = 1) {
  return detail::resample(images, rounds, seed, [&](const auto& times) { return second.ap(times) - first.ap(times); });
}

}  // namespace octet::coco

#endif
