#ifndef OCTET_DATA_FLIP_HPP
#define OCTET_DATA_FLIP_HPP

#include <octet/core/types.hpp>
#include <octet/data/image.hpp>

#include <algorithm>

namespace octet::data {

/// The picture with left and right exchanged.
inline void flip(image& picture) noexcept {
  for (int y = 0; y < picture.height; ++y)
    for (int left = 0, right = picture.width - 1; left < right; ++left, --right)
      std::swap_ranges(picture.pixel(y, left), picture.pixel(y, left) + 3, picture.pixel(y, right));
}

/// Where a box lies then; `width`: of the picture.
constexpr box flipped(const box& b, float width) noexcept { return {width - b.x2, b.y1, width - b.x1, b.y2}; }

}  // namespace octet::data

#endif
