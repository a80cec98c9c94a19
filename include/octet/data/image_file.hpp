#ifndef OCTET_DATA_IMAGE_FILE_HPP
#define OCTET_DATA_IMAGE_FILE_HPP

#include <octet/core/result.hpp>
#include <octet/data/image.hpp>
#include <octet/data/stb.hpp>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <system_error>
#include <vector>

namespace octet::data {

/// Pixels that read_image accepts, so that a forged header of a few bytes cannot ask for gigabytes.
inline constexpr std::int64_t max_pixels = 100'000'000;

/// A JPEG or PNG held in memory. `name` is what messages call it. Grey becomes RGB with equal channels, 16 bits become 8,
/// transparency is dropped. Errors: not a picture of these formats, damaged, more than max_pixels.
inline result<image> decode_image(const std::vector<std::uint8_t>& bytes, const std::string& name) {
  if (bytes.size() > std::size_t{1} << 30) return error(errc::limit, name + ": larger than 1 GiB");
  const int size = static_cast<int>(bytes.size());
  int w = 0, h = 0, channels = 0;
  const auto failure = [&] {
    const char* why = stbi_failure_reason();
    return error(errc::syntax,
                 name + ": does not decode (" + (why ? why : "unknown reason") + "); JPEG and PNG are accepted");
  };
  if (size == 0) return error(errc::syntax, name + ": is empty; JPEG and PNG are accepted");
  if (!stbi_info_from_memory(bytes.data(), size, &w, &h, &channels)) return failure();
  if (w <= 0 || h <= 0 || std::int64_t{w} * h > max_pixels)
    return error(errc::limit, name + ": " + std::to_string(w) + " x " + std::to_string(h) + " pixels; at most " +
                                  std::to_string(max_pixels) + " are accepted");
  std::uint8_t* pixels = stbi_load_from_memory(bytes.data(), size, &w, &h, &channels, 3);
  if (!pixels) return failure();
  image picture(w, h);
  picture.pixels.assign(pixels, pixels + picture.pixels.size());
  stbi_image_free(pixels);
  return picture;
}

/// decode_image of a file. Errors: as there, or the file cannot be read.
inline result<image> read_image(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code ignored;
  if (!file || std::filesystem::is_directory(path, ignored))
    return error(errc::io, path.string() + ": cannot be opened; a JPEG or PNG file is expected");
  const std::vector<std::uint8_t> bytes{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return error(errc::io, path.string() + ": cannot be read");
  return decode_image(bytes, path.string());
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
