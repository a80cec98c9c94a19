#include <octet/data/picture_format.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "picture_bytes.hpp"
#include "scratch.hpp"

using namespace octet;

TEST_CASE("formats are told by content") {
  CHECK(data::format_of(made::of(made::jpeg(sample_picture(8, 8)))) == data::picture_format::jpeg);
  CHECK(data::format_of(made::of(made::png(1, 1, 8, 0, std::string(2, '\0')))) == data::picture_format::png);
  CHECK(data::format_of(made::of(made::gif())) == data::picture_format::gif);
  CHECK(data::format_of(made::of(made::bmp(1, 1, "abc"))) == data::picture_format::bmp);
  CHECK(data::format_of(made::of("BMW drives past the camera")) == data::picture_format::other);
}

TEST_CASE("what is not read is named") {
  using namespace std::string_view_literals;
  const auto is = [](std::string_view bytes, std::string_view name) {
    CAPTURE(std::string(name));
    CHECK(data::describe_content(made::of(bytes)).find(name) != std::string::npos);
  };
  is("", "empty");
  is("RIFF\x10\0\0\0WEBPVP8 "sv, "WebP");
  is("\0\0\0\x18" "ftypheic\0\0\0\0"sv, "HEIC");
  is("\0\0\0\x18" "ftypavif\0\0\0\0"sv, "AVIF");
  is("\0\0\0\x18" "ftypisom\0\0\0\0"sv, "video");
  is("II*\0\x08\0\0\0"sv, "TIFF");
  is("MM\0*\0\0\0\x08"sv, "TIFF");
  is("<?xml version=\"1.0\"?>\n<svg xmlns=\"x\"/>", "SVG");
  is("\n<!DOCTYPE HTML><title>404</title>", "HTML");
  is("{\"message\": \"not found\"}", "JSON");
  is("version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n", "git-LFS pointer");
  is("P6\n2 2\n255\n", "PNM");
  is("../raw/a.jpg", "'../raw/a.jpg', perhaps a link");
  is("nothing to see here", "text");
  is("\0\5\x16\7\0\2\0\0"sv, "AppleDouble");
  is("\0\0\0\0\0\0\0\0"sv, "zeros");
  is("\x09PNG\r\n\x1A\n", "first byte is damaged");
  is("\x01\xFE\x80\x90\xAA", "first bytes 01 FE 80 90");
}
