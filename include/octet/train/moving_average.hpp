#ifndef OCTET_TRAIN_MOVING_AVERAGE_HPP
#define OCTET_TRAIN_MOVING_AVERAGE_HPP

#include <octet/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// Exponential moving average of the parameters: average += (1 - decay) * (now - average), with a smaller decay in the
/// first steps, (1 + t) / (10 + t), so that the start is forgotten.
class moving_average {
 public:
  explicit moving_average(std::vector<float> start, double decay = 0.9998) : average_(std::move(start)), decay_(decay) {}

  void operator()(std::span<const float> now) {
    OCTET_EXPECTS(now.size() == average_.size());
    const auto t = static_cast<double>(++step_);
    const auto share = static_cast<float>(1.0 - (std::min)(decay_, (1 + t) / (10 + t)));
    for (std::size_t i = 0; i < now.size(); ++i) average_[i] += share * (now[i] - average_[i]);
  }
  const std::vector<float>& values() const noexcept { return average_; }
  long steps() const noexcept { return step_; }
  void restore(long steps, std::vector<float> values) {
    OCTET_EXPECTS(values.size() == average_.size());
    step_ = steps, average_ = std::move(values);
  }

 private:
  std::vector<float> average_;
  double decay_;
  long step_ = 0;
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
