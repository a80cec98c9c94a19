#include <octet/data/image_file.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

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
  // 2 x 1 pixels each, made with zlib's stored blocks.
  constexpr unsigned char grey[] = {0x89, 'P', 'N', 'G', 13,  10,   26, 10, 0, 0,   0,    13,   'I', 'H', 'D', 'R', 0, 0,
                                    0,    2,   0,   0,   0,   1,    8,  0,  0, 0,   0,    0,    0,   0,   0,   0,   0, 0,
                                    14,   'I', 'D', 'A', 'T', 0x78, 1,  1,  3, 0,   0xFC, 0xFF, 0,   10,  200, 0,   0, 0,
                                    0,    0,   0,   0,   0,   0,    0,  0,  0, 'I', 'E',  'N',  'D', 0,   0,   0,   0};
  const auto from_grey = data::decode_image({std::begin(grey), std::end(grey)}, "grey");
  REQUIRE_MESSAGE(from_grey, from_grey.failure().what());
  CHECK(from_grey->pixels == std::vector<std::uint8_t>{10, 10, 10, 200, 200, 200});

  constexpr unsigned char alpha[] = {
      0x89, 'P', 'N', 'G', 13, 10, 26, 10, 0, 0, 0,  13,  'I', 'H', 'D', 'R',  0, 0,   0,   2,   0,    0,    0, 1, 8, 6,
      0,    0,   0,   0,   0,  0,  0,  0,  0, 0, 20, 'I', 'D', 'A', 'T', 0x78, 1, 1,   9,   0,   0xF6, 0xFF, 0, 1, 2, 3,
      255,  4,   5,   6,   0,  0,  0,  0,  0, 0, 0,  0,   0,   0,   0,   0,    0, 'I', 'E', 'N', 'D',  0,    0, 0, 0};
  const auto from_alpha = data::decode_image({std::begin(alpha), std::end(alpha)}, "alpha");
  REQUIRE_MESSAGE(from_alpha, from_alpha.failure().what());
  CHECK(from_alpha->pixels == std::vector<std::uint8_t>{1, 2, 3, 4, 5, 6});
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
  says(data::read_image(folder.path).failure(), errc::io, "cannot be opened");
  says(data::read_image(write("empty.png", "")).failure(), errc::syntax, "empty.png: is empty");
  says(data::read_image(write("text.jpg", "no picture at all")).failure(), errc::syntax, "text.jpg: does not decode");
  // 12000 x 12000 pixels in 33 bytes.
  const std::string huge("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x2e\xe0\0\0\x2e\xe0\x08\2\0\0\0\0\0\0\0", 33);
  says(data::read_image(write("huge.png", huge)).failure(), errc::limit,
       "huge.png: 12000 x 12000 pixels; at most 100000000");

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
    CHECK(pictures > 10);
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
