#ifndef OCTET_COCO_ACCUMULATE_HPP
#define OCTET_COCO_ACCUMULATE_HPP

#include <octet/coco/curves.hpp>
#include <octet/coco/parameters.hpp>
#include <octet/coco/records.hpp>
#include <octet/coco/tie_rules.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace octet::coco {

/// Turns the records of a category into its precision and recall curves. Precision can be largest, and recall moves, only
/// where a detection is right: the curves are computed there, and sampled at the recall points.
/// Cost: a few operations for each record, area and limit; a division for each that is right, at each threshold.
template <tie_rule Ties = file_order>
class accumulator {
 public:
  explicit accumulator(const parameters& p) : p_(p), hits_(p.iou_thresholds.size()) {}

  /// Fills category k of the curves. `order` sorts the records by descending score.
  [[gnu::noinline]] void operator()(const records& all, std::span<const std::uint32_t> order, std::size_t k, curves& out) {
    out.make(k, all.to_find);
    for (std::size_t m = 0; m < p_.max_detections.size(); ++m) {
      const bool every = p_.max_detections[m] >= p_.max_detections.back();
      ranked_.clear();
      for (const std::uint32_t i : order)
        if (!every && all.rank[i] < p_.max_detections[m]) ranked_.push_back(i);
      for (std::size_t a = 0; a < p_.areas.size(); ++a)
        if (all.to_find[a]) one(all, every ? order : std::span<const std::uint32_t>(ranked_), k, a, m, out);
    }
  }

 private:
  /// A right detection: how many wrong ones are before it, and which record it is.
  struct hit {
    typename Ties::count wrong;
    std::uint32_t record;
  };

  void one(const records& all, std::span<const std::uint32_t> order, std::size_t k, std::size_t a, std::size_t m,
           curves& out) {
    const std::size_t T = hits_.size(), A = p_.areas.size();
    const std::uint32_t everywhere = ~std::uint32_t{0} >> (32 - T);
    std::uint32_t wrong_everywhere = 0;
    wrong_.assign(T, 0);
    for (auto& h : hits_) h.clear();
    if constexpr (!Ties::in_order) ties_.assign(T, {});
    for (std::size_t place = 0; place < order.size(); ++place) {
      const std::uint32_t i = order[place];
      if constexpr (!Ties::in_order)
        if (place && all.score[i] != all.score[order[place - 1]]) settle(wrong_everywhere);
      const verdict v = all.verdicts[i * A + a];
      std::uint32_t wrong = everywhere & ~(v.hit | v.ignored), right = v.hit & ~v.ignored;
      if (wrong == everywhere) {
        ++wrong_everywhere;
        continue;
      }
      for (; wrong; wrong &= wrong - 1) ++wrong_[static_cast<std::size_t>(std::countr_zero(wrong))];
      for (; right; right &= right - 1) {
        const auto t = static_cast<std::size_t>(std::countr_zero(right));
        hits_[t].push_back({static_cast<typename Ties::count>(wrong_everywhere + wrong_[t]), i});
      }
    }
    if constexpr (!Ties::in_order) settle(wrong_everywhere);

    // The number of right detections at which each recall point is reached.
    const auto to_find = static_cast<double>(all.to_find[a]);
    needed_.clear();
    std::size_t n = 1;
    for (const double r : p_.recall_thresholds) {
      while (static_cast<double>(n) / to_find < r && n <= all.to_find[a]) ++n;
      needed_.push_back(n);
    }
    for (std::size_t t = 0; t < T; ++t) {
      const std::vector<hit>& hits = hits_[t];
      const curves::target to = out.at(t, k, a, m);
      *to.recall = static_cast<double>(hits.size()) / to_find;
      precision_.resize(hits.size());
      for (std::size_t i = 0; i < hits.size(); ++i) {
        const auto right = static_cast<double>(i + 1);
        precision_[i] = right / ((static_cast<double>(hits[i].wrong) + right) + 0x1p-52);
      }
      for (std::size_t i = hits.size(); i-- > 1;) precision_[i - 1] = (std::max)(precision_[i - 1], precision_[i]);
      for (std::size_t r = 0; r < needed_.size() && !order.empty(); ++r) {
        // A recall of zero is reached by the first detection, right or not.
        const bool first = p_.recall_thresholds[r] <= 0;
        if (needed_[r] > hits.size() && !first) break;
        if (!hits.empty()) to.precision[r] = precision_[needed_[r] - 1];
        to.score[r] = all.score[first ? order[0] : hits[needed_[r] - 1].record];
      }
    }
  }

  /// What was before the detections of one score, for each threshold.
  struct tie {
    std::size_t hits = 0;
    std::uint32_t wrong = 0;
  };

  /// Ends a run of equal scores.
  void settle(std::uint32_t wrong_everywhere) {
    using count = typename Ties::count;
    for (std::size_t t = 0; t < hits_.size(); ++t) {
      const std::uint32_t wrong = wrong_everywhere + wrong_[t];
      const std::size_t first = ties_[t].hits, right = hits_[t].size() - first;
      for (std::size_t i = 0; i < right; ++i)
        hits_[t][first + i].wrong = Ties{}(static_cast<count>(ties_[t].wrong), static_cast<count>(wrong), i + 1, right);
      ties_[t] = {hits_[t].size(), wrong};
    }
  }

  const parameters& p_;
  std::vector<std::uint32_t> ranked_, wrong_;
  std::vector<tie> ties_;
  std::vector<std::vector<hit>> hits_;
  std::vector<std::size_t> needed_;
  std::vector<double> precision_;
};

}  // namespace octet::coco

#endif
