#ifndef OCTET_DATA_BITMAP_OUTLINE_HPP
#define OCTET_DATA_BITMAP_OUTLINE_HPP

#include <octet/data/outline.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace octet::data {

/// Of a BMP, which is stored upright.
inline outline outline_bmp(std::span<const std::uint8_t> bytes) {
  outline o;
  const auto at = [&](std::size_t place, std::size_t count) { return number_at(bytes, place, count, false); };
  const bool old = at(14, 4) == 12;
  const auto w = old ? static_cast<std::int32_t>(at(18, 2)) : static_cast<std::int32_t>(at(18, 4));
  const auto h = old ? static_cast<std::int32_t>(at(20, 2)) : static_cast<std::int32_t>(at(22, 4));
  const std::uint64_t bits = at(old ? 24 : 28, 2), packing = old ? 0 : at(30, 4);
  // A negative height says that the first row is the upper one.
  if (w <= 0 || h == 0 || h == INT32_MIN) return o;
  o.width = w, o.height = h < 0 ? -h : h;
  if (packing != 0 && packing != 3)
    o.fail("is a packed BMP (compression " + std::to_string(packing) + "); plain ones are accepted", errc::unsupported);
  const std::uint64_t row = (static_cast<std::uint64_t>(w) * bits + 7) / 8, stride = (row + 3) / 4 * 4;
  const std::uint64_t need = at(10, 4) + stride * (static_cast<std::uint64_t>(o.height) - 1) + row;
  if (bytes.size() < need)
    o.fail("ends after " + std::to_string(bytes.size()) + " bytes, before the picture does, at " + std::to_string(need) +
           "; it is cut off or damaged");
  return o;
}

/// Of a GIF, up to the end of its first frame.
inline outline outline_gif(std::span<const std::uint8_t> bytes) {
  outline o;
  const auto at = [&](std::size_t place, std::size_t count) { return number_at(bytes, place, count, false); };
  const auto colours = [](std::uint32_t flags) { return flags & 0x80 ? std::size_t{6} << (flags & 7) : std::size_t{0}; };
  o.width = static_cast<int>(at(6, 2)), o.height = static_cast<int>(at(8, 2));
  std::size_t place = 13 + colours(at(10, 1));
  bool frame = false, complete = false;
  while (!complete && place < bytes.size()) {
    const std::uint32_t kind = at(place, 1);
    if (kind != 0x21 && kind != 0x2C) break;
    frame = kind == 0x2C;
    place += frame ? 11 + colours(at(place + 9, 1)) : 2;
    while (place < bytes.size() && bytes[place]) place += std::size_t{1} + bytes[place];
    complete = frame && place < bytes.size();
    ++place;
  }
  // The longest word of a full dictionary is 4094 pixels, in 12 bits.
  o.bound(bytes.size(), 4096);
  if (!complete)
    o.fail("ends after " + std::to_string((std::min)(place, bytes.size())) +
           " bytes, before its first frame does; it is cut off or damaged");
  return o;
}

}  // namespace octet::data

#endif
