#ifndef OCTET_COCO_SINK_AP_SAMPLES_HPP
#define OCTET_COCO_SINK_AP_SAMPLES_HPP

#include <octet/coco/matched_cell.hpp>
#include <octet/coco/records.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace octet::coco {

/// A sink of cells and categories: keeps what is needed to compute the AP (first range of areas, largest limit) of any
/// selection of the pictures, each taken any number of times. Memory: 12 bytes for each detection.
class ap_samples {
 public:
  explicit ap_samples(const parameters& p) : recall_(p.recall_thresholds), hits_(p.iou_thresholds.size()) {}

  void operator()(const matched_cell& seen) {
    std::uint32_t n = 0;
    for (const char ignored : seen.areas[0].truth_ignored) n += !ignored;
    if (n) to_find_.push_back({static_cast<std::uint32_t>(seen.image), n});
  }
  void operator()(const judged_category& c) {
    category& k = categories_.emplace_back();
    k.to_find = std::exchange(to_find_, {});
    const std::size_t A = c.records.to_find.size();
    const std::uint32_t all = ~std::uint32_t{0} >> (32 - hits_.size());
    for (const std::uint32_t i : c.order) {
      const verdict v = c.records.verdicts[i * A];
      const std::uint32_t right = v.hit & ~v.ignored, wrong = all & ~(v.hit | v.ignored);
      if (right | wrong) k.found.push_back({c.records.image[i], right, wrong});
    }
  }

  /// The AP if picture i counts times[i] times; -1: nothing to find. Cost: linear in the detections.
  double ap(std::span<const std::uint32_t> times) {
    double sum = 0;
    std::size_t curves = 0;
    for (const category& k : categories_) {
      std::uint64_t to_find = 0;
      for (const auto& [image, n] : k.to_find) to_find += std::uint64_t{n} * times[image];
      if (!to_find) continue;
      collect(k, times);
      for (const auto& list : hits_) sum += area_below(list, static_cast<double>(to_find));
      curves += hits_.size();
    }
    return curves ? sum / static_cast<double>(curves * recall_.size()) : -1;
  }

 private:
  struct count {
    std::uint32_t image, n;
  };
  struct judged {
    std::uint32_t image, right, wrong;
  };
  struct category {
    std::vector<count> to_find;
    std::vector<judged> found;  ///< by descending score
  };
  struct hit {
    double right, precision;
  };

  void collect(const category& k, std::span<const std::uint32_t> times) {
    const std::size_t T = hits_.size();
    std::vector<std::uint64_t> right(T), wrong(T);
    for (auto& list : hits_) list.clear();
    for (const judged& d : k.found) {
      const std::uint32_t w = times[d.image];
      if (!w) continue;
      for (std::uint32_t m = d.wrong; m; m &= m - 1) wrong[static_cast<std::size_t>(std::countr_zero(m))] += w;
      for (std::uint32_t m = d.right; m; m &= m - 1) {
        const auto t = static_cast<std::size_t>(std::countr_zero(m));
        right[t] += w;
        const auto r = static_cast<double>(right[t]);
        hits_[t].push_back({r, r / (static_cast<double>(wrong[t]) + r + 0x1p-52)});
      }
    }
  }

  /// The sum over the recall points of the best precision there or beyond.
  double area_below(const std::vector<hit>& list, double to_find) const {
    double sum = 0, best = 0;
    std::size_t i = list.size();
    for (std::size_t r = recall_.size(); r-- > 0;) {
      for (; i > 0 && list[i - 1].right / to_find >= recall_[r]; --i) best = (std::max)(best, list[i - 1].precision);
      sum += best;
    }
    return sum;
  }

  std::vector<double> recall_;
  std::vector<std::vector<hit>> hits_;
  std::vector<count> to_find_;
  std::vector<category> categories_;
};

}  // namespace octet::coco

#endif
