#ifndef OCTET_DATA_PICTURE_FORMAT_HPP
#define OCTET_DATA_PICTURE_FORMAT_HPP

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace octet::data {

/// What messages say is accepted.
inline constexpr std::string_view accepted_formats = "JPEG, PNG, BMP and GIF are accepted";

enum class picture_format : unsigned char { jpeg, png, bmp, gif, other };

namespace detail {

struct signature {
  std::size_t at;
  std::string_view bytes, name;
};

using namespace std::string_view_literals;

/// Formats that are met among pictures but not read; the more special ones first.
inline constexpr std::array signatures{
    signature{8, "WEBP", "WebP"},
    signature{0, "RIFF", "a RIFF file"},
    signature{4, "ftypavif", "AVIF"},
    signature{4, "ftypavis", "AVIF"},
    signature{4, "ftyphei", "HEIC"},
    signature{4, "ftyphev", "HEIC"},
    signature{4, "ftypmif1", "HEIF"},
    signature{4, "ftypmsf1", "HEIF"},
    signature{4, "ftypcrx", "a raw picture of a camera (CR3)"},
    signature{4, "ftyp", "a video (MP4 or QuickTime)"},
    signature{0, "II*\0"sv, "TIFF, or a raw picture of a camera"},
    signature{0, "MM\0*"sv, "TIFF, or a raw picture of a camera"},
    signature{0, "II+\0"sv, "BigTIFF"},
    signature{0, "MM\0+"sv, "BigTIFF"},
    signature{0, "\0\0\0\x0CjP  "sv, "JPEG 2000"},
    signature{0, "\xFF\x4F\xFF\x51", "JPEG 2000"},
    signature{0, "\0\0\0\x0CJXL "sv, "JPEG XL"},
    signature{0, "\xFF\x0A", "JPEG XL"},
    signature{0, "8BPS", "a Photoshop document"},
    signature{0, "\0\0\1\0"sv, "a Windows icon"},
    signature{0, "icns", "a macOS icon"},
    signature{0, "qoif", "QOI"},
    signature{0, "DDS ", "DDS"},
    signature{0, "\x76\x2F\x31\x01", "OpenEXR"},
    signature{0, "#?R", "Radiance HDR"},
    signature{0, "\x8AMNG", "MNG"},
    signature{0, "\x8BJNG", "JNG"},
    signature{0, "\0\5\x16\7"sv, "a macOS resource file (AppleDouble), not the picture itself"},
    signature{0, "\xD0\xCF\x11\xE0", "a Microsoft compound file, such as Thumbs.db"},
    signature{0, "L\0\0\0\1\x14\2\0"sv, "a Windows shortcut, not the picture itself"},
    signature{0, "%PDF", "PDF"},
    signature{0, "%!PS", "PostScript"},
    signature{0, "PK\3\4", "a ZIP archive"},
    signature{0, "7z\xBC\xAF\x27\x1C", "a 7z archive"},
    signature{0, "\x1F\x8B", "gzip data"},
    signature{0, "\x28\xB5\x2F\xFD", "Zstandard data"},
    signature{0, "\x89HDF", "HDF5"},
    signature{0, "\x93NUMPY", "a NumPy array"},
    signature{0, "version https://git-lfs", "a git-LFS pointer, not the picture itself (git lfs pull fetches it)"},
    signature{1, "PNG\r\n", "a PNG whose first byte is damaged"},
    signature{0, "\x89PNG", "a PNG whose signature is damaged, as by a transfer in text mode"},
    signature{0, "\xEF\xBF\xBD", "bytes that somebody has changed as if they were text"},
    signature{6, "JFIF", "a JPEG whose first bytes are damaged"},
    signature{6, "Exif", "a JPEG whose first bytes are damaged"},
};

inline std::string_view as_text(std::span<const std::uint8_t> bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// What a text is: by its first characters.
inline std::string describe_text(std::string_view text) {
  const auto start = text.find_first_not_of(" \t\r\n");
  std::string head(text.substr(start == text.npos ? 0 : start, 600));
  for (char& c : head)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  if (head.find("<svg") != head.npos) return "SVG";
  if (head.starts_with("<!doctype html") || head.find("<html") != head.npos || head.find("<head") != head.npos)
    return "a web page (HTML), not the picture itself";
  if (head.starts_with("<")) return "XML";
  if (head.starts_with("{") || head.starts_with("[")) return "JSON";
  if (text.size() < 256 && text.find_first_of(" \n") == text.npos && text.find('.') != text.npos)
    return "the text '" + std::string(text) + "', perhaps a link that was checked out as a file";
  return "text";
}

}  // namespace detail

/// Which of the accepted formats a file has, by its first bytes; its name does not matter.
inline picture_format format_of(std::span<const std::uint8_t> bytes) noexcept {
  const std::string_view text = detail::as_text(bytes);
  if (text.starts_with("\xFF\xD8")) return picture_format::jpeg;
  if (text.starts_with("\x89PNG\r\n\x1A\n")) return picture_format::png;
  if (text.starts_with("GIF87a") || text.starts_with("GIF89a")) return picture_format::gif;
  // Two letters alone are too common; the four bytes before the picture's offset are 0 in every file but a few.
  if (text.starts_with("BM") && text.size() >= 18 && bytes[15] == 0 && bytes[16] == 0 && bytes[17] == 0)
    return picture_format::bmp;
  return picture_format::other;
}

/// What the bytes of a file are, for messages that read "is ...". Knows what is met in folders of pictures.
inline std::string describe_content(std::span<const std::uint8_t> bytes) {
  if (bytes.empty()) return "empty";
  switch (format_of(bytes)) {
    case picture_format::jpeg: return "JPEG";
    case picture_format::png: return "PNG";
    case picture_format::bmp: return "BMP";
    case picture_format::gif: return "GIF";
    case picture_format::other: break;
  }
  const std::string_view text = detail::as_text(bytes);
  for (const detail::signature& s : detail::signatures)
    if (text.size() > s.at && text.substr(s.at).starts_with(s.bytes)) return std::string(s.name);
  const auto head = bytes.first((std::min<std::size_t>)(bytes.size(), 4096));
  if (std::all_of(head.begin(), head.end(), [](std::uint8_t b) { return b == 0; }))
    return "zeros, as an interrupted transfer leaves them";
  if (bytes[0] == 'P' && bytes.size() > 2 && bytes[1] >= '1' && bytes[1] <= '7' && bytes[2] <= ' ')
    return "PNM (portable any map)";
  if (std::all_of(head.begin(), head.end(), [](std::uint8_t b) { return b >= ' ' || (b >= '\t' && b <= '\r'); }) &&
      head.size() > 1)
    return detail::describe_text(text);
  std::string unknown = "of an unknown format (first bytes";
  static constexpr char digits[] = "0123456789ABCDEF";
  for (const std::uint8_t b : head.first((std::min<std::size_t>)(head.size(), 4)))
    unknown += std::string{' ', digits[b >> 4], digits[b & 15]};
  return unknown + ")";
}

}  // namespace octet::data

#endif
