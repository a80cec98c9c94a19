#include <octet/data/image_file.hpp>

#include <doctest/doctest.h>

#include <sys/stat.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "picture_bytes.hpp"
#include "scratch.hpp"

using namespace octet;
using data::image;

namespace {

std::vector<std::uint8_t> bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

double mean_difference(const image& a, const image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

}  // namespace

TEST_CASE("PNG keeps every pixel, JPEG nearly") {
  const scratch folder("image");
  const image p = sample_picture(61, 47);
  REQUIRE(data::write_image(folder.path / "a.png", p));
  REQUIRE(data::write_image(folder.path / "a.JPG", p));
  const auto png = data::read_image(folder.path / "a.png"), jpeg = data::read_image(folder.path / "a.JPG");
  REQUIRE(png);
  REQUIRE(jpeg);
  CHECK(*png == p);
  CHECK(jpeg->width == 61);
  CHECK(jpeg->height == 47);
  CHECK(mean_difference(*jpeg, p) < 8);
  CHECK(std::distance(std::filesystem::directory_iterator(folder.path), {}) == 2);  // nothing partial is left
}

TEST_CASE("grey and transparent pictures become RGB") {
  const auto pixels = [](const std::string& file) {
    const auto picture = data::decode_image(made::of(file), "made");
    REQUIRE_MESSAGE(picture, picture.failure().what());
    return picture->pixels;
  };
  using values = std::vector<std::uint8_t>;
  CHECK(pixels(made::png(2, 1, 8, 0, std::string("\0\x0A\xC8", 3))) == values{10, 10, 10, 200, 200, 200});
  CHECK(pixels(made::png(2, 1, 1, 0, std::string("\0\x40", 2))) == values{0, 0, 0, 255, 255, 255});
  CHECK(pixels(made::png(1, 1, 16, 2, std::string("\0\1\xFF\2\x80\3\0", 7))) == values{1, 2, 3});
  CHECK(pixels(made::png(2, 1, 8, 6, std::string("\0\1\2\3\xFF\4\5\6\0", 9))) == values{1, 2, 3, 4, 5, 6});
  const std::string palette = made::chunk("PLTE", "abcxyz") + made::chunk("tRNS", std::string("\0", 1));
  CHECK(pixels(made::png(2, 1, 1, 3, std::string("\0\x40", 2), palette)) == values{'a', 'b', 'c', 'x', 'y', 'z'});
}

TEST_CASE("BMP and the first frame of a GIF are read") {
  const auto bmp = data::decode_image(made::of(made::bmp(2, 2, "cbazyxCBAZYX")), "bmp");
  REQUIRE_MESSAGE(bmp, bmp.failure().what());
  CHECK(std::string(bmp->pixels.begin(), bmp->pixels.end()) == "ABCXYZabcxyz");
  const auto gif = data::decode_image(made::of(made::gif()), "gif");
  REQUIRE_MESSAGE(gif, gif.failure().what());
  CHECK(gif->pixels == std::vector<std::uint8_t>{255, 0, 0, 0, 0, 255});
}

TEST_CASE("Apple's PNGs have their colours back in order and undivided by alpha") {
  // Deflate without zlib's frame; blue, green, red times alpha.
  const std::string rows("\0\x03\x02\x01\xFF\x40\x20\x10\x80", 9);
  std::string file = made::png(2, 1, 8, 6, "");
  const std::string deflate = std::string("\1\x09\0\xF6\xFF", 5) + rows;
  file = file.substr(0, 8) + made::chunk("CgBI", std::string("\x50\0\x20\2", 4)) + file.substr(8, 25) +
         made::chunk("IDAT", deflate) + made::chunk("IEND", "");
  const auto picture = data::decode_image(made::of(file), "apple");
  REQUIRE_MESSAGE(picture, picture.failure().what());
  CHECK(picture->pixels == std::vector<std::uint8_t>{1, 2, 3, 32, 64, 128});
}

TEST_CASE("what cannot be read or written is an error that names the file") {
  const scratch folder("image_errors");
  const auto says = [](const error& e, errc code, std::string_view part) {
    CAPTURE(std::string(e.what()));
    CHECK(e.code() == code);
    CHECK(std::string_view(e.what()).find(part) != std::string_view::npos);
  };
  const auto write = [&](const char* name, std::string_view text) {
    std::ofstream(folder.path / name, std::ios::binary) << text;
    return folder.path / name;
  };
  says(data::read_image(folder.path / "none.jpg").failure(), errc::io, "none.jpg");
  says(data::read_image(folder.path).failure(), errc::io, "is a folder");
  const auto pipe = folder.path / "pipe.jpg";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  says(data::read_image(pipe).failure(), errc::io, "pipe.jpg: is a pipe or a device");
  says(data::read_image(write("empty.png", "")).failure(), errc::syntax, "empty.png: is empty");
  says(data::read_image(write("text.jpg", "no picture at all")).failure(), errc::syntax,
       "text.jpg: is text; JPEG, PNG, BMP and GIF are accepted");
  // 12000 x 12000 pixels in 33 bytes.
  const std::string huge("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x2e\xe0\0\0\x2e\xe0\x08\2\0\0\0\0\0\0\0", 33);
  says(data::read_image(write("huge.png", huge)).failure(), errc::limit,
       "huge.png: 12000 x 12000 pixels; 1 to 100000000");

  const image p = sample_picture(4, 4);
  says(data::write_image(folder.path / "a.bmp", p).failure(), errc::unsupported, "\".bmp\"");
  says(data::write_image(folder.path / "none" / "a.png", p).failure(), errc::io, "a.png: cannot be written");
  says(data::write_image(folder.path / "b.png", image()).failure(), errc::invalid, "0 x 0");
  CHECK_FALSE(std::filesystem::exists(folder.path / "b.png"));
  // The place is taken by a folder: nothing partial stays.
  std::filesystem::create_directories(folder.path / "c.png" / "d");
  says(data::write_image(folder.path / "c.png", p).failure(), errc::io, "c.png");
  CHECK_FALSE(std::filesystem::exists(folder.path / "c.png.partial"));
}

TEST_CASE("damaged pictures are errors or pictures, never a crash") {
  const scratch folder("image_damage");
  const image p = sample_picture(96, 64);
  std::mt19937 random(2024);
  for (const char* name : {"a.png", "a.jpg"}) {
    REQUIRE(data::write_image(folder.path / name, p));
    const auto whole = bytes_of(folder.path / name);
    int errors = 0, pictures = 0;
    for (int round = 0; round < 1500; ++round) {
      auto damaged = whole;
      if (round % 3 == 0) damaged.resize(random() % whole.size());
      for (unsigned n = round % 3 == 1 ? 1 : random() % 8; n > 0 && !damaged.empty(); --n) {
        // Every other hit goes into the headers.
        const std::size_t end = random() % 2 ? damaged.size() : std::min<std::size_t>(damaged.size(), 700);
        damaged[random() % end] ^= static_cast<std::uint8_t>(1u << random() % 8);
      }
      const auto result = data::decode_image(damaged, "damaged");
      if (!result) {
        ++errors;
        CHECK(std::string_view(result.failure().what()).starts_with("damaged: "));
      } else {
        ++pictures;
        CHECK(result->pixels.size() == image(result->width, result->height).pixels.size());
      }
    }
    CHECK(errors > 100);
    // Checksums find nearly every change in a PNG.
    CHECK(pictures > (whole[0] == 0xFF ? 10 : 0));
  }
}

TEST_CASE("real pictures decode") {
  const char* root = std::getenv("OCTET_DATA");
  if (!root) {
    MESSAGE("skipped: OCTET_DATA is not set, so there are no COCO pictures");
    return;
  }
  const auto p = data::read_image(std::filesystem::path(root) / "coco/val2017/000000000139.jpg");
  REQUIRE(p);
  const auto source = data::read_image(std::filesystem::path(root) / "golden/resize/139_source.png");
  REQUIRE(source);
  CHECK(p->width == 640);
  CHECK(p->height == 426);
  // libjpeg decoded the source; decoders may differ by a level or two.
  CHECK(mean_difference(*p, *source) < 0.5);
}
