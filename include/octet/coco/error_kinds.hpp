#ifndef OCTET_COCO_ERROR_KINDS_HPP
#define OCTET_COCO_ERROR_KINDS_HPP

#include <octet/coco/evaluate.hpp>
#include <octet/coco/score_order.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <map>
#include <span>
#include <vector>

namespace octet::coco {

/// Why AP is lost, after Bolya et al., TIDE (2020): how many errors there are of each kind, and how much AP at the one
/// threshold would be gained if they alone were mended.
struct error_kinds {
  enum kind { classification, localisation, both, duplicate, background, missed };
  static constexpr std::array<const char*, 6> names{"classification", "localisation", "both",
                                                    "duplicate",      "background",   "missed"};
  struct loss {
    std::size_t count = 0;
    double ap = 0;
  };
  double ap = -1;
  std::array<loss, 6> losses{};
};

namespace detail {

/// Finds and mends the errors of an evaluation at one threshold.
template <policy Policy>
class error_analysis {
 public:
  error_analysis(const ground_truth& truth, std::span<const scored_box> found, double foreground, double background)
      : truth_(truth),
        found_(found),
        foreground_(foreground),
        background_(background),
        state_(found.size(), ignored),
        taken_(truth.annotations.size()),
        counts_(truth.annotations.size()),
        partner_(found.size()) {
    p_.iou_thresholds = {foreground};
    p_.max_detections = {100};
    p_.areas.resize(1);
  }

  error_kinds operator()() {
    error_kinds result;
    result.ap = evaluate<plain>(truth_, found_, p_, [&](const matched_cell& seen) { note(seen); }).stats[0];
    sort_errors(result);
    for (const auto kind : {error_kinds::classification, error_kinds::localisation, error_kinds::both,
                            error_kinds::duplicate, error_kinds::background, error_kinds::missed})
      if (result.losses[kind].count) result.losses[kind].ap = mended(kind) - result.ap;
    return result;
  }

 private:
  /// After the kinds of errors.
  static constexpr int right = 6, ignored = 7, wrong = 8;

  struct plain : Policy {
    static constexpr bool last_of_id = false, first_at_100 = false;
  };
  double ap(const ground_truth& truth, std::span<const scored_box> found) const {
    return evaluate<plain>(truth, found, p_).stats[0];
  }

  void note(const matched_cell& seen) {
    const matches& m = seen.areas[0];
    for (std::size_t d = 0; d < seen.cell.found.size(); ++d)
      state_[place(seen.cell.found[d])] = m.found_ignored[d] ? ignored : m.found_match[d] >= 0 ? right : wrong;
    for (std::size_t g = 0; g < seen.cell.truth.size(); ++g) {
      taken_[place(seen.cell.truth[g])] = m.truth_match[g] >= 0;
      counts_[place(seen.cell.truth[g])] = !m.truth_ignored[g];
    }
  }

  void sort_errors(error_kinds& result) {
    std::map<std::int64_t, std::vector<std::size_t>> objects;
    for (std::size_t g = 0; g < counts_.size(); ++g)
      if (counts_[g]) objects[truth_.annotations[g].image_id].push_back(g);
    std::vector<char> reached(counts_.size());
    for (std::size_t d = 0; d < found_.size(); ++d) {
      if (state_[d] != wrong) continue;
      state_[d] = kind_of(d, objects[found_[d].image_id]);
      ++result.losses[static_cast<std::size_t>(state_[d])].count;
      if (state_[d] <= error_kinds::localisation) reached[partner_[d]] = 1;
    }
    missed_.resize(counts_.size());
    for (std::size_t g = 0; g < counts_.size(); ++g) {
      missed_[g] = counts_[g] && !taken_[g] && !reached[g];
      result.losses[error_kinds::missed].count += static_cast<std::size_t>(missed_[g]);
    }
  }

  int kind_of(std::size_t d, const std::vector<std::size_t>& objects) {
    double same = 0, other = 0;
    std::size_t same_at = 0, other_at = 0;
    for (const std::size_t g : objects) {
      const annotation& a = truth_.annotations[g];
      const double x = box_overlap{}(found_[d].bbox, a.bbox, false);
      const bool alike = a.category_id == found_[d].category_id;
      if (alike && x > same) same = x, same_at = g;
      if (!alike && x > other) other = x, other_at = g;
    }
    if (same >= background_ && same < foreground_) return partner_[d] = same_at, error_kinds::localisation;
    if (other >= foreground_) return partner_[d] = other_at, error_kinds::classification;
    if (same >= foreground_) return error_kinds::duplicate;
    return (std::max)(same, other) < background_ ? error_kinds::background : error_kinds::both;
  }

  /// AP without the errors of a kind: a class or a box is put right where the object is still free, from the best score
  /// down; what else is wrong goes, and so do missed objects.
  double mended(error_kinds::kind kind) const {
    std::vector<std::size_t> order = detail::places(found_.size());
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t x, std::size_t y) { return score_before(found_[x].score, found_[y].score); });
    std::vector<char> taken = taken_, gone(found_.size());
    std::vector<scored_box> found(found_.begin(), found_.end());
    for (const std::size_t d : order) {
      if (state_[d] != kind) continue;
      const bool mendable = kind <= error_kinds::localisation && !taken[partner_[d]];
      gone[d] = !mendable;
      if (!mendable) continue;
      taken[partner_[d]] = 1;
      found[d].category_id = truth_.annotations[partner_[d]].category_id;
      found[d].bbox = truth_.annotations[partner_[d]].bbox;
    }
    std::vector<scored_box> rest;
    for (std::size_t d = 0; d < found.size(); ++d)
      if (!gone[d]) rest.push_back(found[d]);
    ground_truth truth{truth_.images, truth_.categories, {}};
    for (std::size_t g = 0; g < counts_.size(); ++g)
      if (kind != error_kinds::missed || !missed_[g]) truth.annotations.push_back(truth_.annotations[g]);
    return ap(truth, rest);
  }

  std::size_t place(const scored_box* d) const { return static_cast<std::size_t>(d - found_.data()); }
  std::size_t place(const annotation* a) const { return static_cast<std::size_t>(a - truth_.annotations.data()); }

  const ground_truth& truth_;
  std::span<const scored_box> found_;
  double foreground_, background_;
  parameters p_;
  std::vector<int> state_;
  std::vector<char> taken_, counts_, missed_;
  std::vector<std::size_t> partner_;
};

}  // namespace detail

/// A wrong detection that overlaps an object of its class from `background` up to `foreground` is badly placed; one that
/// overlaps an object of another class from `foreground` is badly named; and so on, in TIDE's order. Objects that no such
/// detection reaches are missed. Cost: seven evaluations.
template <policy Policy = corrected>
error_kinds find_error_kinds(const ground_truth& truth, std::span<const scored_box> found, double foreground = 0.5,
                             double background = 0.1) {
  return detail::error_analysis<Policy>(truth, found, foreground, background)();
}

}  // namespace octet::coco

#endif
