#ifndef OCTET_COCO_MEAN_HPP
#define OCTET_COCO_MEAN_HPP

#include <algorithm>
#include <cstddef>
#include <span>

namespace octet::coco {

namespace detail {

/// numpy's pairwise sum: eight lanes up to 128 values, halves at multiples of eight above.
inline double pairwise_sum(std::span<const double> v) {
  const std::size_t n = v.size();
  if (n < 8) {
    double sum = 0;
    for (double x : v) sum += x;
    return sum;
  }
  if (n <= 128) {
    double lane[8];
    std::copy_n(v.begin(), 8, lane);
    const std::size_t whole = n - n % 8;
    for (std::size_t i = 8; i < whole; i += 8)
      for (std::size_t k = 0; k < 8; ++k) lane[k] += v[i + k];
    double sum = ((lane[0] + lane[1]) + (lane[2] + lane[3])) + ((lane[4] + lane[5]) + (lane[6] + lane[7]));
    for (std::size_t i = whole; i < n; ++i) sum += v[i];
    return sum;
  }
  const std::size_t half = n / 2 - n / 2 % 8;
  return pairwise_sum(v.first(half)) + pairwise_sum(v.subspan(half));
}

}  // namespace detail

/// np.mean of numpy 1 on contiguous values: pairwise inside chunks of 8192 (its buffer), chunks from left to right.
struct chunked_mean {
  double operator()(std::span<const double> v) const {
    double sum = 0;
    for (std::size_t i = 0; i < v.size(); i += 8192)
      sum += detail::pairwise_sum(v.subspan(i, (std::min<std::size_t>)(8192, v.size() - i)));
    return sum / static_cast<double>(v.size());
  }
};

/// Pairwise over all values at once.
struct pairwise_mean {
  double operator()(std::span<const double> v) const { return detail::pairwise_sum(v) / static_cast<double>(v.size()); }
};

}  // namespace octet::coco

#endif
