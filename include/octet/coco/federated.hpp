#ifndef OCTET_COCO_FEDERATED_HPP
#define OCTET_COCO_FEDERATED_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/score_order.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace octet::coco {

/// The detections whose category was looked for in their picture: it is annotated there, or in neg_category_ids.
inline std::vector<scored_box> looked_for(const ground_truth& truth, std::span<const scored_box> found) {
  std::set<std::pair<std::int64_t, std::int64_t>> known;
  for (const annotation& a : truth.annotations) known.emplace(a.image_id, a.category_id);
  for (const picture& p : truth.images)
    for (const std::int64_t id : p.neg_category_ids) known.emplace(p.id, id);
  std::vector<scored_box> kept;
  for (const scored_box& d : found)
    if (known.contains({d.image_id, d.category_id})) kept.push_back(d);
  return kept;
}

/// The best `most` detections of each picture over all categories, ties in the order of the list, which is kept.
inline std::vector<scored_box> best_of_each_image(std::span<const scored_box> found, std::size_t most) {
  std::unordered_map<std::int64_t, std::vector<std::size_t>> images;
  for (std::size_t i = 0; i < found.size(); ++i) images[found[i].image_id].push_back(i);
  std::vector<char> keep(found.size(), 1);
  for (auto& [id, list] : images) {
    if (list.size() <= most) continue;
    std::stable_sort(list.begin(), list.end(),
                     [&](std::size_t x, std::size_t y) { return score_before(found[x].score, found[y].score); });
    for (std::size_t i = most; i < list.size(); ++i) keep[list[i]] = 0;
  }
  std::vector<scored_box> kept;
  for (std::size_t i = 0; i < found.size(); ++i)
    if (keep[i]) kept.push_back(found[i]);
  return kept;
}

}  // namespace octet::coco

#endif
