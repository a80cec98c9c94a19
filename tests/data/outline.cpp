#include <octet/data/bitmap_outline.hpp>
#include <octet/data/jpeg_outline.hpp>
#include <octet/data/png_outline.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "picture_bytes.hpp"
#include "scratch.hpp"

using namespace octet;

namespace {

/// A JPEG of headers alone: frame SOFn, of so many channels.
std::string headers(unsigned char frame, int bits, std::string_view channels, const std::string& before = "") {
  std::string body = made::number(static_cast<std::uint32_t>(bits), 1, true) + made::number(8, 2, true) +
                     made::number(8, 2, true) + static_cast<char>(channels.size());
  for (const char c : channels) body += std::string{c, '\x11', '\0'};
  return "\xFF\xD8" + before + made::segment(frame, body) + made::segment(0xC4, std::string(17, '\0')) +
         made::segment(0xDA, "x") + "\xFF\xD9";
}

std::string problem(const std::string& jpeg) { return data::outline_jpeg(made::of(jpeg)).problem; }

}  // namespace

TEST_CASE("kinds of JPEG that are not read are named") {
  const std::string adobe0 = made::segment(0xEE, std::string("Adobe\0d\0\0\0\0\0", 12));
  CHECK(problem(headers(0xC0, 8, "\1\2\3")).empty());
  CHECK(problem(headers(0xC2, 8, "\1")).empty());
  CHECK(problem(headers(0xC0, 8, "CMYK", adobe0)).empty());
  CHECK(problem(headers(0xC0, 8, "CMYK")).starts_with("is a JPEG of four inks without Adobe's marker"));
  CHECK(problem(headers(0xC3, 8, "\1")).starts_with("is a lossless JPEG"));
  CHECK(problem(headers(0xC9, 8, "\1")).starts_with("is a JPEG with arithmetic codes"));
  CHECK(problem(headers(0xC5, 8, "\1")).starts_with("is a hierarchical JPEG"));
  CHECK(problem(headers(0xF7, 8, "\1")).starts_with("is JPEG-LS"));
  CHECK(problem(headers(0xC1, 12, "\1")).starts_with("is a JPEG of 12 bits"));
  CHECK(problem(headers(0xC0, 8, "\1\2")).starts_with("is a JPEG of 2 channels"));
  CHECK(problem("\xFF\xD8\xFF\xD9").starts_with("is a JPEG without frame header"));
}

TEST_CASE("a picture that is cut off anywhere is found") {
  const std::string rows("\0\1\2\3\4\5\6\0\1\2\3\4\5\6", 14);
  const std::string jpeg = made::jpeg(sample_picture(40, 30)), png = made::png(2, 2, 8, 2, rows), gif = made::gif(),
                    bmp = made::bmp(2, 2, std::string(12, 'x'));
  CHECK(data::outline_jpeg(made::of(jpeg)).problem.empty());
  CHECK(data::outline_png(made::of(png)).problem.empty());
  CHECK(data::outline_gif(made::of(gif)).problem.empty());
  CHECK(data::outline_bmp(made::of(bmp)).problem.empty());
  for (std::size_t size = 2; size + 1 < jpeg.size(); ++size)
    REQUIRE_FALSE(data::outline_jpeg(made::of(jpeg.substr(0, size))).problem.empty());
  for (std::size_t size = 8; size < png.size(); ++size)
    REQUIRE_FALSE(data::outline_png(made::of(png.substr(0, size))).problem.empty());
  // The second frame does not matter; the first ends 27 bytes into the file's rest.
  for (std::size_t size = 6; size < 25 + 10 + 1 + 3; ++size)
    REQUIRE_FALSE(data::outline_gif(made::of(gif.substr(0, size))).problem.empty());
  for (std::size_t size = 30; size < bmp.size() - 2; ++size)
    REQUIRE_FALSE(data::outline_bmp(made::of(bmp.substr(0, size))).problem.empty());
}

TEST_CASE("a PNG whose bytes changed on the way is found by its checksums") {
  std::string png = made::png(2, 1, 8, 2, std::string("\0\1\2\3\4\5\6", 7));
  png[16 + 8] ^= 1;
  CHECK(data::outline_png(made::of(png)).problem.starts_with("its chunk IHDR at byte 8 is damaged"));
}

TEST_CASE("headers that promise more than the file can hold are found before memory is asked for") {
  const std::string png = made::png(9000, 9000, 8, 2, "few");
  CHECK(data::outline_png(made::of(png)).problem.starts_with("its header promises 9000 x 9000 pixels"));
  std::string gif = made::gif();
  gif.replace(6, 4, "\x20\x20\x20\x20");
  CHECK(data::outline_gif(made::of(gif)).problem.starts_with("its header promises 8224 x 8224"));
  std::string jpeg = made::jpeg(sample_picture(8, 8));
  const auto frame = jpeg.find(std::string("\xFF\xC0", 2));
  jpeg.replace(frame + 5, 4, "\x20\x20\x20\x20");
  CHECK(problem(jpeg).starts_with("its header promises 8224 x 8224"));
}
