#ifndef OCTET_TRAIN_DIVERGENCE_HPP
#define OCTET_TRAIN_DIVERGENCE_HPP

#include <octet/core/result.hpp>
#include <octet/train/parameters.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>

/// Training that has gone astray ends before its numbers get into a file.
namespace octet::train {
inline namespace OCTET_ABI {

namespace detail {
inline error astray(long iteration, const std::string& what) {
  return error(errc::invalid,
               "iteration " + std::to_string(iteration) + ": " + what + "; a smaller --rate is expected to help");
}
}  // namespace detail

/// With what is left of the run: the checkpoint of that iteration; 0: none yet.
inline error with_checkpoint(const error& e, long saved) {
  return error(e.code(), e.what() + (saved ? "; checkpoint.bin holds iteration " + std::to_string(saved)
                                           : std::string("; no checkpoint was written before")));
}

/// To be called before an update. Error: loss or gradient are not finite; names the iteration and the first layer of the
/// batch that is not, or else the parameter.
template <class Batch>
result<void> check_gradient(long iteration, double loss, std::span<const float> gradient, const parameters& p,
                            const Batch& batch) {
  const parameter_range* wrong = p.not_finite(gradient);
  if (std::isfinite(loss) && !wrong) return {};
  if (const char* layer = batch.not_finite())
    return detail::astray(iteration, "the loss is no finite number; first in layer '" + std::string(layer) + "'");
  if (!wrong) return detail::astray(iteration, "the loss is no finite number, though all layers are");
  return detail::astray(iteration, "the gradient of parameter '" + wrong->name + "' is no finite number");
}

/// To be called after an update. Error: parameters that are not finite, or logarithms of scales beyond +-40, which no grid
/// of real use has and which integers cannot stand for; names the iteration and the parameter.
inline result<void> check_parameters(long iteration, const parameters& p) {
  if (const parameter_range* wrong = p.not_finite(p.values))
    return detail::astray(iteration, "the step makes parameter '" + wrong->name + "' no finite number");
  for (std::size_t r = 0; r < p.ranges.size(); ++r)
    if (p.ranges[r].role == role::scale && std::ranges::any_of(p.of(r), [](float x) { return std::fabs(x) > 40.0f; }))
      return detail::astray(iteration, "the step makes the scale of '" + p.ranges[r].name + "' too large or too small");
  return {};
}

/// How the mean of the last `count` losses is more than `times` the first, or `least` where the first is less, as that of a
/// batch without objects may be; empty: it is not. For an error or a warning.
inline std::string risen(std::span<const double> losses, std::size_t count, double times, double least) {
  if (losses.empty()) return {};
  const auto last = losses.last(std::clamp<std::size_t>(count, 1, losses.size()));
  double mean = 0;
  for (const double l : last) mean += l / static_cast<double>(last.size());
  if (mean <= times * (std::max)(losses.front(), least)) return {};
  char text[96];
  std::snprintf(text, sizeof text, "the loss rose from %.3g to %.3g", losses.front(), mean);
  return text;
}

/// To be called with the losses of all iterations so far. Error: the last four are 30 times the first or more in the mean.
inline result<void> check_losses(std::span<const double> losses, double least) {
  const std::string how = risen(losses, 4, 30, least);
  if (how.empty()) return {};
  return detail::astray(static_cast<long>(losses.size()), how);
}

/// To be called with the detection loss of each iteration. Error: none is left though there are objects in the batch. That
/// is no success: each score is at the end of its sigmoid, where nothing is learned any more.
inline result<void> check_learning(long iteration, double loss, bool objects) {
  if (!objects || loss >= 1e-9) return {};
  return detail::astray(iteration, "every score is 0, so that no object has any part in the loss");
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
