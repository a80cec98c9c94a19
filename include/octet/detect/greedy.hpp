#ifndef OCTET_DETECT_GREEDY_HPP
#define OCTET_DETECT_GREEDY_HPP

#include <octet/core/arch.hpp>
#include <octet/core/types.hpp>
#include <octet/detect/kept_boxes.hpp>
#include <octet/detect/radix_sort.hpp>
#include <octet/detect/rules.hpp>

#include <cstddef>
#include <cstdint>
#include <span>

/// What the suppressions have in common. Their scratch begins with the indices of the candidates in their order; the rest is
/// room to sort in, and then for kept boxes.
namespace octet::detect {
inline namespace OCTET_ABI {

/// Elements of scratch that any suppression of n candidates needs.
constexpr std::size_t nms_scratch_size(std::size_t n) noexcept { return n + kept_boxes::words(n); }

namespace detail {

/// Collects the indices of candidates for which passes(score) is true, by descending score, equal ones in their order, and
/// within classes if they matter.
template <class Passes>
constexpr std::size_t sort_candidates(std::span<const detection> candidates, std::span<std::uint32_t> scratch, bool by_class,
                                      const Passes& passes) noexcept {
  OCTET_EXPECTS(scratch.size() >= nms_scratch_size(candidates.size()));
  std::size_t n = 0;
  for (std::size_t i = 0; i < candidates.size(); ++i)
    if (passes(candidates[i].score)) scratch[n++] = static_cast<std::uint32_t>(i);
  const auto room = scratch.subspan(candidates.size());
  radix_sort(scratch.first(n), room, [&](std::uint32_t i) { return descending(candidates[i].score); });
  if (by_class) radix_sort(scratch.first(n), room, [&](std::uint32_t i) { return ascending(candidates[i].label); });
  return n;
}

/// Calls f(first, last) for every class in order[0, n), or once for all if classes do not matter.
template <class F>
constexpr void for_each_class(std::span<const detection> candidates, std::span<const std::uint32_t> order, bool by_class,
                              F&& f) noexcept {
  for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
    last = by_class ? first + 1 : order.size();
    while (last < order.size() && candidates[order[first]].label == candidates[order[last]].label) ++last;
    f(first, last);
  }
}

/// The end of a range of at most `most` elements; negative: any number.
constexpr std::size_t cut(std::size_t first, std::size_t last, int most) noexcept {
  return most >= 0 && last - first > static_cast<std::size_t>(most) ? first + static_cast<std::size_t>(most) : last;
}

/// Moves what remains of order[first, last) to order[at, ...); at <= first. kept() is called after each kept box and may
/// change the rule. Gives how many remain.
template <class Arch, suppression_rule Rule, class Kept>
std::size_t keep_greedily(std::span<const detection> candidates, std::span<std::uint32_t> order, std::size_t first,
                          std::size_t last, std::size_t at, std::uint32_t* room, const Rule& rule, Kept&& kept) noexcept {
  kept_boxes list(room, Rule::more);
  float share = kept_boxes::share(rule.threshold);
  for (std::size_t i = first; i < last; ++i) {
    const box& b = candidates[order[i]].box;
    const query q = list.regular(b);
    if (list.template any_suspect<Arch>(q, share, [&](std::size_t k) { return rule(candidates[order[at + k]].box, b); }))
      continue;
    order[at + list.size()] = order[i];
    list.push(q);
    if (kept()) share = kept_boxes::share(rule.threshold);
  }
  return list.size();
}

}  // namespace detail
}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
