#ifndef OCTET_COCO_STREAM_HPP
#define OCTET_COCO_STREAM_HPP

#include <octet/coco/accumulate.hpp>
#include <octet/coco/evaluate.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/core/result.hpp>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <string>
#include <unordered_set>
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
  result<void> add(std::int64_t image_id, std::span<const annotation> truth, std::span<const scored_box> found) {
    if (!seen_.insert(image_id).second) return repeated(image_id);
    const auto picture = static_cast<std::uint32_t>(images_.size());
    images_.push_back(image_id);
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
    for (const std::size_t i : touched_) {
      detail::sort_cell(cells_[i], p_);
      records_[i].add(cells_[i], picture, match_, [](std::size_t, std::size_t, std::size_t, std::uint32_t) {});
      cells_[i].truth.clear(), cells_[i].found.clear();
    }
    touched_.clear();
    return {};
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
    accumulator accumulate(p_);
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
  static error repeated(std::int64_t id) {
    return error(errc::invalid, "picture " + std::to_string(id) + " is added twice; each picture is to be added once");
  }

  parameters p_;
  std::vector<std::int64_t> categories_, images_;
  std::unordered_set<std::int64_t> seen_;
  id_index at_;
  matcher<Policy> match_;
  std::vector<records> records_;
  std::vector<cell> cells_;
  std::vector<std::size_t> touched_;
};

}  // namespace octet::coco

#endif
