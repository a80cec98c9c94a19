#ifndef OCTET_COCO_JSON_STRING_HPP
#define OCTET_COCO_JSON_STRING_HPP

#include <octet/core/config.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <string>
#include <string_view>
#include <system_error>

/// The inside of strings in JSON. Every function starts at `at`, moves it past what it has read or to what is wrong, and
/// gives nothing, or what would be accepted there.
namespace octet::coco::detail {

using expected_text = std::string_view;

/// Four hexadecimal digits, after the letter u at `at`; moves to the last one.
inline expected_text read_code(const char*& at, const char* end, unsigned& code) {
  const auto [stop, problem] = std::from_chars(at + 1, at + (std::min<std::ptrdiff_t>)(5, end - at), code, 16);
  if (problem != std::errc{} || stop != at + 5) return "four hexadecimal digits";
  at += 4;
  return {};
}

/// Appends a character as UTF-8.
inline void append_utf8(std::string& text, unsigned code) {
  const auto byte = [&](unsigned x) { text += static_cast<char>(x); };
  if (code >= 0x10000)
    byte(0xf0 | code >> 18), byte(0x80 | (code >> 12 & 63));
  else if (code >= 0x800)
    byte(0xe0 | code >> 12);
  if (code >= 0x800)
    byte(0x80 | (code >> 6 & 63));
  else if (code >= 0x80)
    byte(0xc0 | code >> 6);
  byte(code < 0x80 ? code : 0x80 | (code & 63));
}

/// The escape of a code, from the letter u at `at`; the two halves of a pair make one character.
inline expected_text read_unicode(const char*& at, const char* end, std::string& text) {
  unsigned code = 0;
  if (const auto wrong = read_code(at, end, code); !wrong.empty()) return wrong;
  if (code >= 0xd800 && code < 0xdc00 && end - at > 6 && at[1] == '\\' && at[2] == 'u') {
    const char* const first = at;
    unsigned low = 0;
    at += 2;
    if (const auto wrong = read_code(at, end, low); !wrong.empty()) return wrong;
    if (low >= 0xdc00 && low < 0xe000)
      code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
    else
      at = first;
  }
  append_utf8(text, code);
  return {};
}

/// Appends what stands before the closing quotation mark, escapes resolved, and moves past the mark.
inline expected_text read_escaped(const char*& at, const char* end, std::string& text) {
  for (; at != end && *at != '"'; ++at) {
    if (static_cast<unsigned char>(*at) < 0x20) return "no control character inside a string";
    if (*at != '\\') {
      text += *at;
      continue;
    }
    if (++at == end) break;
    constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
    if (const auto k = from.find(*at); k != from.npos)
      text += to[k];
    else if (*at != 'u')
      return "an escape of JSON";
    else if (const auto wrong = read_unicode(at, end, text); !wrong.empty())
      return wrong;
  }
  if (at == end) return "the end of the string";
  ++at;
  return {};
}

}  // namespace octet::coco::detail

#endif
