#ifndef OCTET_TRAIN_DETECTION_LOSS_HPP
#define OCTET_TRAIN_DETECTION_LOSS_HPP

#include <octet/core/types.hpp>
#include <octet/train/distillation_loss.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>

/// The losses that teach a detector from labels. Each gives its value and writes its gradient.
namespace octet::train {
inline namespace OCTET_ABI {

/// Varifocal loss (Zhang et al. 2021) of a probability p whose target is q in [0,1]: binary cross entropy times q where
/// something is (q > 0), times alpha * p^gamma elsewhere. The slope is that by p, the weight's part included.
struct varifocal {
  double alpha = 0.75, gamma = 2;

  double operator()(double p, double q, double& slope) const noexcept {
    p = std::clamp(p, 1e-7, 1 - 1e-7);
    if (q > 0) {
      slope = q * (p - q) / (p * (1 - p));
      return -q * (q * std::log(p) + (1 - q) * std::log1p(-p));
    }
    const double power = gamma == 2 ? p * p : std::pow(p, gamma), entropy = -std::log1p(-p);
    slope = alpha * (gamma * power / p * entropy + power / (1 - p));
    return alpha * power * entropy;
  }
};

/// Distribution focal loss (Li et al. 2020): cross entropy to the two bins around the target distance, in strides; a target
/// beyond the bins is taken as the largest distance less 0.1. Precondition: at most 64 logits.
struct distribution_focal {
  double operator()(std::span<const float> logits, double target, std::span<float> gradient) const noexcept {
    OCTET_EXPECTS(logits.size() >= 2 && logits.size() <= 64 && gradient.size() == logits.size());
    const double t = std::clamp(target, 0.0, static_cast<double>(logits.size()) - 1.1);
    const auto left = static_cast<std::size_t>(t);
    const double right_share = t - static_cast<double>(left), left_share = 1 - right_share;
    std::array<float, 64> p;
    detail::softmax(logits.data(), 1, logits.size(), 1, p.data());
    for (std::size_t k = 0; k < logits.size(); ++k) gradient[k] = p[k];
    gradient[left] -= static_cast<float>(left_share);
    gradient[left + 1] -= static_cast<float>(right_share);
    const auto entropy = [&](std::size_t k) { return -std::log((std::max)(static_cast<double>(p[k]), 1e-30)); };
    return left_share * entropy(left) + right_share * entropy(left + 1);
  }
};

/// 1 - generalised IoU (Rezatofighi et al. 2019), in [0,2]. slope: by x1, y1, x2, y2 of the box `b`.
struct generalised_iou {
  double operator()(const box& b, const box& truth, std::array<double, 4>& slope) const noexcept {
    const auto length = [](float from, float to) { return static_cast<double>(to) - static_cast<double>(from); };
    const double bw = length(b.x1, b.x2), bh = length(b.y1, b.y2);
    const double area = bw * bh, wanted = length(truth.x1, truth.x2) * length(truth.y1, truth.y2);
    const double w = length((std::max)(b.x1, truth.x1), (std::min)(b.x2, truth.x2));
    const double h = length((std::max)(b.y1, truth.y1), (std::min)(b.y2, truth.y2));
    const bool meet = w > 0 && h > 0;
    const double both = meet ? w * h : 0;
    const double cw = length((std::min)(b.x1, truth.x1), (std::max)(b.x2, truth.x2));
    const double ch = length((std::min)(b.y1, truth.y1), (std::max)(b.y2, truth.y2));
    const double all = area + wanted - both + tiny, around = cw * ch + tiny;
    // 1 - both / all + (around - all) / around, by each of the three areas
    const double by_both = -1 / all, by_all = both / (all * all) - 1 / around, by_around = all / (around * around);
    const auto edge = [&](bool low, bool inner, bool outer, double across, double inner_across, double outer_across) {
      const double sign = low ? -1 : 1, shared = meet && inner ? sign * inner_across : 0;
      return by_both * shared + by_all * (sign * across - shared) + by_around * (outer ? sign * outer_across : 0);
    };
    slope = {edge(true, b.x1 > truth.x1, b.x1 < truth.x1, bh, h, ch),
             edge(true, b.y1 > truth.y1, b.y1 < truth.y1, bw, w, cw), edge(false, b.x2<truth.x2, b.x2> truth.x2, bh, h, ch),
             edge(false, b.y2<truth.y2, b.y2> truth.y2, bw, w, cw)};
    return 1 - both / all + (around - all) / around;
  }

 private:
  static constexpr double tiny = 1e-10;
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
