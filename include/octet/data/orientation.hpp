#ifndef OCTET_DATA_ORIENTATION_HPP
#define OCTET_DATA_ORIENTATION_HPP

#include <octet/core/config.hpp>
#include <octet/data/image.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

namespace octet::data {

/// A number of `count` bytes (1 to 4) at a place; 0 where the bytes end before.
inline std::uint32_t number_at(std::span<const std::uint8_t> bytes, std::size_t at, std::size_t count,
                               bool big_endian) noexcept {
  if (at > bytes.size() || count > bytes.size() - at) return 0;
  std::uint32_t n = 0;
  for (std::size_t i = 0; i < count; ++i) n = n << 8 | bytes[at + (big_endian ? i : count - 1 - i)];
  return n;
}

/// How a camera was held, 1 to 8 as EXIF's tag 0x112 says; 1, as it is stored, where the tag is absent or damaged.
/// `tiff`: what follows "Exif\0\0" in a JPEG, or a PNG's eXIf chunk; of either byte order.
inline int exif_orientation(std::span<const std::uint8_t> tiff) noexcept {
  const std::uint32_t order = number_at(tiff, 0, 2, true);
  if (order != 0x4949 && order != 0x4D4D) return 1;
  const bool big = order == 0x4D4D;
  if (number_at(tiff, 2, 2, big) != 42) return 1;
  const std::size_t directory = number_at(tiff, 4, 4, big);
  const std::size_t entries = number_at(tiff, directory, 2, big);
  for (std::size_t i = 0; i < entries; ++i) {
    const std::size_t at = directory + 2 + 12 * i;
    if (at + 12 > tiff.size()) return 1;
    if (number_at(tiff, at, 2, big) != 0x112) continue;
    constexpr std::uint32_t u16 = 3, u32 = 4;
    const std::uint32_t type = number_at(tiff, at + 2, 2, big);
    if ((type != u16 && type != u32) || number_at(tiff, at + 4, 4, big) != 1) return 1;
    const std::uint32_t value = number_at(tiff, at + 8, type == u16 ? 2 : 4, big);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
}

/// Whether width and height change places when a picture of this orientation is turned upright.
constexpr bool lies(int orientation) noexcept { return orientation >= 5; }

/// The picture turned and mirrored so that it is upright. Precondition: orientation is 1 to 8.
inline image upright(image stored, int orientation) {
  OCTET_EXPECTS(orientation >= 1 && orientation <= 8);
  if (orientation == 1) return stored;
  const bool across = lies(orientation);
  image turned = across ? image(stored.height, stored.width) : image(stored.width, stored.height);
  // Which coordinate of the stored picture runs backwards.
  const bool from_right = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  const bool from_bottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  for (int y = 0; y < turned.height; ++y)
    for (int x = 0; x < turned.width; ++x) {
      int row = across ? x : y, column = across ? y : x;
      if (from_bottom) row = stored.height - 1 - row;
      if (from_right) column = stored.width - 1 - column;
      const std::uint8_t* from = stored.pixel(row, column);
      std::uint8_t* to = turned.pixel(y, x);
      to[0] = from[0], to[1] = from[1], to[2] = from[2];
    }
  return turned;
}

}  // namespace octet::data

#endif
