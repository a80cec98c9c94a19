#ifndef OCTET_COCO_SINK_CALIBRATION_HPP
#define OCTET_COCO_SINK_CALIBRATION_HPP

#include <octet/coco/records.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace octet::coco {

/// A category_sink: whether scores mean what they say. Detections of all categories are counted in bins of equal width of
/// score in [0,1]; in a calibrated detector the share of right ones is the mean score of the bin.
struct calibration {
  struct bin {
    std::size_t count = 0, right = 0;
    double score_sum = 0;
  };
  std::vector<bin> bins = std::vector<bin>(10);
  std::size_t threshold = 0, area = 0;  ///< positions in the parameters

  void operator()(const judged_category& c) {
    const std::size_t A = c.records.to_find.size();
    for (const std::uint32_t i : c.order) {
      const verdict v = c.records.verdicts[i * A + area];
      const double score = c.records.score[i];
      if (v.ignored >> threshold & 1 || !(score >= 0 && score <= 1)) continue;
      const auto place = static_cast<std::size_t>(score * static_cast<double>(bins.size()));
      bin& b = bins[(std::min)(place, bins.size() - 1)];
      ++b.count;
      b.right += v.hit >> threshold & 1;
      b.score_sum += score;
    }
  }

  /// The mean distance between score and share of right ones over all detections; 0 without any.
  double expected_error() const {
    double sum = 0, count = 0;
    for (const bin& b : bins)
      sum += (std::abs)(b.score_sum - static_cast<double>(b.right)), count += static_cast<double>(b.count);
    return count > 0 ? sum / count : 0;
  }
};

}  // namespace octet::coco

#endif
