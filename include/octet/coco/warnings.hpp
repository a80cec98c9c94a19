#ifndef OCTET_COCO_WARNINGS_HPP
#define OCTET_COCO_WARNINGS_HPP

#include <octet/coco/box_warnings.hpp>
#include <octet/coco/concepts.hpp>
#include <octet/coco/ground_truth.hpp>
#include <octet/coco/group.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/coco/parameters.hpp>
#include <octet/coco/policy.hpp>
#include <octet/coco/score_order.hpp>
#include <octet/coco/text_ids.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// What is legal in files of COCO and yet most often a mistake, or costs something in silence: a sentence for each, without
/// the name of the file. Nothing here changes a result.
namespace octet::coco {

namespace detail {

/// A sentence if ids repeat; what the metric then does is `why`.
template <class Record>
void warn_of_repeated(const std::vector<Record>& records, const std::vector<std::string>& texts, const std::string& what,
                      const std::string& why, std::vector<std::string>& list) {
  std::vector<std::int64_t> ids;
  ids.reserve(records.size());
  for (const Record& r : records) ids.push_back(r.id);
  std::sort(ids.begin(), ids.end());
  std::size_t repeated = 0, most = 1;
  std::int64_t which = 0;
  for (std::size_t i = 0, end = 0; i < ids.size(); i = end) {
    while (end < ids.size() && ids[end] == ids[i]) ++end;
    repeated += end - i > 1;
    if (end - i > most) most = end - i, which = ids[i];
  }
  if (!repeated) return;
  std::string text = what + " id " + id_text(texts, which) + " is there " + std::to_string(most) + " times";
  if (repeated > 1) text += ", and " + std::to_string(repeated - 1) + " more ids repeat";
  list.push_back(text + why);
}

inline std::string category_text(const ground_truth& truth, std::int64_t id) {
  for (const category& c : truth.categories)
    if (c.id == id && !c.name.empty()) return id_text(truth.category_texts, id) + " (" + c.name + ")";
  return truth.category_texts.empty() || id >= 0 ? id_text(truth.category_texts, id) : "a text";
}

/// "a: 3, b: 1 and 4 more", those of which there are most first.
template <class Name>
std::string counts_text(const std::map<std::int64_t, std::size_t>& counts, Name&& name) {
  std::vector<std::pair<std::int64_t, std::size_t>> sorted(counts.begin(), counts.end());
  std::stable_sort(sorted.begin(), sorted.end(), [](const auto& x, const auto& y) { return x.second > y.second; });
  std::string text;
  for (std::size_t i = 0; i < (std::min<std::size_t>)(sorted.size(), 5); ++i)
    text += (i ? ", " : "") + name(sorted[i].first) + ": " + std::to_string(sorted[i].second);
  if (sorted.size() > 5) text += " and " + std::to_string(sorted.size() - 5) + " more";
  return text;
}

}  // namespace detail

/// About annotations. Cost: a sort of the ids, and one pass.
template <policy Policy = strict>
std::vector<std::string> annotation_warnings(const ground_truth& truth) {
  std::vector<std::string> list;
  const auto all = std::span(truth.annotations);
  const auto name = [&](std::size_t i) {
    return "annotation " + std::to_string(all[i].id) + " of image " + id_text(truth.image_texts, all[i].image_id);
  };
  detail::warn_of_repeated(truth.images, truth.image_texts, "image", "; it counts as one image", list);
  detail::warn_of_repeated(truth.categories, truth.category_texts, "category", "; it counts as one category", list);
  if constexpr (Policy::last_of_id)
    detail::warn_of_repeated(truth.annotations, {}, "annotation", "; pycocotools puts the last one of an id for all of them",
                             list);

  const id_index images(detail::ids_of(truth.images, {})), categories(detail::ids_of(truth.categories, {}));
  detail::sightings zero, strange, no_area, crowd;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const annotation& a = all[i];
    if (images(a.image_id) == id_index::none || categories(a.category_id) == id_index::none) {
      strange.add(i);
      continue;
    }
    if (a.id == 0) zero.add(i);
    if (a.crowd) crowd.add(i);
    if (!(a.area > 0) && (a.bbox[2] > 0 && a.bbox[3] > 0)) no_area.add(i);
  }
  const std::size_t used = all.size() - strange.count;
  if (strange.count)
    list.push_back("annotations of images or categories that the file does not list: " +
                   detail::share_of(strange.count, all.size()) + ", the first is " + name(strange.first) + ", category " +
                   id_text(truth.category_texts, all[strange.first].category_id) + "; they do not take part");
  if (used == 0)
    list.push_back("no annotation takes part, so that every number is -1");
  else if (crowd.count == used)
    list.push_back("every annotation is a crowd, so that every number is -1");
  if (!Policy::zero_id_matches && zero.count)
    list.push_back("the id of " + name(zero.first) +
                   " is 0, which pycocotools takes for no match, so that this object is never found");
  if (no_area.count)
    list.push_back("annotations whose area is 0 or no number: " +
                   (no_area.count == used ? "all " + std::to_string(used) : detail::share_of(no_area.count, used)) +
                   ", the first is " + name(no_area.first) +
                   "; the area decides what is small, medium or large, whatever the box is");
  detail::warn_of_boxes(all, detail::picture_sizes(truth), rotated_overlap_rule<typename Policy::overlap>, name, list);
  return list;
}

/// About detections. Cost: a few passes, two counting sorts among them.
template <policy Policy = strict>
std::vector<std::string> detection_warnings(const ground_truth& truth, std::span<const scored_box> found,
                                            const parameters& p = {}) {
  std::vector<std::string> list;
  const auto name = [&](std::size_t i) {
    return "detection " + std::to_string(i + 1) + " of the file (image " + id_text(truth.image_texts, found[i].image_id) +
           ")";
  };
  const auto image_ids = detail::ids_of(truth.images, {}), category_ids = detail::ids_of(truth.categories, {});
  const id_index images(image_ids), categories(category_ids);

  std::map<std::int64_t, std::size_t> foreign, idle;
  std::vector<std::size_t> counts(category_ids.size());
  std::vector<char> annotated(category_ids.size());
  detail::sightings no_score;
  std::size_t in_foreign = 0, in_idle = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    const std::uint32_t k = categories(found[i].category_id);
    k == id_index::none ? (++in_foreign, ++foreign[found[i].category_id]) : ++counts[k];
    if (!std::isfinite(found[i].score)) no_score.add(i);
  }
  bool any = false;
  for (const annotation& a : truth.annotations)
    if (const std::uint32_t k = categories(a.category_id); k != id_index::none && images(a.image_id) != id_index::none)
      annotated[k] = any = true;
  for (std::size_t k = 0; any && k < counts.size(); ++k)
    if (counts[k] && !annotated[k]) in_idle += idle[category_ids[k]] = counts[k];
  const auto category_name = [&](std::int64_t id) { return detail::category_text(truth, id); };
  if (in_foreign) {
    // Places in the network's list begin at 0, ids of COCO at 1.
    const bool places = truth.category_texts.empty() && foreign.contains(0);
    list.push_back("detections in categories that the annotation file does not have: " +
                   detail::share_of(in_foreign, found.size()) + " (category " + detail::counts_text(foreign, category_name) +
                   "); they do not take part" + (places ? "; places in the network's list taken for category ids?" : ""));
  }
  if (in_idle)
    list.push_back(
        "detections in categories without any object in the annotation file: " + detail::share_of(in_idle, found.size()) +
        " (category " + detail::counts_text(idle, category_name) + "); they change no number");
  if (no_score.count)
    list.push_back("scores that are NaN or Infinity: " + detail::share_of(no_score.count, found.size()) + ", the first in " +
                   name(no_score.first) + "; NaN sorts last");
  detail::warn_of_boxes(found, detail::picture_sizes(truth), rotated_overlap_rule<typename Policy::overlap>, name, list);

  const std::size_t limit =
      p.max_detections.empty() ? 0 : *std::max_element(p.max_detections.begin(), p.max_detections.end());
  const detail::grouping groups(found, images, image_ids.size(), categories, category_ids.size(), !p.categories_matter);
  std::size_t beyond = 0, ties = 0, copies = 0;
  std::vector<std::uint32_t> cell;
  const auto judge = [&] {
    beyond += cell.size() > limit ? cell.size() - limit : 0;
    if (cell.size() < 2) return;
    const auto bits = [&](std::uint32_t i) { return std::bit_cast<std::array<std::uint64_t, 4>>(found[i].bbox); };
    std::sort(cell.begin(), cell.end(), [&](std::uint32_t x, std::uint32_t y) {
      return found[x].score != found[y].score ? score_before(found[x].score, found[y].score) : bits(x) < bits(y);
    });
    for (std::size_t i = 0, end = 0; i < cell.size(); i = end) {
      std::size_t boxes = 1;
      for (end = i + 1; end < cell.size() && found[cell[end]].score == found[cell[i]].score; ++end) {
        const scored_box &x = found[cell[end - 1]], &y = found[cell[end]];
        const bool copy = x.bbox == y.bbox && x.angle == y.angle && x.category_id == y.category_id;
        copy ? ++copies : ++boxes;
      }
      if (boxes > 1) ties += boxes;
    }
  };
  for (std::size_t k = 0; k < (p.categories_matter ? category_ids.size() : (std::min<std::size_t>)(category_ids.size(), 1));
       ++k) {
    std::uint32_t image = id_index::none;
    for (const auto& e : groups[k]) {
      if (e.image != image) judge(), cell.clear();
      image = e.image;
      cell.push_back(e.record);
    }
    judge(), cell.clear();
  }
  if (beyond)
    list.push_back("detections beyond the largest limit: " + detail::share_of(beyond, found.size()) +
                   " take no part, as only " + std::to_string(limit) + " of an image and category do");
  if (copies * 10 >= found.size() && copies)
    list.push_back("detections that repeat another one, box, score and all: " + detail::share_of(copies, found.size()) +
                   "; suppression left out, or files joined twice?");
  if (Policy::ties::in_order && ties * 2 >= found.size() && ties)
    list.push_back("detections with the score of another one in their image and category: " +
                   detail::share_of(ties, found.size()) + "; the order of the file decides between them");
  return list;
}

}  // namespace octet::coco

#endif
