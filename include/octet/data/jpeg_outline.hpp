#ifndef OCTET_DATA_JPEG_OUTLINE_HPP
#define OCTET_DATA_JPEG_OUTLINE_HPP

#include <octet/data/outline.hpp>
#include <octet/data/picture_format.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace octet::data {

namespace detail {

/// What the markers of a JPEG say, up to the first end marker; what follows that (other pictures of an MPO) is not read.
struct jpeg_markers {
  unsigned frame = 0;      ///< the marker SOFn, or 0
  unsigned precision = 0;  ///< bits
  unsigned components = 0;
  int transform = -1;  ///< in Adobe's marker; -1: there is none
  bool tables = false, scan = false, end = false;
};

constexpr bool is_frame(unsigned marker) {
  return (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC) || marker == 0xF7;
}

inline jpeg_markers walk_jpeg(std::span<const std::uint8_t> bytes, outline& o) {
  jpeg_markers j;
  std::size_t at = 2;
  const auto rest = [&] { return bytes.subspan(at); };
  while (!j.end) {
    // Bytes that belong to no segment are scan data, or junk that every decoder passes over.
    at = static_cast<std::size_t>(std::find(bytes.begin() + static_cast<std::ptrdiff_t>(at), bytes.end(), 0xFF) -
                                  bytes.begin());
    while (at < bytes.size() && bytes[at] == 0xFF) ++at;
    if (at >= bytes.size()) break;
    const unsigned marker = bytes[at++];
    j.end = marker == 0xD9;
    if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD9)) continue;
    const std::size_t length = number_at(bytes, at, 2, true);
    if (length < 2) continue;
    if (length > rest().size()) break;
    const auto body = rest().subspan(2, length - 2);
    at += length;
    if (is_frame(marker) && !j.frame) {
      j.frame = marker, j.precision = number_at(body, 0, 1, true), j.components = number_at(body, 5, 1, true);
      o.height = static_cast<int>(number_at(body, 1, 2, true)), o.width = static_cast<int>(number_at(body, 3, 2, true));
    }
    j.tables |= marker == 0xC4, j.scan |= marker == 0xDA;
    if (marker == 0xE1 && as_text(body).starts_with(std::string_view("Exif\0\0", 6)) && o.orientation == 1)
      o.orientation = exif_orientation(body.subspan(6));
    if (marker == 0xEE && as_text(body).starts_with("Adobe") && body.size() >= 12) j.transform = body[11];
  }
  return j;
}

}  // namespace detail

/// Of a JPEG. Cost: one look at every byte of the scans.
inline outline outline_jpeg(std::span<const std::uint8_t> bytes) {
  outline o;
  const detail::jpeg_markers j = detail::walk_jpeg(bytes, o);
  static constexpr const char* baseline = "; baseline and progressive JPEG of 8 bits with Huffman codes are accepted";
  if (!j.frame) {
    o.fail("is a JPEG without frame header; it is damaged or cut off");
    return o;
  }
  const unsigned kind = j.frame & 3u;
  if (j.frame == 0xF7) o.fail(std::string("is JPEG-LS") + baseline, errc::unsupported);
  if (kind == 3) o.fail(std::string("is a lossless JPEG") + baseline, errc::unsupported);
  if (j.frame >= 0xC9) o.fail(std::string("is a JPEG with arithmetic codes") + baseline, errc::unsupported);
  if (j.frame >= 0xC5) o.fail(std::string("is a hierarchical JPEG") + baseline, errc::unsupported);
  if (j.precision != 8)
    o.fail("is a JPEG of " + std::to_string(j.precision) + " bits" + baseline, errc::unsupported);
  if (j.components != 1 && j.components != 3 && j.components != 4)
    o.fail("is a JPEG of " + std::to_string(j.components) + " channels; 1, 3 and 4 are accepted", errc::unsupported);
  if (j.components == 4 && j.transform != 0 && j.transform != 2)
    o.fail("is a JPEG of four inks without Adobe's marker, so that nobody knows how to mix them; CMYK and YCCK with the "
           "marker are accepted",
           errc::unsupported);
  if (!j.scan) o.fail("ends after " + std::to_string(bytes.size()) + " bytes, before the picture begins; it is cut off");
  if (!j.tables)
    o.fail("is a JPEG without Huffman tables, as in videos (motion JPEG); pictures with tables are accepted",
           errc::unsupported);
  // A block of 64 pixels takes a bit at least.
  o.bound(bytes.size(), 512);
  if (!j.end) o.fail("ends after " + std::to_string(bytes.size()) + " bytes, before the picture does; it is cut off");
  return o;
}

}  // namespace octet::data

#endif
