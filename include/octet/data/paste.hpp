#ifndef OCTET_DATA_PASTE_HPP
#define OCTET_DATA_PASTE_HPP

#include <octet/data/image.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace octet::data {

/// A picture of one colour. Precondition: neither size is negative.
inline image plain(int width, int height, std::array<std::uint8_t, 3> shade) {
  image picture(width, height);
  for (std::size_t i = 0; i < picture.pixels.size(); ++i) picture.pixels[i] = shade[i % 3];
  return picture;
}

/// Copies `from` into `to` so that its upper left corner comes to (x, y), inside or outside; what does not fit is cut off.
inline void paste(image& to, const image& from, int x, int y) noexcept {
  const int left = (std::max)(x, 0), right = (std::min)(x + from.width, to.width);
  if (left >= right) return;
  for (int row = (std::max)(y, 0); row < (std::min)(y + from.height, to.height); ++row)
    std::copy_n(from.pixel(row - y, left - x), std::ptrdiff_t{3} * (right - left), to.pixel(row, left));
}

}  // namespace octet::data

#endif
