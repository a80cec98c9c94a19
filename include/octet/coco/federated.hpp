#ifndef OCTET_COCO_FEDERATED_HPP
#define OCTET_COCO_FEDERATED_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/coco/score_order.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace octet::coco {

/// The detections whose category was looked for in their picture: it is annotated there, or in neg_category_ids.
inline std::vector<scored_box> looked_for(const ground_truth& truth, std::span<const scored_box> found) {
  std::vector<std::pair<std::int64_t, std::int64_t>> known;
  for (const annotation& a : truth.annotations) known.emplace_back(a.image_id, a.category_id);
  for (const picture& p : truth.images)
    for (const std::int64_t id : p.neg_category_ids) known.emplace_back(p.id, id);
  std::sort(known.begin(), known.end());
  std::vector<scored_box> kept;
  for (const scored_box& d : found)
    if (std::binary_search(known.begin(), known.end(), std::pair(d.image_id, d.category_id))) kept.push_back(d);
  return kept;
}

/// The best `most` detections of each picture over all categories, ties in the order of the list, which is kept.
inline std::vector<scored_box> best_of_each_image(std::span<const scored_box> found, std::size_t most) {
  std::vector<std::int64_t> images;
  std::vector<double> scores;
  for (const scored_box& d : found) images.push_back(d.image_id), scores.push_back(d.score);
  const id_index at(images = detail::sorted_unique(std::move(images)));
  std::vector<std::size_t> taken(images.size());
  std::vector<char> keep(found.size());
  score_order sort;
  for (const std::uint32_t i : sort(scores)) keep[i] = taken[at(found[i].image_id)]++ < most;
  std::vector<scored_box> kept;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (keep[i]) kept.push_back(found[i]);
  return kept;
}

}  // namespace octet::coco

#endif
