#ifndef OCTET_TRAIN_PARAMETERS_HPP
#define OCTET_TRAIN_PARAMETERS_HPP

#include <octet/core/config.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// What a stretch of parameters is; optimisers treat the kinds differently.
enum class role : unsigned char {
  weight,      ///< of a convolution
  bias,        ///< of a convolution
  norm,        ///< factor or offset of a batch norm
  statistic,   ///< mean or variance that a batch norm has seen: follows the batches, no optimiser trains it
  scale,       ///< logarithm of a quantiser's scale: a step changes the scale in proportion, whatever its size
  zero_point,  ///< of a quantiser, in steps; rounded where it is used
};

/// Neighbouring parameters of one role.
struct parameter_range {
  std::string name;
  train::role role = role::weight;
  std::size_t first = 0, count = 0;
};

/// All trainable numbers of a network in one vector, and which is which.
struct parameters {
  std::vector<float> values;
  std::vector<parameter_range> ranges;

  /// Appends a range and gives its index.
  std::size_t add(std::string name, train::role what, std::span<const float> start) {
    ranges.push_back({std::move(name), what, values.size(), start.size()});
    values.insert(values.end(), start.begin(), start.end());
    return ranges.size() - 1;
  }
  std::span<const float> of(std::size_t range) const { return in(values, range); }
  /// The same stretch of a vector that is laid out like `values`: a gradient, an average.
  template <class T>
  std::span<T> in(std::span<T> all, std::size_t range) const {
    OCTET_EXPECTS(range < ranges.size() && all.size() == values.size());
    return all.subspan(ranges[range].first, ranges[range].count);
  }
  std::span<const float> in(const std::vector<float>& all, std::size_t range) const {
    return in(std::span<const float>(all), range);
  }
  /// The first range of `all`, laid out like `values`, that has a number which is not finite; nullptr: there is none.
  const parameter_range* not_finite(std::span<const float> all) const {
    for (std::size_t r = 0; r < ranges.size(); ++r)
      if (!std::ranges::all_of(in(all, r), [](float x) { return std::isfinite(x); })) return &ranges[r];
    return nullptr;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
