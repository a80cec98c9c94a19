#ifndef OCTET_COCO_RECORDS_HPP
#define OCTET_COCO_RECORDS_HPP

#include <octet/coco/match.hpp>
#include <octet/coco/score_order.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace octet::coco {

/// Everything that counts about the detections of one category; D detections, A ranges of areas.
struct records {
  std::vector<double> score;         ///< [D]
  std::vector<std::uint32_t> image;  ///< [D] position of the picture
  std::vector<std::uint32_t> rank;   ///< [D] place among the detections of its picture
  std::vector<verdict> verdicts;     ///< [D,A]
  std::vector<std::size_t> to_find;  ///< [A] annotations that count

  std::size_t size() const { return score.size(); }

  void clear(std::size_t areas) {
    score.clear(), image.clear(), rank.clear(), verdicts.clear();
    to_find.assign(areas, 0);
  }

  /// Matches a cell of the picture and appends what comes out.
  template <class Policy, class Pair>
  void add(const cell& c, std::uint32_t picture, matcher<Policy>& match, Pair&& pair) {
    const std::size_t first = size(), A = to_find.size(), G = c.truth.size();
    for (std::size_t r = 0; r < c.found.size(); ++r) {
      score.push_back(c.found[r]->score);
      image.push_back(picture);
      rank.push_back(static_cast<std::uint32_t>(r));
    }
    verdicts.resize(size() * A);
    match(c, verdicts.data() + first * A, pair);
    for (std::size_t a = 0; a < A; ++a)
      for (std::size_t g = 0; g < G; ++g) to_find[a] += !match.truth_ignored()[a * G + g];
  }

  /// Adds those of other pictures, whose positions are moved up by `shift`.
  void append(const records& other, std::uint32_t shift) {
    score.insert(score.end(), other.score.begin(), other.score.end());
    for (const std::uint32_t i : other.image) image.push_back(i + shift);
    rank.insert(rank.end(), other.rank.begin(), other.rank.end());
    verdicts.insert(verdicts.end(), other.verdicts.begin(), other.verdicts.end());
    for (std::size_t a = 0; a < to_find.size(); ++a) to_find[a] += other.to_find[a];
  }

  /// The same, picture i becoming places[i] and the pictures ascending.
  records by_image(std::span<const std::uint32_t> places) const {
    const std::size_t A = to_find.size();
    std::vector<std::size_t> order = detail::places(size());
    std::sort(order.begin(), order.end(), [&](std::size_t x, std::size_t y) {
      const std::uint32_t px = places[image[x]], py = places[image[y]];
      return px != py ? px < py : rank[x] < rank[y];
    });
    records r;
    r.to_find = to_find;
    for (const std::size_t i : order) {
      r.score.push_back(score[i]);
      r.image.push_back(places[image[i]]);
      r.rank.push_back(rank[i]);
      for (std::size_t a = 0; a < A; ++a) r.verdicts.push_back(verdicts[i * A + a]);
    }
    return r;
  }
};

/// What a sink sees of a category.
struct judged_category {
  std::size_t index;  ///< among the categories evaluated
  std::int64_t id;
  const coco::records& records;
  std::span<const std::uint32_t> order;  ///< the records by descending score, ties by picture and rank
};

}  // namespace octet::coco

#endif
