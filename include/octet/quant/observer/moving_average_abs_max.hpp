#ifndef OCTET_QUANT_OBSERVER_MOVING_AVERAGE_ABS_MAX_HPP
#define OCTET_QUANT_OBSERVER_MOVING_AVERAGE_ABS_MAX_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/observer/summary.hpp>

#include <cstddef>
#include <cstdint>
#include <ratio>
#include <span>
#include <vector>

namespace octet::quant {
inline namespace OCTET_ABI {

/// Paddle's activation observer. Per batch state = Rate * state + 1 and accum = Rate * accum + max|x|; the range is [-T, T]
/// with T = accum / state, so late batches weigh more. Both start at 0 (Paddle starts them at 1, as if a batch with
/// maximum 1 had come first). Batches without a finite value do not count.
/// The order matters: merge() continues with the other's batches. The maxima are kept, 4 bytes per batch, so two
/// halves give the bits of the whole.
template <class Rate = std::ratio<9, 10>>
class moving_average_abs_max {
  static_assert(Rate::num >= 0 && Rate::num <= Rate::den, "octet: Rate is a std::ratio from 0 to 1");

 public:
  void observe(std::span<const float> values) {
    const summary s = summarise(values);
    if (s.count != 0) maxima_.push_back(s.magnitude());
    rejected_ += s.rejected;
  }
  void merge(const moving_average_abs_max& other) {
    const std::size_t n = other.maxima_.size();  // `other` may be this very object
    maxima_.reserve(maxima_.size() + n);
    for (std::size_t i = 0; i < n; ++i) maxima_.push_back(other.maxima_[i]);
    rejected_ += other.rejected_;
  }
  interval bounds() const noexcept {
    if (maxima_.empty()) return {};
    constexpr double rate = static_cast<double>(Rate::num) / static_cast<double>(Rate::den);
    double state = 0, accum = 0;
    for (float m : maxima_) state = rate * state + 1, accum = rate * accum + double{m};
    const auto t = static_cast<float>(accum / state);
    return {-t, t};
  }
  std::uint64_t rejected() const noexcept { return rejected_; }
  template <class Archive>
  void state(Archive& archive) {
    archive(maxima_, rejected_);
  }

 private:
  std::vector<float> maxima_;
  std::uint64_t rejected_ = 0;
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
