#include <octet/data/image_file.hpp>
#include <octet/data/orientation.hpp>

#include <doctest/doctest.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "picture_bytes.hpp"
#include "scratch.hpp"

using namespace octet;
using data::image;

namespace {

/// One byte per pixel, in all three channels.
image letters(int w, int h, std::string_view text) {
  image p(w, h);
  for (std::size_t i = 0; i < p.pixels.size(); ++i) p.pixels[i] = static_cast<std::uint8_t>(text[i / 3]);
  return p;
}

}  // namespace

TEST_CASE("every orientation shows the same upright picture") {
  // a b c
  // d e f
  const image good = letters(3, 2, "abcdef");
  CHECK(data::upright(letters(3, 2, "abcdef"), 1) == good);
  CHECK(data::upright(letters(3, 2, "cbafed"), 2) == good);
  CHECK(data::upright(letters(3, 2, "fedcba"), 3) == good);
  CHECK(data::upright(letters(3, 2, "defabc"), 4) == good);
  CHECK(data::upright(letters(2, 3, "adbecf"), 5) == good);
  CHECK(data::upright(letters(2, 3, "cfbead"), 6) == good);
  CHECK(data::upright(letters(2, 3, "fcebda"), 7) == good);
  CHECK(data::upright(letters(2, 3, "daebfc"), 8) == good);
}

TEST_CASE("the tag is read in both byte orders, and damage means as stored") {
  for (const bool big : {false, true}) {
    for (int o = 1; o <= 8; ++o) {
      CHECK(data::exif_orientation(made::of(made::exif(o, big))) == o);
      CHECK(data::exif_orientation(made::of(made::exif(o, big, 4))) == o);
    }
    CHECK(data::exif_orientation(made::of(made::exif(0, big))) == 1);
    CHECK(data::exif_orientation(made::of(made::exif(9, big))) == 1);
    CHECK(data::exif_orientation(made::of(made::exif(6, big, 7))) == 1);
    const std::string whole = made::exif(6, big);
    for (std::size_t size = 0; size < 34; ++size) CHECK(data::exif_orientation(made::of(whole.substr(0, size))) == 1);
  }
  std::string far = made::exif(6, true);
  far.replace(4, 4, "\xFF\xFF\xFF\xFE");
  CHECK(data::exif_orientation(made::of(far)) == 1);
}

TEST_CASE("changed bytes of EXIF give an orientation, never a crash") {
  std::mt19937 random(7);
  std::array<int, 9> seen{};
  for (int round = 0; round < 200000; ++round) {
    made::bytes tiff = made::of(made::exif(static_cast<int>(random() % 8) + 1, random() & 1));
    for (unsigned n = random() % 5; n > 0; --n) tiff[random() % tiff.size()] = static_cast<std::uint8_t>(random());
    if (random() % 4 == 0) tiff.resize(random() % (tiff.size() + 1));
    tiff.shrink_to_fit();
    const int o = data::exif_orientation(tiff);
    REQUIRE(o >= 1);
    REQUIRE(o <= 8);
    ++seen[static_cast<std::size_t>(o)];
  }
  for (int o = 1; o <= 8; ++o) CHECK(seen[static_cast<std::size_t>(o)] > 1000);
}

TEST_CASE("pictures come upright, and as stored where that is asked for") {
  const image p = sample_picture(24, 16);
  const std::string plain = made::jpeg(p);
  const auto stored = data::decode_image(made::of(plain), "plain");
  REQUIRE(stored);
  for (int o = 1; o <= 8; ++o) {
    const auto file = made::of(made::with_exif(plain, made::exif(o, o % 2 == 0)));
    const auto turned = data::decode_image(file, "turned");
    REQUIRE(turned);
    CHECK(*turned == data::upright(*stored, o));
    const auto as_stored = data::decode_image(file, "stored", {.ignore_orientation = true});
    REQUIRE(as_stored);
    CHECK(*as_stored == *stored);
  }
  // Bad EXIF is passed over, and a second segment may say it.
  const std::string second = made::with_exif(made::with_exif(plain, made::exif(6, true)), "MM");
  const auto turned = data::decode_image(made::of(second), "second");
  REQUIRE(turned);
  CHECK(turned->width == 16);

  const std::string rows("\0\1\1\1\2\2\2", 7);
  for (const std::string& chunk :
       {made::chunk("eXIf", made::exif(3, false)),
        made::chunk("tEXt", std::string("Raw profile type exif\0\nexif\n      32\n", 38) +
                                "4578696600004d4d002a00000008000101120003000000010003000000000000\n")}) {
    const auto png = data::decode_image(made::of(made::png(2, 1, 8, 2, rows, chunk)), "png");
    REQUIRE_MESSAGE(png, png.failure().what());
    CHECK(png->pixels == std::vector<std::uint8_t>{2, 2, 2, 1, 1, 1});
  }

  const scratch folder("sizes");
  const auto path = folder.path / "a.jpg";
  std::ofstream(path, std::ios::binary) << made::with_exif(plain, made::exif(6, true));
  const auto turned_size = data::read_size(path), stored_size = data::read_size(path, {.ignore_orientation = true});
  REQUIRE(turned_size);
  REQUIRE(stored_size);
  CHECK(*turned_size == data::picture_size{16, 24});
  CHECK(*stored_size == data::picture_size{24, 16});
}
