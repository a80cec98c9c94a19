#include <octet/io/model_options.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace octet;

TEST_CASE("a size is two numbers, width first, or one") {
  CHECK(io::parse_picture_size("416x320") == io::picture_size{416, 320});
  CHECK(io::parse_picture_size("416") == io::picture_size{416, 416});
  CHECK(io::parse_picture_size("1x16384") == io::picture_size{1, 16384});
  for (const char* text : {"", "x", "416x", "x416", "0x4", "-4x4", "4x4x4", "16385", "4 x 4", "4.0", "4*4", "999999999999"})
    CHECK_MESSAGE(!io::parse_picture_size(text), text);
}

TEST_CASE("the option fills the import options or says what is accepted") {
  io::model_options options;
  io::arguments line("program", "Reads.");
  options.add_to(line);
  const char* good[] = {"--size", "64x32", "--classes", "80"};
  CHECK(line.parse(good));
  CHECK(options.classes == 80);
  CHECK(options.size == io::picture_size{64, 32});
  CHECK(io::to_string(*options.size) == "64x32");
  const char* bad[] = {"--size=big"};
  const auto refused = line.parse(bad);
  REQUIRE_FALSE(refused);
  const std::string text = refused.failure().what();
  for (const char* part : {"--size", "'big'", "WxH", "16384"}) CHECK(text.find(part) != text.npos);
  for (const char* classes : {"--classes=0", "--classes=-3", "--classes=8x", "--classes="})
    CHECK_FALSE(line.parse({&classes, 1}));
}
