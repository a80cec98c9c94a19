#ifndef OCTET_COCO_TIE_RULES_HPP
#define OCTET_COCO_TIE_RULES_HPP

#include <cstddef>
#include <cstdint>

/// What counts as better among detections of one category with equal scores, which are common where scores are integers.
namespace octet::coco {

/// The order of pictures and lists, as pycocotools: AP depends on it.
struct file_order {
  using count = std::uint32_t;
  static constexpr bool in_order = true;
  constexpr count operator()(count before, count, std::size_t, std::size_t) const { return before; }
};

/// Wrong detections come first: no order gives less.
struct worst_case {
  using count = std::uint32_t;
  static constexpr bool in_order = false;
  constexpr count operator()(count, count after, std::size_t, std::size_t) const { return after; }
};

/// As many wrong detections before each right one as there are in the mean of all orders.
struct averaged {
  using count = double;
  static constexpr bool in_order = false;
  constexpr count operator()(count before, count after, std::size_t i, std::size_t right) const {
    return before + (after - before) * static_cast<double>(i) / static_cast<double>(right + 1);
  }
};

}  // namespace octet::coco

#endif
