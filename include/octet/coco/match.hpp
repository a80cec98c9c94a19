#ifndef OCTET_COCO_MATCH_HPP
#define OCTET_COCO_MATCH_HPP

#include <octet/coco/concepts.hpp>
#include <octet/coco/exact.hpp>
#include <octet/coco/parameters.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace octet::coco {

/// The annotations and detections of one category in one picture. Detections by descending score (ties in file order),
/// cut to the largest max_detections.
struct cell {
  std::vector<const annotation*> truth;
  std::vector<const scored_box*> found;
  bool exhaustive = true;  ///< all objects are annotated: what finds none is wrong
};

/// What a detection counts for in one range of areas; bit t is for threshold t. Right: hit and not ignored; wrong: neither.
struct verdict {
  std::uint32_t hit = 0;      ///< it took an annotation
  std::uint32_t ignored = 0;  ///< neither right nor wrong
};

/// For those who do not ask who took what.
struct no_pairs {
  void operator()(std::size_t, std::size_t, std::size_t, std::uint32_t) const {}
};

/// Greedy matching with exactly the rules of pycocotools: at every threshold each detection in turn takes the annotation it
/// overlaps most (of equal ones the later), one not ignored if any reaches the threshold; a crowd can be taken many times.
/// All thresholds are matched at once, a bit for each: a detection offers itself to its annotations from the best down, at
/// the thresholds at which it is still free and they are.
/// Cost: an overlap for each pair in the cell, and little more for pairs that overlap.
template <policy Policy>
class matcher {
 public:
  explicit matcher(const parameters& p) : areas_(p.areas), all_(~std::uint32_t{0} >> (32 - p.iou_thresholds.size())) {
    for (const double t : p.iou_thresholds) thresholds_.push_back((std::min)(t, 1 - 1e-10));
    lowest_ = *std::min_element(thresholds_.begin(), thresholds_.end());
  }

  /// verdicts [D,A] is written. pair(area, d, g, mask) is told which annotation a detection took at which thresholds.
  template <class Pair>
  [[gnu::noinline]] void operator()(const cell& c, verdict* verdicts, Pair&& pair) {
    const std::size_t A = areas_.size(), G = c.truth.size();
    truths_.resize(G);
    ignored_.resize(A * G);
    for (std::size_t g = 0; g < G; ++g) {
      const annotation& t = *c.truth[g];
      truths_[g] = {t.bbox, t.angle, t.crowd, t.crowd && !t.solid, Policy::zero_id_matches || t.id != 0};
      for (std::size_t a = 0; a < A; ++a) ignored_[a * G + g] = t.crowd || outside(a, t.area);
    }
    taken_.assign(A * G, 0);
    bool ordered = true;
    for (std::size_t d = 0; d < c.found.size() && ordered; ++d) {
      const scored_box& box = *c.found[d];
      ordered = find_candidates(box);
      verdict* const v = verdicts + d * A;
      for (std::size_t a = 0; a < A; ++a)
        finish(a, c, box, v[a] = candidates_.empty() ? verdict{} : match(a, G, [&](std::size_t g, std::uint32_t m) {
                            pair(a, d, g, m);
                          }));
    }
    // What was reported before NaN came up is reported again, the same.
    if (!ordered) match_in_order(c, verdicts, pair);
  }

  /// [A,G] of the last cell: the annotation is a crowd or outside the range.
  const std::vector<char>& truth_ignored() const { return ignored_; }

 private:
  struct truth {
    bounds box;
    double angle;
    bool crowd, region, counts;
  };
  struct candidate {
    double overlap;
    std::uint32_t truth, mask;
  };

  bool outside(std::size_t area, double size) const { return size < areas_[area].lo || size > areas_[area].hi; }

  /// Annotations that the box overlaps enough, best first. False if an overlap is NaN.
  bool find_candidates(const scored_box& box) {
    candidates_.clear();
    for (std::size_t g = 0; g < truths_.size(); ++g) {
      const double x = overlap(box, truths_[g]);
      if (x < lowest_) continue;
      if (x != x) return false;
      std::uint32_t mask = 0;
      for (std::size_t t = 0; t < thresholds_.size(); ++t) mask |= std::uint32_t{x >= thresholds_[t]} << t;
      candidates_.push_back({x, static_cast<std::uint32_t>(g), mask});
      for (std::size_t i = candidates_.size() - 1; i > 0 && candidates_[i - 1].overlap <= x; --i)
        std::swap(candidates_[i - 1], candidates_[i]);
    }
    return true;
  }

  template <class Took>
  verdict match(std::size_t a, std::size_t G, Took&& took) {
    verdict v;
    std::uint32_t free = all_;
    for (const char pass : {char{0}, char{1}})
      for (const candidate& k : candidates_) {
        const std::size_t g = k.truth;
        if (ignored_[a * G + g] != pass) continue;
        const std::uint32_t m = free & k.mask & (truths_[g].crowd ? all_ : ~taken_[a * G + g]);
        if (!m) continue;
        taken_[a * G + g] |= m;
        free &= ~m;
        if (pass) v.ignored |= m;
        if (truths_[g].counts) v.hit |= m;
        took(g, m);
      }
    return v;
  }

  void finish(std::size_t a, const cell& c, const scored_box& box, verdict& v) const {
    if (!c.exhaustive || outside(a, detail::product(box.bbox[2], box.bbox[3]))) v.ignored |= all_ & ~v.hit;
  }

  OCTET_ALWAYS_INLINE double overlap(const scored_box& d, const truth& g) const {
    if constexpr (rotated_overlap_rule<typename Policy::overlap>)
      return overlap_(d.bbox, d.angle, g.box, g.angle, g.region);
    else
      return overlap_(d.bbox, g.box, g.region);
  }

  /// The rules word by word: where an overlap is NaN, what a detection takes depends on the order of the annotations.
  template <class Pair>
  void match_in_order(const cell& c, verdict* verdicts, Pair&& pair) {
    const std::size_t A = areas_.size(), G = c.truth.size();
    taken_.assign(A * G, 0);
    std::vector<std::size_t> order;
    for (std::size_t a = 0; a < A; ++a) {
      order.clear();
      for (const char pass : {char{0}, char{1}})
        for (std::size_t g = 0; g < G; ++g)
          if (ignored_[a * G + g] == pass) order.push_back(g);
      for (std::size_t d = 0; d < c.found.size(); ++d) {
        verdict v;
        for (std::size_t t = 0; t < thresholds_.size(); ++t) {
          const std::uint32_t bit = std::uint32_t{1} << t;
          double best = thresholds_[t];
          std::size_t hit = G;
          for (const std::size_t g : order) {
            if (taken_[a * G + g] & bit && !truths_[g].crowd) continue;
            if (hit < G && !ignored_[a * G + hit] && ignored_[a * G + g]) break;
            const double x = overlap(*c.found[d], truths_[g]);
            if (x < best) continue;  // not >=: a NaN wins, as there
            best = x;
            hit = g;
          }
          if (hit == G) continue;
          taken_[a * G + hit] |= bit;
          if (ignored_[a * G + hit]) v.ignored |= bit;
          if (truths_[hit].counts) v.hit |= bit;
          pair(a, d, hit, bit);
        }
        finish(a, c, *c.found[d], v);
        verdicts[d * A + a] = v;
      }
    }
  }

  std::vector<area_range> areas_;
  std::uint32_t all_;
  std::vector<double> thresholds_;
  double lowest_;
  typename Policy::overlap overlap_{};
  std::vector<truth> truths_;
  std::vector<char> ignored_;
  std::vector<std::uint32_t> taken_;
  std::vector<candidate> candidates_;
};

}  // namespace octet::coco

#endif
