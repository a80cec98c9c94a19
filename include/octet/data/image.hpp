#ifndef OCTET_DATA_IMAGE_HPP
#define OCTET_DATA_IMAGE_HPP

#include <cstddef>
#include <cstdint>
#include <vector>

namespace octet::data {

/// A picture: 8-bit red, green, blue, [H,W,3] row by row without gaps.
struct image {
  int width = 0, height = 0;
  std::vector<std::uint8_t> pixels;

  image() = default;
  /// A black picture. Precondition: neither size is negative.
  image(int w, int h)
      : width(w), height(h), pixels(std::size_t{3} * static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {}

  std::uint8_t* pixel(int y, int x) noexcept { return pixels.data() + offset(y, x); }
  const std::uint8_t* pixel(int y, int x) const noexcept { return pixels.data() + offset(y, x); }

  friend bool operator==(const image&, const image&) = default;

 private:
  std::size_t offset(int y, int x) const noexcept {
    return 3 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x));
  }
};

}  // namespace octet::data

#endif
