#ifndef OCTET_TRAIN_SYNCHRONISED_BATCH_HPP
#define OCTET_TRAIN_SYNCHRONISED_BATCH_HPP

#include <octet/core/communicator.hpp>
#include <octet/graph/fork_join.hpp>
#include <octet/train/batch_norm.hpp>
#include <octet/train/move_gradient.hpp>
#include <octet/train/parameters.hpp>
#include <octet/train/workspace.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// Loss and gradient of a batch whose pictures go through the network side by side, because batch norms take their
/// statistics over all of them. A workspace per picture; between two norms threads take the pictures as they come. Sums are
/// added in the pictures' order, by the communicator over those of all processes, so that the result depends neither on the
/// number of threads nor on that of processes.
template <class Network, communicator Communicator = single>
class synchronised_batch {
 public:
  /// frozen: norms take the statistics among the parameters instead.
  synchronised_batch(const Network& network, int pictures, int threads, Communicator all = {}, bool frozen = false)
      : network_(network), all_(all), run_(threads) {
    OCTET_EXPECTS(pictures > 0 && threads > 0);
    const auto count = static_cast<std::size_t>(pictures);
    for (std::size_t i = 0; i < count; ++i) workspaces_.emplace_back(network);
    sums_.resize(count), gradients_.resize(count), losses_.resize(count), weights_.resize(count);
    for (int id = 0; id < network.network().size(); ++id)
      if (network.normalised(id) && !frozen) norms_.push_back({id, {}, {}, {}, {}, 0});
  }

  /// Three callbacks for the pictures of this process, i from 0, called from any thread:
  ///   fill(i, map)               writes the network's input
  ///   weigh(i, w)                after the way forward; gives the picture's part in what losses are divided by
  ///   teach(i, w, weights)       gives the loss and the heads' gradients; `weights` is the sum of all parts, at least 1
  /// The gradient of the sum of the losses is written to `gradient`, that sum returned.
  template <class Fill, class Weigh, class Teach>
  double operator()(Fill&& fill, Weigh&& weigh, Teach&& teach, std::span<float> gradient) {
    OCTET_EXPECTS(gradient.size() == network_.parameters().values.size());
    const int end = network_.network().size();
    int first = 0;  // of the nodes that are still to run
    const auto forward = [&](std::size_t i, int to) {
      workspace& w = workspaces_[i];
      if (first == 0) fill(static_cast<int>(i), w.raw(0));
      for (int id = first; id < to; ++id) {
        network_.compute(id, w);
        network_.finish(id, w, network_.norm_of(id));
      }
    };
    for (std::size_t k = 0; k < norms_.size(); ++k) {
      norm& n = norms_[k];
      each([&](std::size_t i) {
        if (k > 0) network_.finish(norms_[k - 1].id, workspaces_[i], norms_[k - 1].now);
        forward(i, n.id);
        network_.compute(n.id, workspaces_[i]);
        sums_[i].clear(channels(n));
        add_moments(workspaces_[i].raw(n.id), network_.norm_of(n.id).centre.data(), sums_[i]);
      });
      take_statistics(n);
      first = n.id + 1;
    }
    each([&](std::size_t i) {
      if (!norms_.empty()) network_.finish(norms_.back().id, workspaces_[i], norms_.back().now);
      forward(i, end);
      weights_[i] = weigh(static_cast<int>(i), std::as_const(workspaces_[i]));
    });
    const double weights = (std::max)(total(weights_), 1.0);
    each([&](std::size_t i) {
      workspaces_[i].clear();
      gradients_[i].assign(gradient.size(), 0.0f);
      losses_[i] = teach(static_cast<int>(i), workspaces_[i], weights);
    });

    int last = end - 1;  // of the nodes whose gradients are still to pass on
    const auto backward = [&](std::size_t i, int to) {
      for (int id = last; id > to; --id)
        if (workspaces_[i].reached(id)) {
          if (norms_.empty()) network_.frozen_norm_gradient(id, workspaces_[i], gradients_[i]);
          network_.step_back(id, workspaces_[i], gradients_[i]);
          workspaces_[i].release(id);
        }
    };
    const auto through = [&](std::size_t k, std::size_t i) {
      if (k < norms_.size())
        network_.norm_gradient(norms_[k].id, workspaces_[i], norms_[k].now, sums_[i], &norms_[k].sums, norms_[k].count,
                               gradients_[i]);
    };
    for (std::size_t k = norms_.size(); k-- > 0;) {
      norm& n = norms_[k];
      each([&](std::size_t i) {
        through(k + 1, i);
        backward(i, n.id);
        if (!workspaces_[i].reached(n.id)) workspaces_[i].give(n.id, detail::zero);
        network_.norm_gradient_sums(n.id, workspaces_[i], n.now, sums_[i]);
      });
      n.sums = merged(channels(n));
      last = n.id;
    }
    each([&](std::size_t i) {
      through(0, i);
      backward(i, 0);
    });
    add_up(gradient);
    return total(losses_);
  }

  /// Moves the running statistics among the parameters towards those of the last batch: s = momentum * s + (1 - momentum) *
  /// batch, with biased variances as PaddlePaddle does. momentum 0: takes these.
  void follow(parameters& p, float momentum = 0.9f) const {
    for (const norm& n : norms_) {
      const auto move = [&](std::size_t range, const std::vector<float>& to) {
        const auto s = p.in(std::span(p.values), range);
        for (std::size_t c = 0; c < to.size(); ++c) s[c] = momentum * s[c] + (1 - momentum) * to[c];
      };
      move(network_.mean_range(n.id), n.mean), move(network_.variance_range(n.id), n.variance);
    }
  }

  /// The name of the first layer of any picture whose values are no finite numbers; nullptr: all are.
  const char* not_finite() const { return train::not_finite(network_, workspaces_); }

  /// Memory of all workspaces and gradients.
  std::size_t bytes() const noexcept { return bytes_of(workspaces_, gradients_); }

 private:
  struct norm {
    int id = 0;
    std::vector<float> mean, variance;  // of the last batch
    channel_norm now;                   // with these
    channel_sums sums;                  // of the way back
    double count = 0;                   // of values per channel
  };

  int channels(const norm& n) const { return network_.network()[n.id].shape.c; }

  template <class F>
  void each(F&& f) {
    std::atomic<std::size_t> next = 0;
    run_(run_.size(), [&](int) {
      for (std::size_t i; (i = next++) < workspaces_.size();) f(i);
    });
  }

  /// The pictures' sums in one, over all processes.
  channel_sums merged(int channels) {
    const auto c = static_cast<std::size_t>(channels);
    channel_sums all;
    all.clear(channels);
    shared_.resize(2 * c);
    all_.accumulate(shared_, [&](std::size_t first, std::span<double> part) {
      for (const channel_sums& s : sums_)
        for (std::size_t k = 0; k < part.size(); ++k)
          part[k] += first + k < c ? s.first[first + k] : s.second[first + k - c];
    });
    std::copy_n(shared_.begin(), c, all.first.begin());
    std::copy_n(shared_.begin() + static_cast<std::ptrdiff_t>(c), c, all.second.begin());
    return all;
  }

  void take_statistics(norm& n) {
    const parameters& p = network_.parameters();
    n.count =
        static_cast<double>(workspaces_.size()) * all_.size() * static_cast<double>(network_.network()[n.id].shape.pixels());
    from_moments(merged(channels(n)), network_.norm_of(n.id).centre, n.count, n.mean, n.variance);
    n.now.set(p.of(network_.factor_range(n.id)), p.of(network_.offset_range(n.id)), n.mean, n.variance);
  }

  double total(const std::vector<double>& values) const {
    double sum = 0;
    all_.accumulate(std::span(&sum, 1), [&](std::size_t, std::span<double> part) {
      part[0] = std::accumulate(values.begin(), values.end(), part[0]);
    });
    return sum;
  }

  void add_up(std::span<float> gradient) {
    shared_.resize(gradient.size());
    const auto each_of = [&](std::size_t size, auto&& f) {
      run_(run_.size(), [&](int thread) {
        const share s(size, thread, run_.size());
        f(s.first, s.last);
      });
    };
    all_.accumulate(shared_, [&](std::size_t first, std::span<double> part) {
      each_of(part.size(), [&](std::size_t from, std::size_t to) {
        for (const auto& g : gradients_)
          for (std::size_t k = from; k < to; ++k) part[k] += static_cast<double>(g[first + k]);
      });
    });
    each_of(gradient.size(), [&](std::size_t from, std::size_t to) {
      for (std::size_t k = from; k < to; ++k) gradient[k] = static_cast<float>(shared_[k]);
    });
  }

  const Network& network_;
  Communicator all_;
  graph::fork_join run_;
  std::vector<workspace> workspaces_;  // and what follows: per picture
  std::vector<channel_sums> sums_;
  std::vector<std::vector<float>> gradients_;
  std::vector<double> losses_, weights_, shared_;
  std::vector<norm> norms_;  // in the network's order
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
