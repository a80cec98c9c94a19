#ifndef OCTET_TRAIN_BATCH_HPP
#define OCTET_TRAIN_BATCH_HPP

#include <octet/train/workspace.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <span>
#include <thread>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// Loss and gradient of a batch, pictures side by side in threads. Every picture's gradient has memory of its own and they
/// are added up in order, so that the result does not depend on the number of threads.
template <class Network>
class batch {
 public:
  batch(const Network& network, int threads) : network_(network) {
    OCTET_EXPECTS(threads > 0);
    for (int t = 0; t < threads; ++t) workspaces_.emplace_back(network);
  }

  /// work(i, workspace, gradient) runs picture i forward and back, adds to the gradient (0 before), and gives the loss.
  /// `mean` becomes the mean gradient; the mean loss is returned.
  template <class Work>
  double operator()(int pictures, Work&& work, std::span<float> mean) {
    OCTET_EXPECTS(pictures > 0 && mean.size() == network_.parameters().values.size());
    const auto count = static_cast<std::size_t>(pictures);
    losses_.assign(count, 0);
    gradients_.resize(count);
    std::atomic<std::size_t> next = 0;
    in_threads([&](std::size_t t) {
      for (std::size_t i; (i = next++) < count;) {
        gradients_[i].assign(mean.size(), 0.0f);
        losses_[i] = work(static_cast<int>(i), workspaces_[t], std::span<float>(gradients_[i]));
      }
    });
    in_threads([&](std::size_t t) {
      const std::size_t first = mean.size() * t / workspaces_.size(), last = mean.size() * (t + 1) / workspaces_.size();
      for (std::size_t k = first; k < last; ++k) mean[k] = 0;
      for (const auto& g : gradients_)
        for (std::size_t k = first; k < last; ++k) mean[k] += g[k];
      for (std::size_t k = first; k < last; ++k) mean[k] /= static_cast<float>(count);
    });
    double sum = 0;
    for (const double l : losses_) sum += l;
    return sum / static_cast<double>(count);
  }

  /// The name of the first layer of any workspace whose values are no finite numbers; nullptr: all are.
  const char* not_finite() const { return train::not_finite(network_, workspaces_); }

  /// Memory of all workspaces and gradients.
  std::size_t bytes() const noexcept { return bytes_of(workspaces_, gradients_); }

 private:
  template <class F>
  void in_threads(F&& f) {
    std::vector<std::thread> pool;
    for (std::size_t t = 1; t < workspaces_.size(); ++t) pool.emplace_back(f, t);
    f(0);
    for (std::thread& t : pool) t.join();
  }

  const Network& network_;
  std::vector<workspace> workspaces_;
  std::vector<std::vector<float>> gradients_;
  std::vector<double> losses_;
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
