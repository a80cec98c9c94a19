#include <octet/coco/json_string.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

/// What stands before the closing quotation mark of `inside`, or after an exclamation mark what is expected, and where.
std::string unescaped(std::string_view inside) {
  std::string text;
  const char* at = inside.data();
  const auto expected = octet::coco::detail::read_escaped(at, inside.data() + inside.size(), text);
  const auto place = std::to_string(at - inside.data());
  return expected.empty() ? text + '@' + place : '!' + std::string(expected) + '@' + place;
}

}  // namespace

TEST_CASE("escapes become their characters, and reading ends after the closing mark") {
  CHECK(unescaped(R"(", "next")") == "@1");
  CHECK(unescaped(R"(plain" )") == "plain@6");
  CHECK(unescaped(R"(\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t@17");
  CHECK(unescaped("k\xc3\xb6nig\"") == "k\xc3\xb6nig@7");
}

TEST_CASE("codes become UTF-8 of one to four bytes, and the halves of a pair one character") {
  CHECK(unescaped(R"(\u0041\u00e5\u732b")") == "A\xc3\xa5\xe7\x8c\xab@19");
  CHECK(unescaped(R"(\ud83d\ude00")") == "\xf0\x9f\x98\x80@13");
  CHECK(unescaped(R"(\ud83d\u0041")") ==
        "\xed\xa0\xbd"
        "A@13");
  CHECK(unescaped(R"(\ud83d")") == "\xed\xa0\xbd@7");
}

TEST_CASE("what is no string is named, with its place") {
  CHECK(unescaped("") == "!the end of the string@0");
  CHECK(unescaped("open") == "!the end of the string@4");
  CHECK(unescaped("open\\") == "!the end of the string@5");
  CHECK(unescaped(R"(\x")") == "!an escape of JSON@1");
  CHECK(unescaped("a\nb\"") == "!no control character inside a string@1");
  for (const char* few : {R"(\u12)", R"(\u12g4")", R"(\u")", R"(\ud83d\u12")"})
    CHECK_MESSAGE(unescaped(few).starts_with("!four hexadecimal digits"), few);
}
