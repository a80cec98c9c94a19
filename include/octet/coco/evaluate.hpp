#ifndef OCTET_COCO_EVALUATE_HPP
#define OCTET_COCO_EVALUATE_HPP

#include <octet/coco/accumulate.hpp>
#include <octet/coco/federated.hpp>
#include <octet/coco/group.hpp>
#include <octet/coco/matched_cell.hpp>
#include <octet/coco/parallel.hpp>
#include <octet/coco/policy.hpp>
#include <octet/coco/score_order.hpp>
#include <octet/coco/summarize.hpp>

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

namespace octet::coco {

struct evaluation {
  coco::parameters parameters;           ///< as evaluated: limits ascending
  std::vector<std::int64_t> categories;  ///< ids in the order of the curves; -1: all of them
  std::vector<std::int64_t> images;      ///< ids, ascending
  coco::curves curves;
  coco::summary stats{};  ///< -1 where summarize() gives an error
};

namespace detail {

/// The boxes of a cell in the order in which they are matched.
inline void sort_cell(cell& c, const parameters& p) {
  // Without categories pycocotools lists a picture's boxes category by category.
  const auto by_category = [](const auto* x, const auto* y) { return x->category_id < y->category_id; };
  const auto by_score = [](const auto* x, const auto* y) { return score_before(x->score, y->score); };
  if (!p.categories_matter) {
    std::stable_sort(c.truth.begin(), c.truth.end(), by_category);
    std::stable_sort(c.found.begin(), c.found.end(), by_category);
  }
  if (!std::is_sorted(c.found.begin(), c.found.end(), by_score)) std::stable_sort(c.found.begin(), c.found.end(), by_score);
  if (c.found.size() > p.max_detections.back()) c.found.resize(p.max_detections.back());
}

inline parameters checked(parameters p) {
  OCTET_EXPECTS(!p.iou_thresholds.empty() && p.iou_thresholds.size() <= parameters::most_thresholds);
  OCTET_EXPECTS(!p.areas.empty() && p.areas.size() <= parameters::most_areas && !p.max_detections.empty());
  OCTET_EXPECTS(std::is_sorted(p.recall_thresholds.begin(), p.recall_thresholds.end()));
  std::sort(p.max_detections.begin(), p.max_detections.end());
  return p;
}

/// What a thread needs to evaluate categories.
template <policy Policy>
class worker {
 public:
  explicit worker(const parameters& p) : p_(p), match_(p), accumulate_(p) {}

  template <class... Sinks>
  void operator()(std::size_t k, std::span<const annotation> truth, std::span<const grouping::entry> truths,
                  std::span<const scored_box> found, std::span<const grouping::entry> founds, evaluation& e,
                  std::span<const std::uint32_t> not_exhaustive, Sinks&... sinks) {
    records_.clear(p_.areas.size());
    for (std::size_t g = 0, d = 0; g < truths.size() || d < founds.size();) {
      const std::uint32_t image = (std::min)(g < truths.size() ? truths[g].image : id_index::none,
                                             d < founds.size() ? founds[d].image : id_index::none);
      cell_.truth.clear(), cell_.found.clear();
      for (; g < truths.size() && truths[g].image == image; ++g) cell_.truth.push_back(&truth[truths[g].record]);
      for (; d < founds.size() && founds[d].image == image; ++d) {
        if (d + ahead < founds.size()) prefetch(found[founds[d + ahead].record]);
        cell_.found.push_back(&found[founds[d].record]);
      }
      sort_cell(cell_, p_);
      if constexpr (Policy::federated)
        cell_.exhaustive = !std::binary_search(not_exhaustive.begin(), not_exhaustive.end(), image);
      if constexpr ((cell_sink<Sinks> || ...)) {
        matched_cell seen{image, k, e.images[image], e.categories[k], cell_, {}};
        match_log log(seen, p_);
        const std::size_t first = records_.size();
        records_.add(cell_, image, match_, log);
        log.finish(records_.verdicts.data() + first * p_.areas.size(), match_.truth_ignored());
        const auto tell = [&](auto& sink) {
          if constexpr (cell_sink<decltype(sink)>) sink(seen);
        };
        (tell(sinks), ...);
      } else {
        records_.add(cell_, image, match_, no_pairs{});
      }
    }
    const auto order = sort_(records_.score);
    accumulate_(records_, order, k, e.curves);
    [[maybe_unused]] const auto tell = [&](auto& sink) {
      if constexpr (category_sink<decltype(sink)>) sink(judged_category{k, e.categories[k], records_, order});
    };
    (tell(sinks), ...);
  }

 private:
  /// A category's detections lie all over a file's worth of memory.
  static constexpr std::size_t ahead = 16;
  static void prefetch(const scored_box& d) {
    __builtin_prefetch(&d);
    __builtin_prefetch(reinterpret_cast<const char*>(&d + 1) - 1);
  }

  const parameters& p_;
  matcher<Policy> match_;
  accumulator<typename Policy::ties> accumulate_;
  score_order sort_;
  cell cell_;
  records records_;
};

template <policy Policy, class... Sinks>
evaluation evaluate(const ground_truth& truth, std::span<const scored_box> found, const parameters& p, int threads,
                    Sinks&... sinks) {
  evaluation e;
  e.parameters = checked(p);
  e.images = ids_of(truth.images, p.images);
  const auto category_ids = ids_of(truth.categories, p.categories);
  e.categories = p.categories_matter ? category_ids : std::vector<std::int64_t>{-1};
  const std::size_t K = e.categories.size();
  e.curves = curves(e.parameters, K);
  {
    const id_index images(e.images), categories(category_ids);
    std::span<const annotation> annotations(truth.annotations);
    std::optional<std::vector<annotation>> replaced;
    if constexpr (Policy::last_of_id)
      if ((replaced = last_of_each_id(annotations, images, categories, !p.categories_matter))) annotations = *replaced;
    std::vector<scored_box> selected;
    if constexpr (Policy::federated) found = selected = looked_for(truth, found);
    if constexpr (Policy::most_per_image > 0) found = selected = best_of_each_image(found, Policy::most_per_image);
    // Positions of pictures, by category, ascending.
    std::vector<std::vector<std::uint32_t>> not_exhaustive(Policy::federated ? K : 1);
    if constexpr (Policy::federated) {
      for (const picture& one : truth.images)
        for (const std::int64_t id : one.not_exhaustive_category_ids)
          if (const std::uint32_t k = categories(id); k < K && images(one.id) != id_index::none)
            not_exhaustive[k].push_back(images(one.id));
      for (auto& list : not_exhaustive) std::sort(list.begin(), list.end());
    }
    const grouping truths(annotations, images, e.images.size(), categories, K, !p.categories_matter);
    const grouping founds(found, images, e.images.size(), categories, K, !p.categories_matter);

    // The largest first, so that no thread is left with it at the end.
    std::vector<std::size_t> order = places(K);
    if (threads > 1)
      std::stable_sort(order.begin(), order.end(),
                       [&](std::size_t a, std::size_t b) { return founds[a].size() > founds[b].size(); });
    ticket_counter next;
    parallel_for(threads, static_cast<std::size_t>((std::max)(threads, 1)), [&](std::size_t) {
      worker<Policy> work(e.parameters);
      for (std::size_t i; (i = next()) < K;)
        work(order[i], annotations, truths[order[i]], found, founds[order[i]], e,
             not_exhaustive[Policy::federated ? order[i] : 0], sinks...);
    });
  }
  e.stats.fill(-1);
  if (const auto s = summarize<Policy>(e.curves, e.parameters)) e.stats = *s;
  return e;
}

}  // namespace detail

/// COCO's bounding-box evaluation; with the policy strict bit for bit that of pycocotools 2.0 with numpy 1.
/// Ids of pictures and categories are taken in ascending order; annotations and detections of others do not take part.
/// The result does not depend on the number of threads. The policy lvis needs categories that matter.
/// Preconditions: at most 32 thresholds and 16 areas; fewer than 2^32 annotations and detections.
/// Cost: linear in the detections (an overlap for each pair in a picture and category). Memory: 12 bytes for each detection,
/// and the curves: 4 areas * 3 limits * 10 thresholds * 101 points * 16 bytes for each category.
template <policy Policy = strict>
evaluation evaluate(const ground_truth& truth, std::span<const scored_box> found, const parameters& p = {},
                    int threads = 1) {
  return detail::evaluate<Policy>(truth, found, p, threads);
}

/// The same, watched by sinks: see cell_sink and category_sink. They are called by one thread.
template <policy Policy = strict, sink... Sinks>
requires(sizeof...(Sinks) > 0) evaluation
    evaluate(const ground_truth& truth, std::span<const scored_box> found, const parameters& p, Sinks&&... sinks) {
  return detail::evaluate<Policy>(truth, found, p, 1, sinks...);
}

}  // namespace octet::coco

#endif
