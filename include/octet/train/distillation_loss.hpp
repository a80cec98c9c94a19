#ifndef OCTET_TRAIN_DISTILLATION_LOSS_HPP
#define OCTET_TRAIN_DISTILLATION_LOSS_HPP

#include <octet/core/view.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

/// How far a student's head map is from its teacher's. Each is called with
///   kind, bins   what the map holds; bins: of one distribution
///   value, raw   the student's map [H,W,C], after and before its activation and rounding
///   teacher      the teacher's map, after its activation
///   weights      [H*W] what each cell counts
///   gradient     overwritten with d loss / d value
/// and gives the loss: the sum over cells of weight times the mean over channels.
namespace octet::train {
inline namespace OCTET_ABI {

enum class head_kind : unsigned char {
  probabilities,  ///< of classes, or the quality, after a sigmoid
  distributions,  ///< logits of the distances' distributions, `bins` neighbours each
};

namespace detail {

/// pixel(value, raw, teacher, gradient) gives one cell's loss and writes its gradient.
template <class Pixel>
double over_cells(map_view<const float> value, map_view<const float> raw, map_view<const float> teacher,
                  std::span<const float> weights, map_view<float> gradient, Pixel&& pixel) {
  double sum = 0;
  std::size_t cell = 0;
  for (int y = 0; y < value.h; ++y)
    for (int x = 0; x < value.w; ++x, ++cell) {
      float* d = gradient.pixel(y, x);
      const float w = weights[cell] / static_cast<float>(value.c);
      sum += static_cast<double>(w) * pixel(value.pixel(y, x), raw.pixel(y, x), teacher.pixel(y, x), d);
      for (int c = 0; c < value.c; ++c) d[c] *= w;
    }
  return sum;
}

/// p [n] = softmax(x / temperature); the values of x are `stride` apart.
inline void softmax(const float* x, std::ptrdiff_t stride, std::size_t n, float temperature, float* p) noexcept {
  float most = x[0], sum = 0;
  for (std::size_t i = 1; i < n; ++i) most = (std::max)(most, x[static_cast<std::ptrdiff_t>(i) * stride]);
  for (std::size_t i = 0; i < n; ++i)
    sum += p[i] = std::exp((x[static_cast<std::ptrdiff_t>(i) * stride] - most) / temperature);
  for (std::size_t i = 0; i < n; ++i) p[i] /= sum;
}

/// Kullback-Leibler divergence of the student's distribution p from the teacher's q; gradient by the student's logits
/// (p - q) / temperature.
inline double divergence(const float* p, const float* q, std::size_t n) noexcept {
  double sum = 0;
  for (std::size_t i = 0; i < n; ++i)
    if (q[i] > 0)
      sum += static_cast<double>(q[i]) * std::log(static_cast<double>(q[i]) / (std::max)(static_cast<double>(p[i]), 1e-30));
  return sum;
}

}  // namespace detail

/// Squares of the differences.
struct l2 {
  double operator()(head_kind, int, map_view<const float> value, map_view<const float> raw, map_view<const float> teacher,
                    std::span<const float> weights, map_view<float> gradient) const {
    return detail::over_cells(value, raw, teacher, weights, gradient,
                              [&](const float* s, const float*, const float* t, float* d) {
                                double sum = 0;
                                for (int c = 0; c < value.c; ++c) {
                                  const float e = s[c] - t[c];
                                  sum += static_cast<double>(e) * static_cast<double>(e), d[c] = 2 * e;
                                }
                                return sum;
                              });
  }
};

/// The teacher's probabilities as labels: binary cross entropy of each class, less the teacher's own entropy, and the
/// divergence of each distribution of distances. The gradient by the logits is the difference of the probabilities.
struct soft_label {
  double operator()(head_kind kind, int bins, map_view<const float> value, map_view<const float> raw,
                    map_view<const float> teacher, std::span<const float> weights, map_view<float> gradient) const {
    const auto classes = [&](const float*, const float* r, const float* t, float* d) {
      double sum = 0;
      for (int c = 0; c < value.c; ++c) {
        const double p = 1 / (1 + std::exp(-std::clamp(static_cast<double>(r[c]), -30.0, 30.0))),
                     q = std::clamp(static_cast<double>(t[c]), 1e-9, 1 - 1e-9);
        sum += q * std::log(q / p) + (1 - q) * std::log((1 - q) / (1 - p));
        d[c] = static_cast<float>((p - q) / (std::max)(p * (1 - p), 1e-9));
      }
      return sum;
    };
    std::vector<float> p(static_cast<std::size_t>(bins)), q(p);
    const auto distances = [&](const float* s, const float*, const float* t, float* d) {
      double sum = 0;
      for (int c = 0; c < value.c; c += bins) {
        detail::softmax(s + c, 1, p.size(), 1, p.data());
        detail::softmax(t + c, 1, q.size(), 1, q.data());
        sum += detail::divergence(p.data(), q.data(), p.size());
        for (int k = 0; k < bins; ++k) d[c + k] = p[static_cast<std::size_t>(k)] - q[static_cast<std::size_t>(k)];
      }
      return sum;
    };
    return kind == head_kind::probabilities ? detail::over_cells(value, raw, teacher, weights, gradient, classes)
                                            : detail::over_cells(value, raw, teacher, weights, gradient, distances);
  }
};

/// Channel-wise distillation (Shu et al. 2021): each channel's map as a distribution over the cells, whatever these count;
/// temperature^2 times the divergence, averaged over the channels.
struct channel_wise {
  float temperature = 1.0f;

  double operator()(head_kind, int, map_view<const float> value, map_view<const float>, map_view<const float> teacher,
                    std::span<const float>, map_view<float> gradient) const {
    const std::size_t n = value.shape().pixels();
    std::vector<float> p(n), q(n);
    double sum = 0;
    const double share = static_cast<double>(temperature) * static_cast<double>(temperature) / value.c;
    for (int c = 0; c < value.c; ++c) {
      detail::softmax(value.data + c, value.stride, n, temperature, p.data());
      detail::softmax(teacher.data + c, teacher.stride, n, temperature, q.data());
      sum += share * detail::divergence(p.data(), q.data(), n);
      for (std::size_t i = 0; i < n; ++i)
        gradient.data[static_cast<std::ptrdiff_t>(i) * gradient.stride + c] = static_cast<float>(
            share / static_cast<double>(temperature) * (static_cast<double>(p[i]) - static_cast<double>(q[i])));
    }
    return sum;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
