#ifndef OCTET_QUANT_OBSERVER_ABS_MAX_HPP
#define OCTET_QUANT_OBSERVER_ABS_MAX_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/observer/summary.hpp>

#include <algorithm>
#include <cstdint>
#include <span>

namespace octet::quant {
inline namespace OCTET_ABI {

/// [-T, T] with T the largest magnitude of all. Values that are not finite are left out and counted.
class abs_max {
 public:
  void observe(std::span<const float> values) noexcept {
    const summary s = summarise(values);
    largest_ = (std::max)(largest_, s.magnitude());
    rejected_ += s.rejected;
  }
  void merge(const abs_max& other) noexcept {
    largest_ = (std::max)(largest_, other.largest_);
    rejected_ += other.rejected_;
  }
  interval bounds() const noexcept { return {-largest_, largest_}; }
  std::uint64_t rejected() const noexcept { return rejected_; }
  template <class Archive>
  void state(Archive& archive) {
    archive(largest_, rejected_);
  }

 private:
  float largest_ = 0;
  std::uint64_t rejected_ = 0;
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
