#ifndef OCTET_COCO_MATCH_HPP
#define OCTET_COCO_MATCH_HPP

#include <octet/coco/concepts.hpp>
#include <octet/coco/parameters.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace octet::coco {

/// The annotations and detections of one category in one picture. Detections by descending score (ties in file order),
/// cut to the largest max_detections.
struct cell {
  std::vector<const annotation*> truth;
  std::vector<const scored_box*> found;
};

/// Who was matched with whom, for one range of areas.
struct matches {
  std::vector<std::size_t> order;   ///< annotations in the order in which detections try them: ignored ones last
  std::vector<char> truth_ignored;  ///< by annotation: crowd, or outside the range
  std::vector<int> found_match;     ///< [T,D] index of the annotation, -1 without
  std::vector<int> truth_match;     ///< [T,G] index of the last detection that took it, -1 without
  std::vector<char> found_ignored;  ///< [T,D] neither right nor wrong
};

/// Overlaps [D,G] of a cell.
template <overlap_rule Overlap>
std::vector<double> overlaps(const cell& c, const Overlap& overlap) {
  std::vector<double> all;
  all.reserve(c.found.size() * c.truth.size());
  for (const scored_box* d : c.found)
    for (const annotation* g : c.truth) all.push_back(overlap(d->bbox, g->bbox, g->crowd));
  return all;
}

/// Greedy matching with exactly the rules of pycocotools: at every threshold each detection in turn takes the annotation it
/// overlaps most (of equal ones the later), one not ignored if any reaches the threshold; a crowd can be taken many times.
/// Cost: thresholds * D * G.
inline void match(const cell& c, std::span<const double> overlap, const parameters& p, const area_range& area, matches& m) {
  const std::size_t D = c.found.size(), G = c.truth.size(), T = p.iou_thresholds.size();
  const auto outside = [&](double a) { return a < area.lo || a > area.hi; };
  m.truth_ignored.assign(G, 0);
  m.order.clear();
  for (std::size_t g = 0; g < G; ++g) m.truth_ignored[g] = static_cast<char>(c.truth[g]->crowd || outside(c.truth[g]->area));
  for (const char ignored : {0, 1})
    for (std::size_t g = 0; g < G; ++g)
      if (m.truth_ignored[g] == ignored) m.order.push_back(g);
  m.found_match.assign(T * D, -1);
  m.truth_match.assign(T * G, -1);
  m.found_ignored.assign(T * D, 0);

  for (std::size_t t = 0; t < T; ++t)
    for (std::size_t d = 0; d < D; ++d) {
      int* taken = m.truth_match.data() + t * G;
      double best = std::min(p.iou_thresholds[t], 1 - 1e-10);
      int hit = -1;
      for (const std::size_t g : m.order) {
        if (taken[g] >= 0 && !c.truth[g]->crowd) continue;
        if (hit >= 0 && !m.truth_ignored[static_cast<std::size_t>(hit)] && m.truth_ignored[g]) break;
        if (overlap[d * G + g] < best) continue;  // not >=: a NaN wins, as there
        best = overlap[d * G + g];
        hit = static_cast<int>(g);
      }
      const std::size_t at = t * D + d;
      if (hit >= 0) {
        taken[hit] = static_cast<int>(d);
        m.found_match[at] = hit;
        m.found_ignored[at] = m.truth_ignored[static_cast<std::size_t>(hit)];
      }
      // pycocotools tells a match by a non-zero annotation id.
      if (hit < 0 || c.truth[static_cast<std::size_t>(hit)]->id == 0)
        if (outside(c.found[d]->bbox[2] * c.found[d]->bbox[3])) m.found_ignored[at] = 1;
    }
}

}  // namespace octet::coco

#endif
