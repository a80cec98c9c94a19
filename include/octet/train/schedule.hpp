#ifndef OCTET_TRAIN_SCHEDULE_HPP
#define OCTET_TRAIN_SCHEDULE_HPP

#include <octet/core/config.hpp>

#include <algorithm>
#include <cmath>
#include <concepts>
#include <numbers>
#include <utility>
#include <vector>

/// Learning rates: callables from the iteration, 0 for the first, to what the base rate is multiplied with.
namespace octet::train {
inline namespace OCTET_ABI {

template <class S>
concept schedule = requires(const S s, long iteration) {
  { s(iteration) } -> std::same_as<double>;
};

struct constant {
  double operator()(long) const noexcept { return 1; }
};

/// Half a cosine from 1 to `last` over `total` iterations; `last` afterwards. With last = 0: Paddle's
/// CosineAnnealingDecay, the one of the quantisation recipe.
struct cosine {
  long total = 1;
  double last = 0;
  double operator()(long i) const noexcept {
    const double part = (std::min)(1.0, static_cast<double>(i) / static_cast<double>((std::max)(total, 1L)));
    return last + (1 - last) * 0.5 * (1 + std::cos(std::numbers::pi * part));
  }
};

/// PaddleDetection's CosineDecay with min_lr_ratio and last_plateau_epochs, the one of PicoDet's training: the cosine ends
/// `plateau` iterations before `total`, and stays at `last` of the base rate from there.
struct cosine_plateau {
  long total = 1, plateau = 0;
  double last = 0.08;
  double operator()(long i) const noexcept { return cosine{total - plateau, last}(i); }
};

/// Multiplied with `factor` at every one of `at`, in ascending order.
struct steps {
  std::vector<long> at;
  double factor = 0.1;
  double operator()(long i) const noexcept {
    double y = 1;
    for (const long s : at) y *= i >= s ? factor : 1;
    return y;
  }
};

/// The first iterations of another schedule scaled linearly from `start` to 1.
template <schedule After>
struct linear_warm_up {
  long iterations = 0;
  After after;
  double start = 0.1;
  double operator()(long i) const noexcept {
    const double part = static_cast<double>(i) / static_cast<double>((std::max)(iterations, 1L));
    return after(i) * (i < iterations ? start + (1 - start) * part : 1);
  }
};

/// PaddleDetection's ExpWarmup: the first iterations scaled with ((i + 1) / iterations)^power.
template <schedule After>
struct exponential_warm_up {
  long iterations = 0;
  After after;
  double power = 2;
  double operator()(long i) const noexcept {
    const double part = static_cast<double>(i + 1) / static_cast<double>((std::max)(iterations, 1L));
    return after(i) * (i < iterations ? std::pow(part, power) : 1);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
