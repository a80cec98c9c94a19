#ifndef OCTET_DATA_IMAGE_FILE_HPP
#define OCTET_DATA_IMAGE_FILE_HPP

#include <octet/core/result.hpp>
#include <octet/data/bitmap_outline.hpp>
#include <octet/data/image.hpp>
#include <octet/data/jpeg_outline.hpp>
#include <octet/data/orientation.hpp>
#include <octet/data/outline.hpp>
#include <octet/data/picture_format.hpp>
#include <octet/data/png_outline.hpp>
#include <octet/data/stb.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace octet::data {

/// Pixels that read_image accepts, so that a forged header of a few bytes cannot ask for gigabytes.
inline constexpr std::int64_t max_pixels = 100'000'000;
inline constexpr std::size_t max_picture_bytes = std::size_t{1} << 30;

struct decode_options {
  bool ignore_orientation = false;  ///< leave the picture as it is stored, whatever EXIF says
};

/// Width and height of a picture.
struct picture_size {
  int width = 0, height = 0;
  friend bool operator==(const picture_size&, const picture_size&) = default;
};

namespace detail {

inline result<outline> outline_of(std::span<const std::uint8_t> bytes) {
  outline o;
  switch (format_of(bytes)) {
    case picture_format::jpeg:
      o = outline_jpeg(bytes);
      break;
    case picture_format::png:
      o = outline_png(bytes);
      break;
    case picture_format::bmp:
      o = outline_bmp(bytes);
      break;
    case picture_format::gif:
      o = outline_gif(bytes);
      break;
    case picture_format::other:
      return error(errc::syntax, "is " + describe_content(bytes) + "; " + std::string(accepted_formats));
  }
  const std::int64_t pixels = std::int64_t{o.width} * o.height;
  if (pixels > max_pixels || (pixels == 0 && o.problem.empty()))
    return error(errc::limit, std::to_string(o.width) + " x " + std::to_string(o.height) + " pixels; 1 to " +
                                  std::to_string(max_pixels) + " are accepted");
  if (bytes.size() > max_picture_bytes)
    return error(errc::limit, "larger than " + std::to_string(max_picture_bytes) + " bytes, the most that is accepted");
  if (!o.problem.empty()) return error(o.code, o.problem);
  return o;
}

/// Apple's PNGs: blue and red change places, and colours that were multiplied by alpha become what they were.
inline void from_apple(image& to, const std::uint8_t* bgra) {
  for (std::size_t i = 0; i < to.pixels.size(); i += 3, bgra += 4)
    for (std::size_t c = 0; c < 3; ++c) {
      const unsigned v = bgra[2 - c], a = bgra[3];
      to.pixels[i + c] = static_cast<std::uint8_t>(a == 0 ? v : (std::min)(255u, (255 * v + a / 2) / a));
    }
}

/// The bytes of a regular file. A pipe or device, which could keep a reader waiting, is refused.
inline result<std::vector<std::uint8_t>> picture_bytes(const std::filesystem::path& path) {
  std::error_code problem;
  const auto kind = std::filesystem::status(path, problem).type();
  if (kind == std::filesystem::file_type::directory)
    return error(errc::io, path.string() + ": is a folder; a picture file is expected");
  if (problem || kind == std::filesystem::file_type::not_found)
    return error(errc::io, path.string() + ": cannot be opened (" +
                               (problem ? problem.message() : std::string("no such file")) +
                               "); a picture file is expected");
  if (kind != std::filesystem::file_type::regular)
    return error(errc::io, path.string() + ": is a pipe or a device; a regular file is expected");
  const std::uintmax_t size = std::filesystem::file_size(path, problem);
  std::ifstream file(path, std::ios::binary);
  if (problem || !file) return error(errc::io, path.string() + ": cannot be opened; a readable picture file is expected");
  if (size > max_picture_bytes)
    return error(errc::limit, path.string() + ": " + std::to_string(size) + " bytes; at most " +
                                  std::to_string(max_picture_bytes) + " are accepted");
  std::vector<std::uint8_t> bytes(size);
  file.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(size));
  if (file.gcount() != static_cast<std::streamsize>(size)) return error(errc::io, path.string() + ": cannot be read");
  return bytes;
}

}  // namespace detail

/// A JPEG, PNG, BMP or GIF held in memory; the first frame of a GIF, the main picture of an MPO. `name` is what messages
/// call it. The picture comes as the camera was held (EXIF) unless the options say otherwise. Grey becomes RGB with equal
/// channels, of 16 bits the high 8 are kept, palettes and inks (CMYK, YCCK) become RGB, transparency is dropped: what lies
/// under it shows. Errors: another format, a packing that is not accepted, damaged or cut off, more than max_pixels.
inline result<image> decode_image(std::span<const std::uint8_t> bytes, const std::string& name,
                                  const decode_options& options = {}) {
  const auto outline = detail::outline_of(bytes);
  if (!outline) return outline.failure().within(name);
  const int channels = outline->apple ? 4 : 3;
  int w = 0, h = 0, stored = 0;
  std::uint8_t* pixels =
      stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &w, &h, &stored, channels);
  if (!pixels) {
    const char* why = stbi_failure_reason();
    return error(errc::syntax, name + ": is " + describe_content(bytes) + " but does not decode (" +
                                   (why && *why ? why : "for no reason that the decoder gives") + "); it is damaged");
  }
  image picture(w, h);
  if (outline->apple)
    detail::from_apple(picture, pixels);
  else
    picture.pixels.assign(pixels, pixels + picture.pixels.size());
  stbi_image_free(pixels);
  return options.ignore_orientation ? std::move(picture) : upright(std::move(picture), outline->orientation);
}

/// decode_image of a file. Errors: as there, or it is no regular file that can be read.
inline result<image> read_image(const std::filesystem::path& path, const decode_options& options = {}) {
  const auto bytes = detail::picture_bytes(path);
  if (!bytes) return bytes.failure();
  return decode_image(*bytes, path.string(), options);
}

/// The size that read_image's picture will have, without decoding. Errors: as read_image's, as far as headers show them.
inline result<picture_size> read_size(const std::filesystem::path& path, const decode_options& options = {}) {
  const auto bytes = detail::picture_bytes(path);
  if (!bytes) return bytes.failure();
  const auto o = detail::outline_of(*bytes);
  if (!o) return o.failure().within(path.string());
  const bool turned = !options.ignore_orientation && lies(o->orientation);
  return turned ? picture_size{o->height, o->width} : picture_size{o->width, o->height};
}

/// Writes PNG or JPEG (quality 92), as the extension says, beside its place and renames it: a reader finds the old file or
/// the whole new one. Precondition: pixels.size() == 3 * width * height. Errors: another extension, an empty picture, a
/// folder that cannot be written to, a full disk; nothing stays behind then.
inline result<void> write_image(const std::filesystem::path& path, const image& picture) {
  OCTET_EXPECTS(picture.pixels.size() == image(picture.width, picture.height).pixels.size());
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  if (extension != ".png" && extension != ".jpg" && extension != ".jpeg")
    return error(errc::unsupported,
                 path.string() + ": pictures are written as .png, .jpg or .jpeg, not \"" + extension + '"');

  std::string bytes;
  const auto append = [](void* to, void* data, int size) {
    static_cast<std::string*>(to)->append(static_cast<const char*>(data), static_cast<std::size_t>(size));
  };
  const std::uint8_t* pixels = picture.pixels.data();
  const int w = picture.width, h = picture.height;
  const int done = extension == ".png" ? stbi_write_png_to_func(append, &bytes, w, h, 3, pixels, 3 * w)
                                       : stbi_write_jpg_to_func(append, &bytes, w, h, 3, pixels, 92);
  if (!done || w == 0 || h == 0)
    return error(errc::invalid,
                 path.string() + ": a picture of " + std::to_string(w) + " x " + std::to_string(h) + " cannot be written");

  std::filesystem::path aside = path;
  aside += ".partial";
  std::error_code problem, ignored;
  std::ofstream file(aside, std::ios::binary | std::ios::trunc);
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  if (file) std::filesystem::rename(aside, path, problem);
  if (file && !problem) return {};
  std::filesystem::remove(aside, ignored);
  return error(errc::io, path.string() + ": cannot be written (is its folder there, writable and not full?)");
}

}  // namespace octet::data

#endif
