#ifndef OCTET_DATA_OUTLINE_HPP
#define OCTET_DATA_OUTLINE_HPP

#include <octet/core/result.hpp>
#include <octet/data/orientation.hpp>

#include <cstdint>
#include <string>

namespace octet::data {

/// What the headers of a picture file say, found without decoding it and without memory.
struct outline {
  int width = 0, height = 0;  ///< as stored; 0 where the headers do not say
  int orientation = 1;        ///< EXIF's: 1 to 8
  bool apple = false;         ///< PNG as Apple's tools pack it: blue first, multiplied by alpha
  std::string problem{};      ///< why it cannot be decoded, after the file's name in a sentence; empty: nothing found
  errc code = errc::syntax;

  /// The first problem stays.
  void fail(std::string why, errc kind = errc::syntax) {
    if (problem.empty()) problem = std::move(why), code = kind;
  }
  /// Where a file of so many bytes cannot hold the picture, at most so many pixels a byte: a forged header, or the rest is
  /// missing. Keeps a few bytes from asking for a gigabyte.
  void bound(std::uint64_t bytes, std::uint64_t pixels_a_byte) {
    if (static_cast<std::uint64_t>(width) * static_cast<std::uint64_t>(height) > bytes * pixels_a_byte)
      fail("its header promises " + std::to_string(width) + " x " + std::to_string(height) + " pixels, more than its " +
           std::to_string(bytes) + " bytes can hold; it is damaged");
  }
};

}  // namespace octet::data

#endif
