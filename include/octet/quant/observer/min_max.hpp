#ifndef OCTET_QUANT_OBSERVER_MIN_MAX_HPP
#define OCTET_QUANT_OBSERVER_MIN_MAX_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/observer/summary.hpp>

#include <cstdint>
#include <span>

namespace octet::quant {
inline namespace OCTET_ABI {

/// The smallest and the largest value of all. Values that are not finite are left out and counted.
class min_max {
 public:
  void observe(std::span<const float> values) noexcept { add(summarise(values)); }
  void merge(const min_max& other) noexcept { add(other.seen_); }
  interval bounds() const noexcept { return {seen_.lo, seen_.hi}; }
  std::uint64_t rejected() const noexcept { return seen_.rejected; }
  template <class Archive>
  void state(Archive& archive) {
    archive(seen_);
  }

 private:
  void add(const summary& s) noexcept {
    seen_.rejected += s.rejected;
    if (s.count == 0) return;
    if (seen_.count == 0 || s.lo < seen_.lo) seen_.lo = s.lo;
    if (seen_.count == 0 || s.hi > seen_.hi) seen_.hi = s.hi;
    seen_.count += s.count;
  }
  summary seen_;
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
