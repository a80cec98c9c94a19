#ifndef OCTET_COCO_EVALUATE_HPP
#define OCTET_COCO_EVALUATE_HPP

#include <octet/coco/accumulate.hpp>
#include <octet/coco/ground_truth.hpp>
#include <octet/coco/match.hpp>
#include <octet/coco/overlap.hpp>
#include <octet/coco/parameters.hpp>
#include <octet/coco/summarize.hpp>
#include <octet/core/config.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

namespace octet::coco {

struct evaluation {
  std::vector<std::int64_t> categories;  ///< ids in the order of the curves
  coco::curves curves;
  coco::summary stats{};
};

namespace detail {

/// Sorted unique ids, and the position of each.
template <class Record>
std::vector<std::int64_t> sorted_ids(const std::vector<Record>& records) {
  std::vector<std::int64_t> ids;
  for (const Record& r : records) ids.push_back(r.id);
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

inline std::unordered_map<std::int64_t, std::size_t> positions(const std::vector<std::int64_t>& ids) {
  std::unordered_map<std::int64_t, std::size_t> at;
  for (std::size_t i = 0; i < ids.size(); ++i) at.emplace(ids[i], i);
  return at;
}

/// Records sorted by cell (category-major), in file order inside; those of unknown pictures or categories are left out.
template <class Record>
struct by_cell {
  std::vector<const Record*> records;
  std::vector<std::size_t> first;  // [cells + 1]

  template <class CellOf>
  by_cell(std::span<const Record> all, std::size_t cells, CellOf&& cell_of) : first(cells + 1) {
    std::vector<std::size_t> at(all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      if ((at[i] = cell_of(all[i])) < cells) ++first[at[i] + 1];
    for (std::size_t c = 0; c < cells; ++c) first[c + 1] += first[c];
    records.resize(first[cells]);
    std::vector<std::size_t> next(first.begin(), first.end() - 1);
    for (std::size_t i = 0; i < all.size(); ++i)
      if (at[i] < cells) records[next[at[i]]++] = &all[i];
  }
  std::span<const Record* const> operator[](std::size_t c) const {
    return std::span(records).subspan(first[c], first[c + 1] - first[c]);
  }
};

}  // namespace detail

/// COCO's bounding-box evaluation, bit for bit that of pycocotools 2.0 with numpy 1.
/// Ids of pictures and categories are taken in ascending order; annotations and detections of others do not take part.
/// visit(image_id, category_id, area, cell, matches) sees every match made (area 0 to 3).
template <overlap_rule Overlap = box_overlap, mean_rule Mean = chunked_mean, class Visit>
evaluation evaluate(const ground_truth& truth, std::span<const scored_box> found, const parameters& p, Visit&& visit,
                    const Overlap& overlap = {}, const Mean& mean = {}) {
  const auto images = detail::sorted_ids(truth.images), category_ids = detail::sorted_ids(truth.categories);
  const auto image_at = detail::positions(images), category_at = detail::positions(category_ids);
  evaluation e;
  e.categories = p.categories_matter ? category_ids : std::vector<std::int64_t>{-1};
  const std::size_t K = e.categories.size(), I = images.size(), T = p.iou_thresholds.size(), none = K * I;
  OCTET_EXPECTS(T <= 32);
  const auto cell_of = [&](const auto& r) {
    const auto i = image_at.find(r.image_id);
    const auto k = category_at.find(r.category_id);
    return i == image_at.end() || k == category_at.end() ? none : (p.categories_matter ? k->second : 0) * I + i->second;
  };
  const detail::by_cell<annotation> annotations(std::span<const annotation>(truth.annotations), none, cell_of);
  const detail::by_cell<scored_box> detections(found, none, cell_of);

  e.curves.thresholds = T, e.curves.categories = K;
  e.curves.precision.assign(T * parameters::recall_points * K * curves::areas * curves::limits, -1);
  e.curves.scores = e.curves.precision;
  e.curves.recall.assign(T * K * curves::areas * curves::limits, -1);
  cell c;
  matches m;
  for (std::size_t k = 0; k < K; ++k) {
    category_results results;
    for (std::size_t i = 0; i < I; ++i) {
      const auto g = annotations[k * I + i];
      const auto d = detections[k * I + i];
      if (g.empty() && d.empty()) continue;
      results.seen = true;
      c.truth.assign(g.begin(), g.end());
      c.found.assign(d.begin(), d.end());
      // Without categories pycocotools lists a picture's boxes category by category.
      const auto by_category = [](const auto* x, const auto* y) { return x->category_id < y->category_id; };
      if (!p.categories_matter) {
        std::stable_sort(c.truth.begin(), c.truth.end(), by_category);
        std::stable_sort(c.found.begin(), c.found.end(), by_category);
      }
      std::stable_sort(c.found.begin(), c.found.end(), [](auto* x, auto* y) {
        return x->score > y->score || (y->score != y->score && x->score == x->score);
      });
      c.found.resize(std::min(c.found.size(), p.max_detections.back()));
      const std::vector<double> overlaps = coco::overlaps(c, overlap);
      const std::size_t first = results.found.size();
      for (std::size_t r = 0; r < c.found.size(); ++r) results.found.push_back({c.found[r]->score, r, {}, {}});
      for (std::size_t a = 0; a < curves::areas; ++a) {
        match(c, overlaps, p, p.areas[a], m);
        results.add(c, m, a, first, T);
        visit(images[i], e.categories[k], a, c, m);
      }
    }
    accumulate(results, p, k, e.curves);
  }
  e.stats = summarize(e.curves, p, mean);
  return e;
}

inline evaluation evaluate(const ground_truth& truth, std::span<const scored_box> found, const parameters& p = {}) {
  return evaluate(truth, found, p, [](std::int64_t, std::int64_t, std::size_t, const cell&, const matches&) {});
}

}  // namespace octet::coco

#endif
