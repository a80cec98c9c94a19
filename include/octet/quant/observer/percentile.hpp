#ifndef OCTET_QUANT_OBSERVER_PERCENTILE_HPP
#define OCTET_QUANT_OBSERVER_PERCENTILE_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/observer/histogram.hpp>

#include <cstdint>
#include <ratio>
#include <span>

namespace octet::quant {
inline namespace OCTET_ABI {

/// The range that leaves out at most the share 1 - Ratio of the values on either side: of n values,
/// floor(n * (1 - Ratio)) may lie above it and as many below. An end is the outer edge of the histogram's bin in which the
/// order statistic lies, so never tighter, and wider by one bin at most.
template <class Ratio = std::ratio<9999, 10000>, int Bins = 1024>
class percentile {
  static_assert(2 * Ratio::num >= Ratio::den && Ratio::num <= Ratio::den, "octet: Ratio is a std::ratio from 1/2 to 1");

 public:
  void observe(std::span<const float> values) { seen_.observe(values); }
  void merge(const percentile& other) { seen_.merge(other.seen_); }
  interval bounds() const noexcept {
    std::uint64_t total = 0;
    seen_.for_each_bin([&](float, float, std::uint64_t n) { total += n; });
    constexpr auto out = static_cast<std::uint64_t>(Ratio::den - Ratio::num), den = static_cast<std::uint64_t>(Ratio::den);
    const std::uint64_t outside = total / den * out + total % den * out / den;
    interval r{seen_.lo(), seen_.hi()};
    std::uint64_t below = 0;
    seen_.for_each_bin([&](float a, float b, std::uint64_t n) {
      if (below <= outside) r.lo = a;
      if (below < total - outside) r.hi = b;
      below += n;
    });
    return r;
  }
  std::uint64_t rejected() const noexcept { return seen_.rejected(); }
  template <class Archive>
  void state(Archive& archive) {
    seen_.state(archive);
  }

 private:
  histogram<Bins> seen_;
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
