#ifndef OCTET_TRAIN_DIVERGENCE_HPP
#define OCTET_TRAIN_DIVERGENCE_HPP

#include <octet/core/result.hpp>
#include <octet/train/parameters.hpp>

#include <algorithm>
#include <cmath>
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

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
