#ifndef OCTET_TRAIN_OPTIMISER_HPP
#define OCTET_TRAIN_OPTIMISER_HPP

#include <octet/train/parameters.hpp>

#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// How one parameter moves.
///   moments                                 numbers that the rule keeps per parameter, 0 at first
///   at(t)                                 the rule for step t = 1, 2, ..., which is called with
///   (p, g, memory, rate, decay)           and gives the new value of p for gradient g; memory [moments]
template <class R>
concept update_rule = requires(const R rule, float p, std::array<float, R::moments>& memory, long t) {
  { rule.at(t)(p, p, memory, p, p) } -> std::same_as<float>;
};

/// p - rate * (g + decay * p).
struct sgd {
  static constexpr std::size_t moments = 0;
  const sgd& at(long) const noexcept { return *this; }
  float operator()(float p, float g, std::array<float, 0>&, float rate, float decay) const noexcept {
    return p - rate * (g + decay * p);
  }
};

/// v = factor * v + g + decay * p; p - rate * v.
struct momentum {
  static constexpr std::size_t moments = 1;
  float factor = 0.9f;
  const momentum& at(long) const noexcept { return *this; }
  float operator()(float p, float g, std::array<float, 1>& v, float rate, float decay) const noexcept {
    v[0] = factor * v[0] + (g + decay * p);
    return p - rate * v[0];
  }
};

/// Adam (Kingma & Ba 2015, algorithm 1). Decoupled: the decay shrinks the parameter instead of joining the gradient
/// (AdamW, Loshchilov & Hutter 2019).
template <bool Decoupled>
struct basic_adam {
  static constexpr std::size_t moments = 2;
  float beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f;
  auto at(long t) const noexcept {
    const auto n = static_cast<float>(t);
    return [*this, first = 1 / (1 - std::pow(beta1, n)), second = 1 / (1 - std::pow(beta2, n))](
               float p, float g, std::array<float, 2>& m, float rate, float decay) noexcept {
      if constexpr (!Decoupled) g += decay * p;
      m[0] = beta1 * m[0] + (1 - beta1) * g;
      m[1] = beta2 * m[1] + (1 - beta2) * g * g;
      const float step = rate * m[0] * first / (std::sqrt(m[1] * second) + epsilon);
      return Decoupled ? p - rate * decay * p - step : p - step;
    };
  }
};
using adam = basic_adam<false>;
using adam_w = basic_adam<true>;

/// What applies to the parameters of one role.
struct group {
  float rate = 1;   ///< multiplies the learning rate; 0: not trained
  float decay = 0;  ///< weight decay
};

/// By role, in the order of `role`: weights decay as in PicoDet's recipes.
using groups = std::array<group, 6>;
inline constexpr groups decay_weights{{{1, 4e-5f}, {1, 0}, {1, 0}, {0, 0}, {1, 0}, {1, 0}}};

/// An update rule, its memory, and which parameters it applies to how.
template <update_rule Rule>
class optimiser {
 public:
  explicit optimiser(const parameters& p, Rule rule = {}, const groups& by_role = decay_weights)
      : rule_(rule), groups_(by_role), memory_(p.values.size() * Rule::moments) {}

  /// Moves `p` against the gradient.
  void operator()(parameters& p, std::span<const float> gradient, float rate) {
    OCTET_EXPECTS(gradient.size() == p.values.size() && memory_.size() == p.values.size() * Rule::moments);
    const auto& rule = rule_.at(++step_);
    for (const parameter_range& r : p.ranges) {
      const group g = groups_[static_cast<std::size_t>(r.role)];
      if (g.rate == 0) continue;
      for (std::size_t i = r.first; i < r.first + r.count; ++i) {
        std::array<float, Rule::moments> m{};
        for (std::size_t k = 0; k < Rule::moments; ++k) m[k] = memory_[i * Rule::moments + k];
        p.values[i] = rule(p.values[i], gradient[i], m, rate * g.rate, g.decay);
        for (std::size_t k = 0; k < Rule::moments; ++k) memory_[i * Rule::moments + k] = m[k];
      }
    }
  }

  /// What a checkpoint holds: number of steps so far, and the rule's numbers.
  long steps() const noexcept { return step_; }
  const std::vector<float>& memory() const noexcept { return memory_; }
  /// Precondition: as many numbers as memory() has.
  void restore(long steps, std::vector<float> memory) {
    OCTET_EXPECTS(memory.size() == memory_.size());
    step_ = steps, memory_ = std::move(memory);
  }

 private:
  Rule rule_;
  groups groups_;
  std::vector<float> memory_;
  long step_ = 0;
};

/// Shrinks the gradient so that its Euclidean norm is at most `most`. Gives the norm before.
inline double clip_norm(std::span<float> gradient, double most) noexcept {
  double sum = 0;
  for (float g : gradient) sum += static_cast<double>(g) * static_cast<double>(g);
  const double norm = std::sqrt(sum);
  if (norm > most)
    for (float& g : gradient) g = static_cast<float>(static_cast<double>(g) * (most / norm));
  return norm;
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
