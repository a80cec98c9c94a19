#ifndef OCTET_TESTS_DATA_PICTURE_BYTES_HPP
#define OCTET_TESTS_DATA_PICTURE_BYTES_HPP

#include <octet/data/image_file.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// Pictures built byte by byte.
namespace made {

using bytes = std::vector<std::uint8_t>;

inline bytes of(std::string_view text) { return {text.begin(), text.end()}; }

inline std::string number(std::uint32_t n, int count, bool big) {
  std::string s;
  for (int i = 0; i < count; ++i) {
    const int place = big ? count - 1 - i : i;
    s += static_cast<char>(place < 4 ? n >> 8 * place : 0);
  }
  return s;
}

inline std::string jpeg(const octet::data::image& p) {
  std::string to;
  const auto append = [](void* s, void* data, int size) {
    static_cast<std::string*>(s)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  };
  stbi_write_jpg_to_func(append, &to, p.width, p.height, 3, p.pixels.data(), 98);
  return to;
}

/// TIFF's header and a directory of two entries, the second of which is the orientation.
inline std::string exif(int orientation, bool big, std::uint32_t type = 3) {
  const auto n = [&](std::uint32_t x, int count) { return number(x, count, big); };
  const std::string value = type == 3 ? n(static_cast<std::uint32_t>(orientation), 2) + n(0, 2)
                                      : n(static_cast<std::uint32_t>(orientation), 4);
  return (big ? "MM" : "II") + n(42, 2) + n(8, 4) + n(2, 2) + n(0x100, 2) + n(4, 2) + n(1, 4) + n(7, 4) + n(0x112, 2) +
         n(type, 2) + n(1, 4) + value + n(0, 4);
}

inline std::string segment(unsigned char marker, const std::string& body) {
  const auto length = static_cast<std::uint32_t>(body.size() + 2);
  return std::string{'\xFF', static_cast<char>(marker)} + number(length, 2, true) + body;
}

/// The JPEG with a segment right after its first two bytes.
inline std::string with(std::string file, const std::string& added) { return file.insert(2, added); }

inline std::string with_exif(const std::string& file, const std::string& tiff) {
  return with(file, segment(0xE1, std::string("Exif\0\0", 6) + tiff));
}

inline std::string chunk(const std::string& type, const std::string& body) {
  const bytes sum = of(type + body);
  return number(static_cast<std::uint32_t>(body.size()), 4, true) + type + body +
         number(octet::data::crc32(sum), 4, true);
}

/// A PNG of rows that begin with their filter byte. `before`: chunks before the picture's data.
inline std::string png(std::uint32_t w, std::uint32_t h, int depth, int colour, const std::string& rows,
                       const std::string& before = "") {
  std::uint32_t a = 1, b = 0;
  for (const char c : rows) a = (a + static_cast<unsigned char>(c)) % 65521, b = (b + a) % 65521;
  const auto size = static_cast<std::uint32_t>(rows.size());
  const std::string zlib =
      "\x78\1\1" + number(size, 2, false) + number(~size, 2, false) + rows + number(b << 16 | a, 4, true);
  return "\x89PNG\r\n\x1A\n" +
         chunk("IHDR", number(w, 4, true) + number(h, 4, true) + static_cast<char>(depth) + static_cast<char>(colour) +
                           std::string(3, '\0')) +
         before + chunk("IDAT", zlib) + chunk("IEND", "");
}

/// A BMP of 24 bits; rows: from the lowest up, blue first, without padding.
inline std::string bmp(std::uint32_t w, std::uint32_t h, const std::string& rows) {
  std::string pixels;
  for (std::uint32_t y = 0; y < h; ++y) {
    pixels += rows.substr(std::size_t{3} * y * w, std::size_t{3} * w);
    pixels.resize((pixels.size() + 3) / 4 * 4);
  }
  const auto n = [](std::uint32_t x, int count) { return number(x, count, false); };
  return "BM" + n(static_cast<std::uint32_t>(54 + pixels.size()), 4) + n(0, 4) + n(54, 4) + n(40, 4) + n(w, 4) + n(h, 4) +
         n(1, 2) + n(24, 2) + n(0, 24) + pixels;
}

/// A GIF of 2 x 1 pixels, red and blue, and a second frame that turns both black.
inline std::string gif() {
  const auto frame = [](const std::string& packed) {
    return "," + number(0, 8, false).replace(4, 4, std::string("\2\0\1\0", 4)) + '\0' + '\2' + '\2' + packed + '\0';
  };
  // Codes of three bits: clear 4, the two colours, end 5.
  const auto codes = [](int a, int b) { return number(static_cast<std::uint32_t>(4 | a << 3 | b << 6 | 5 << 9), 2, false); };
  return std::string("GIF89a\2\0\1\0\x81\0\0", 13) + std::string("\xFF\0\0\0\0\xFF\0\0\0\0\0\0", 12) + frame(codes(0, 1)) +
         frame(codes(2, 2)) + ';';
}

}  // namespace made

#endif
