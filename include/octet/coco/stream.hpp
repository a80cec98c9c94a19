#ifndef OCTET_COCO_STREAM_HPP
#define OCTET_COCO_STREAM_HPP

#include <octet/coco/accumulate.hpp>
#include <octet/coco/evaluate.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/core/result.hpp>

#include <algorithm>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace octet::coco {

/// Evaluates picture by picture, as a pipeline gives them; shards merge to exactly the whole. Memory grows with the
/// detections only: 24 bytes and 8 for each range of areas.
template <policy Policy = strict>
class stream {
 public:
  /// Categories that take part, by id. parameters::categories and images do not apply. Preconditions: as for evaluate.
  explicit stream(std::vector<std::int64_t> categories, const parameters& p = {})
      : p_(detail::checked(p)), categories_(detail::sorted_unique(std::move(categories))), at_(categories_), match_(p_) {
    records_.resize(p_.categories_matter ? categories_.size() : 1);
    for (records& r : records_) r.clear(p_.areas.size());
  }

  /// Everything about one picture. The image ids in the lists are not looked at; annotations and detections of other
  /// categories do not take part. Error: the picture is there already.
  result<void> add(std::int64_t image_id, std::span<const annotation> truth,
                   std::span<const scored_box> found) requires(!Policy::federated) {
    picture p;
    p.id = image_id;
    return put(p, truth, found);
  }

  /// The same with what LVIS says about the picture.
  result<void> add(const picture& p, std::span<const annotation> truth, std::span<const scored_box> found) {
    if constexpr (!Policy::federated) return put(p, truth, found);
    ground_truth one{{p}, {}, {truth.begin(), truth.end()}};
    one.images[0].id = 0;
    std::vector<scored_box> here(found.begin(), found.end());
    for (annotation& a : one.annotations) a.image_id = 0;
    for (scored_box& d : here) d.image_id = 0;
    return put(p, truth, looked_for(one, here));
  }

  /// Takes over what another one has seen. Precondition: both have the same categories and parameters.
  /// Error: a picture is in both; nothing is taken over then.
  result<void> merge(const stream& other) {
    OCTET_EXPECTS(categories_ == other.categories_ && p_.areas.size() == other.p_.areas.size());
    for (const std::int64_t id : other.images_)
      if (seen_.contains(id)) return repeated(id);
    const auto shift = static_cast<std::uint32_t>(images_.size());
    images_.insert(images_.end(), other.images_.begin(), other.images_.end());
    seen_.insert(other.images_.begin(), other.images_.end());
    for (std::size_t k = 0; k < records_.size(); ++k) records_[k].append(other.records_[k], shift);
    return {};
  }

  /// What evaluate() gives for the pictures seen, in whatever order they came.
  evaluation finish() const {
    evaluation e;
    e.parameters = p_;
    e.categories = p_.categories_matter ? categories_ : std::vector<std::int64_t>{-1};
    e.images = detail::sorted_unique(images_);
    e.curves = curves(p_, records_.size());
    const id_index place(e.images);
    std::vector<std::uint32_t> places;
    for (const std::int64_t id : images_) places.push_back(place(id));
    accumulator<typename Policy::ties> accumulate(p_);
    score_order sort;
    for (std::size_t k = 0; k < records_.size(); ++k) {
      const records all = records_[k].by_image(places);
      accumulate(all, sort(all.score), k, e.curves);
    }
    e.stats.fill(-1);
    if (const auto s = summarize<Policy>(e.curves, p_)) e.stats = *s;
    return e;
  }

 private:
  result<void> put(const picture& p, std::span<const annotation> truth, std::span<const scored_box> found) {
    if (!seen_.insert(p.id).second) return repeated(p.id);
    std::vector<scored_box> best;
    if constexpr (Policy::most_per_image > 0)
      if (found.size() > Policy::most_per_image) {
        best.assign(found.begin(), found.end());
        std::stable_sort(best.begin(), best.end(),
                         [](const auto& x, const auto& y) { return score_before(x.score, y.score); });
        found = std::span(best).first(Policy::most_per_image);
      }
    const auto place = static_cast<std::uint32_t>(images_.size());
    images_.push_back(p.id);
    cells_.resize(records_.size());
    const auto cell_of = [&](std::int64_t category) -> cell* {
      const std::uint32_t k = at_(category);
      if (k == id_index::none) return nullptr;
      const std::size_t i = p_.categories_matter ? k : 0;
      if (cells_[i].truth.empty() && cells_[i].found.empty()) touched_.push_back(i);
      return &cells_[i];
    };
    for (const annotation& a : truth)
      if (cell* const c = cell_of(a.category_id)) c->truth.push_back(&a);
    for (const scored_box& d : found)
      if (cell* const c = cell_of(d.category_id)) c->found.push_back(&d);
    if constexpr (Policy::federated)
      for (const std::int64_t id : p.not_exhaustive_category_ids)
        if (at_(id) < cells_.size()) cells_[at_(id)].exhaustive = false;
    for (const std::size_t i : touched_) {
      detail::sort_cell(cells_[i], p_);
      records_[i].add(cells_[i], place, match_, no_pairs{});
      cells_[i].truth.clear(), cells_[i].found.clear();
    }
    touched_.clear();
    if constexpr (Policy::federated)
      for (cell& c : cells_) c.exhaustive = true;
    return {};
  }

  static error repeated(std::int64_t id) {
    return error(errc::invalid, "picture " + std::to_string(id) + " is added twice; each picture is to be added once");
  }

  parameters p_;
  std::vector<std::int64_t> categories_, images_;
  std::set<std::int64_t> seen_;
  id_index at_;
  matcher<Policy> match_;
  std::vector<records> records_;
  std::vector<cell> cells_;
  std::vector<std::size_t> touched_;
};

}  // namespace octet::coco

#endif
