#ifndef OCTET_DATA_PNG_OUTLINE_HPP
#define OCTET_DATA_PNG_OUTLINE_HPP

#include <octet/data/outline.hpp>
#include <octet/data/picture_format.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace octet::data {

/// The checksum of PNG and zlib, CRC-32.
inline std::uint32_t crc32(std::span<const std::uint8_t> bytes) noexcept {
  static constexpr auto table = [] {
    std::array<std::uint32_t, 256> t{};
    for (std::uint32_t i = 0; i < 256; ++i) {
      std::uint32_t c = i;
      for (int k = 0; k < 8; ++k) c = c & 1 ? 0xEDB88320u ^ (c >> 1) : c >> 1;
      t[i] = c;
    }
    return t;
  }();
  std::uint32_t c = 0xFFFFFFFFu;
  for (const std::uint8_t b : bytes) c = table[(c ^ b) & 0xFF] ^ (c >> 8);
  return ~c;
}

namespace detail {

/// EXIF as older tools write it into PNGs: a text of hexadecimal digits after two lines, "exif" and the length.
inline int orientation_in_text(std::string_view text) {
  static constexpr std::string_view title("Raw profile type exif\0\nexif\n", 28);
  if (!text.starts_with(title)) return 1;
  text.remove_prefix(title.size());
  text.remove_prefix((std::min)(text.find('\n'), text.size()));
  std::vector<std::uint8_t> bytes;
  unsigned half = 0, digits = 0;
  for (const char c : text) {
    const auto digit = std::string_view("0123456789abcdef").find(c);
    if (digit == std::string_view::npos) continue;
    half = half << 4 | static_cast<unsigned>(digit);
    if (++digits % 2 == 0) bytes.push_back(static_cast<std::uint8_t>(half));
  }
  const std::size_t skipped = as_text(bytes).starts_with(std::string_view("Exif\0\0", 6)) ? 6 : 0;
  return exif_orientation(std::span<const std::uint8_t>(bytes).subspan(skipped));
}

}  // namespace detail

/// Of a PNG. Checksums of the chunks that matter to the pixels are checked. Cost: one look at every byte.
inline outline outline_png(std::span<const std::uint8_t> bytes) {
  outline o;
  std::uint64_t data = 0;
  bool header = false, end = false;
  for (std::size_t at = 8; !end && o.problem.empty();) {
    const std::size_t length = number_at(bytes, at, 4, true);
    if (at + 12 > bytes.size() || length > bytes.size() - at - 12) break;
    const std::string_view type = detail::as_text(bytes.subspan(at + 4, 4));
    const auto body = bytes.subspan(at + 8, length);
    const auto damaged = [&] {
      return crc32(bytes.subspan(at + 4, length + 4)) != number_at(bytes, at + 8 + length, 4, true);
    };
    if (!header && type != "IHDR" && type != "CgBI") break;
    if (type == "CgBI") o.apple = true;
    if (type == "IHDR") {
      header = true;
      const std::uint32_t w = number_at(body, 0, 4, true), h = number_at(body, 4, 4, true);
      // More than 31 bits are as wrong as none.
      o.width = w >> 31 ? 0 : static_cast<int>(w), o.height = h >> 31 ? 0 : static_cast<int>(h);
    }
    if (type == "IDAT") data += length;
    if (type == "eXIf" && o.orientation == 1 && !damaged()) o.orientation = exif_orientation(body);
    if (type == "tEXt" && o.orientation == 1) o.orientation = detail::orientation_in_text(detail::as_text(body));
    end = type == "IEND";
    if ((type == "IHDR" || type == "PLTE" || type == "IDAT") && damaged())
      o.fail("its chunk " + std::string(type) + " at byte " + std::to_string(at) + " is damaged (the checksum is wrong)");
    at += 12 + length;
  }
  if (!header) o.fail("is a PNG without header; it is damaged or cut off");
  // Deflate packs 1032 bytes into one at best, and a byte holds up to eight pixels.
  if (data) o.bound(data + 64, 8 * 1032);
  if (!end)
    o.fail("ends after " + std::to_string(bytes.size()) + " bytes, before the picture does; it is cut off or damaged");
  if (!data) o.fail("is a PNG without picture data; it is damaged");
  return o;
}

}  // namespace octet::data

#endif
