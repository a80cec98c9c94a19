#ifndef OCTET_TESTS_QUANT_SAMPLES_HPP
#define OCTET_TESTS_QUANT_SAMPLES_HPP

#include <cmath>
#include <cstddef>
#include <random>
#include <vector>

namespace samples {

/// Normal numbers.
inline std::vector<float> normal(std::size_t n, unsigned seed, float stddev = 1) {
  std::mt19937 random(seed);
  std::normal_distribution<float> draw(0, stddev);
  std::vector<float> v(n);
  for (float& x : v) x = draw(random);
  return v;
}

/// Mostly small, a few large: what the first layers of a detector give.
inline std::vector<float> heavy_tailed(std::size_t n, unsigned seed) {
  std::vector<float> v = normal(n, seed);
  for (float& x : v) x = x * x * x;
  v[n / 2] = 300;
  return v;
}

/// As after hard-swish: bounded below, open above.
inline std::vector<float> hard_swish(std::size_t n, unsigned seed) {
  std::vector<float> v = normal(n, seed, 2);
  for (float& x : v) x = x * std::fmin(std::fmax(x + 3, 0.0f), 6.0f) / 6;
  return v;
}

}  // namespace samples

#endif
