#ifndef OCTET_QUANT_OBSERVER_HISTOGRAM_HPP
#define OCTET_QUANT_OBSERVER_HISTOGRAM_HPP

#include <octet/core/config.hpp>
#include <octet/core/fixed_point.hpp>
#include <octet/quant/observer/summary.hpp>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace octet::quant {
inline namespace OCTET_ABI {

/// Counts values in bins whose edges do not depend on the data: per sign, each power of two is cut into Bins / 32 equal
/// bins, and the 16 powers of two below the largest magnitude have bins of their own, what is smaller shares the lowest.
/// Thus a bin is at most 32 / Bins of its value wide, or 2^-15 of the largest value; an outlier takes no resolution from
/// the others. When the largest magnitude grows, the lowest bins fold into one.
/// Counts are integers (saturating at 2^32 - 1), so any split of the values and any order gives the same histogram.
/// Memory: 4 * Bins bytes, none as long as all values are equal. Values that are not finite are left out and counted.
template <int Bins = 1024>
class histogram {
  static_assert(Bins >= 32 && (Bins & (Bins - 1)) == 0, "octet: Bins is a power of two, at least 32");

 public:
  void observe(std::span<const float> values) {
    const summary s = summarise(values);
    rejected_ += s.rejected;
    if (s.count == 0) return;
    reach(s.lo, s.hi);
    total_ += s.count;
    if (counts_.empty()) return;
    for (float x : values) {
      if (!(x >= s.lo && x <= s.hi)) continue;
      std::uint32_t& n = counts_[index(x)];
      n += n != saturated ? 1u : 0u;
    }
  }

  void merge(const histogram& other) {
    rejected_ += other.rejected_;
    if (other.total_ == 0) return;
    const std::vector<std::uint32_t> counts = other.counts_;  // `other` may be this very object
    const int first[2] = {other.first_[0], other.first_[1]};
    const std::uint64_t total = other.total_;
    reach(other.lo_, other.hi_);
    total_ += total;
    if (counts_.empty()) return;
    if (counts.empty()) return add(index(other.lo_), total);
    for (int side = 0; side < 2; ++side)
      for (int i = 0; i < half; ++i) add(slot(side, first[side] + i), counts[static_cast<std::size_t>(side * half + i)]);
  }

  float lo() const noexcept { return lo_; }
  float hi() const noexcept { return hi_; }
  std::uint64_t rejected() const noexcept { return rejected_; }
  template <class Archive>
  void state(Archive& archive) {
    archive(counts_, first_, lo_, hi_, total_, rejected_);
  }

  /// Calls f(a, b, count) for every bin that is not empty, in ascending order; its values lie in [a, b]. The outermost
  /// edges are the extremes themselves.
  template <class F>
  void for_each_bin(F&& f) const {
    if (counts_.empty()) {
      if (total_ != 0) f(lo_, hi_, total_);
      return;
    }
    for (int i = half - 1; i >= 0; --i) visit(i, -edge(first_[0] + i + 1), -lower_edge(0, i), f);
    for (int i = 0; i < half; ++i) visit(half + i, lower_edge(1, i), edge(first_[1] + i + 1), f);
  }

 private:
  static constexpr int half = Bins / 2;
  static constexpr int per_octave = Bins / 32;
  static constexpr int shift = 23 - std::countr_zero(static_cast<unsigned>(per_octave));
  static constexpr std::uint32_t saturated = (std::numeric_limits<std::uint32_t>::max)();

  // Exponent and leading mantissa bits: ascending with the magnitude, `per_octave` keys per power of two.
  static int key(float x) noexcept { return static_cast<int>((std::bit_cast<std::uint32_t>(x) & 0x7fffffffu) >> shift); }
  static float edge(int k) noexcept { return k <= 0 ? 0.0f : std::bit_cast<float>(static_cast<std::uint32_t>(k) << shift); }
  float lower_edge(int side, int i) const noexcept { return i == 0 ? 0.0f : edge(first_[side] + i); }

  // Where the bins of one side start so that the power of two of `magnitude` is the last one.
  static int first_key(float magnitude) noexcept { return (key(magnitude) / per_octave + 1) * per_octave - half; }

  // Side 0 counts negative values by their magnitude, side 1 the others.
  std::size_t slot(int side, int k) const noexcept {
    return static_cast<std::size_t>(side * half + (std::max)(k - first_[side], 0));
  }
  std::size_t index(float x) const noexcept { return slot(x < 0.0f ? 0 : 1, key(x)); }

  void add(std::size_t i, std::uint64_t n) noexcept {
    counts_[i] = static_cast<std::uint32_t>((std::min<std::uint64_t>)(std::uint64_t{counts_[i]} + n, saturated));
  }

  void reach(float lo, float hi) {
    if (total_ == 0) lo_ = lo, hi_ = hi;
    const bool was_constant = lo_ == hi_;
    const float constant = lo_;
    lo_ = (std::min)(lo_, lo), hi_ = (std::max)(hi_, hi);
    if (lo_ == hi_) return;
    const int first[2] = {first_key((std::min)(lo_, 0.0f)), first_key((std::max)(hi_, 0.0f))};
    if (counts_.empty()) {
      counts_.assign(static_cast<std::size_t>(Bins), 0);
      first_[0] = first[0], first_[1] = first[1];
      if (was_constant) add(index(constant), total_);
      return;
    }
    for (int side = 0; side < 2; ++side) {
      const int by = first[side] - first_[side];
      first_[side] = first[side];
      if (by == 0) continue;
      std::uint32_t* c = counts_.data() + side * half;
      for (int i = 0; i < half; ++i) {
        const std::uint32_t n = c[i];
        c[i] = 0;
        add(static_cast<std::size_t>(side * half + (std::max)(i - by, 0)), n);
      }
    }
  }

  template <class F>
  void visit(int i, float a, float b, F& f) const {
    if (const std::uint32_t n = counts_[static_cast<std::size_t>(i)]; n != 0)
      f(clamp(a, lo_, hi_), clamp(b, lo_, hi_), std::uint64_t{n});
  }

  std::vector<std::uint32_t> counts_;
  int first_[2] = {0, 0};
  float lo_ = 0, hi_ = 0;
  std::uint64_t total_ = 0, rejected_ = 0;
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
