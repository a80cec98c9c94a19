#ifndef OCTET_COCO_SCORE_ORDER_HPP
#define OCTET_COCO_SCORE_ORDER_HPP

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace octet::coco {

namespace detail {
/// 0, 1, ... count - 1: what is sorted where the values stay in their places. Not std::iota, since <numeric> does not
/// compile where min and max are macros.
inline std::vector<std::size_t> places(std::size_t count) {
  std::vector<std::size_t> all(count);
  for (std::size_t i = 0; i < count; ++i) all[i] = i;
  return all;
}
}  // namespace detail

/// True if numpy's stable sort of the negated scores puts x before y: the larger first, NaN last, the zeros equal.
inline bool score_before(double x, double y) { return x > y || (y != y && x == x); }

/// Sorts stably by descending score. Cost: linear; a comparing sort where there are few.
class score_order {
 public:
  /// Positions of the scores in their order; valid until the next call. Precondition: fewer than 2^32 scores.
  std::span<const std::uint32_t> operator()(std::span<const double> scores) {
    const std::size_t n = scores.size();
    items_.resize(n);
    for (std::size_t i = 0; i < n; ++i) items_[i] = {key(scores[i]), static_cast<std::uint32_t>(i)};
    n < 700 ? std::sort(items_.begin(), items_.end()) : sort_by_digits();
    order_.resize(n);
    for (std::size_t i = 0; i < n; ++i) order_[i] = items_[i].second;
    return order_;
  }

 private:
  using item = std::pair<std::uint64_t, std::uint32_t>;
  static constexpr int bits = 11, digits = 6;
  static constexpr std::uint64_t base = 1u << bits;

  /// Ascends as the score descends.
  static std::uint64_t key(double score) {
    if (score != score) return ~std::uint64_t{0};
    const auto b = std::bit_cast<std::uint64_t>(score + 0.0);  // -0 + 0 is 0
    return b >> 63 ? b : b ^ ~(std::uint64_t{1} << 63);
  }

  void sort_by_digits() {
    count_.fill(0);
    for (const item& x : items_)
      for (int d = 0; d < digits; ++d) ++count_[static_cast<std::size_t>(d) * base + (x.first >> d * bits & (base - 1))];
    other_.resize(items_.size());
    for (int d = 0; d < digits; ++d) {
      std::uint32_t* const count = count_.data() + static_cast<std::size_t>(d) * base;
      const auto digit = [&](const item& x) { return x.first >> d * bits & (base - 1); };
      if (count[digit(items_[0])] == items_.size()) continue;
      std::uint32_t before = 0;
      for (std::size_t i = 0; i < base; ++i) before += std::exchange(count[i], before);
      for (const item& x : items_) other_[count[digit(x)]++] = x;
      items_.swap(other_);
    }
  }

  std::vector<item> items_, other_;
  std::vector<std::uint32_t> order_;
  std::array<std::uint32_t, digits * base> count_{};
};

}  // namespace octet::coco

#endif
