#ifndef OCTET_COCO_GROUP_HPP
#define OCTET_COCO_GROUP_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/core/config.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace octet::coco::detail {

/// Records by category, in it by picture, in that in the order of the list; those of other categories and pictures are left
/// out. Cost: two counting sorts.
class grouping {
 public:
  /// One category for all if `one_category`. Precondition: fewer than 2^32 records.
  template <class Record>
  grouping(std::span<const Record> all, const id_index& images, std::size_t image_count, const id_index& categories,
           std::size_t category_count, bool one_category)
      : first_(category_count + 1) {
    OCTET_EXPECTS(all.size() < id_index::none);
    struct place {
      std::uint32_t image, category;
    };
    std::vector<place> places(all.size());
    std::vector<std::uint32_t> next(image_count + 1);
    std::int64_t last_id = 0;
    std::uint32_t last = id_index::none;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (last == id_index::none || all[i].image_id != last_id) last = images(last_id = all[i].image_id);
      const std::uint32_t k = categories(all[i].category_id);
      const bool used = last != id_index::none && k != id_index::none;
      places[i] = {used ? last : id_index::none, one_category ? 0 : k};
      if (used) ++next[last + 1], ++first_[places[i].category + 1];
    }
    for (std::size_t i = 1; i < next.size(); ++i) next[i] += next[i - 1];
    for (std::size_t i = 1; i < first_.size(); ++i) first_[i] += first_[i - 1];
    std::vector<std::uint32_t> by_image(first_.back());
    for (std::size_t i = 0; i < all.size(); ++i)
      if (places[i].image != id_index::none) by_image[next[places[i].image]++] = static_cast<std::uint32_t>(i);
    entries_.resize(by_image.size());
    next.assign(first_.begin(), first_.end() - 1);
    for (const std::uint32_t i : by_image) entries_[next[places[i].category]++] = {i, places[i].image};
  }

  struct entry {
    std::uint32_t record, image;
  };
  std::span<const entry> operator[](std::size_t category) const {
    return std::span(entries_).subspan(first_[category], first_[category + 1] - first_[category]);
  }

 private:
  std::vector<std::uint32_t> first_;
  std::vector<entry> entries_;
};

/// What pycocotools evaluates where annotations share an id: the last one, once for each that has the id. Nothing if the ids
/// differ.
inline std::optional<std::vector<annotation>> last_of_each_id(std::span<const annotation> all, const id_index& images,
                                                              const id_index& categories, bool one_category) {
  std::vector<std::int64_t> ids;
  ids.reserve(all.size());
  for (const annotation& a : all) ids.push_back(a.id);
  ids = sorted_unique(std::move(ids));
  if (ids.size() == all.size()) return std::nullopt;
  const id_index at(ids);
  std::vector<const annotation*> last(ids.size());
  for (const annotation& a : all) last[at(a.id)] = &a;
  std::vector<const annotation*> listed;
  for (const annotation& a : all)
    if (images(a.image_id) != id_index::none && (one_category || categories(a.category_id) != id_index::none))
      listed.push_back(&a);
  std::stable_sort(listed.begin(), listed.end(),
                   [&](auto* a, auto* b) { return images(a->image_id) < images(b->image_id); });
  std::vector<annotation> result;
  for (const annotation* a : listed) result.push_back(*last[at(a->id)]);
  return result;
}

}  // namespace octet::coco::detail

#endif
