#ifndef OCTET_COCO_JSON_HPP
#define OCTET_COCO_JSON_HPP

#include <octet/core/result.hpp>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace octet::coco {

/// Reads JSON from memory, one value at a time, in the order of the text. Numbers are correctly rounded; NaN, Infinity and
/// -Infinity are accepted as Python writes them. Every function returns false once something is wrong; failure() then says
/// where, what was found and what is accepted. Nesting is limited to 64 levels.
class json_reader {
 public:
  /// `name` is what messages call the text; both must outlive the reader.
  json_reader(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  /// Calls member(key) for every member; it must read the value.
  template <class Member>
  bool object(Member&& member) {
    if (!open('{', "an object")) return false;
    std::string key;
    for (bool first = true; !closes('}'); first = false) {
      if (!first && !expect(',')) return false;
      if (!string(key) || !expect(':') || !member(std::string_view(key))) return false;
    }
    return close();
  }

  /// Calls element() for every element; it must read the value.
  template <class Element>
  bool array(Element&& element) {
    if (!open('[', "an array")) return false;
    for (bool first = true; !closes(']'); first = false)
      if ((!first && !expect(',')) || !element()) return false;
    return close();
  }

  bool number(double& value) {
    space();
    constexpr double inf = std::numeric_limits<double>::infinity();
    if (word("NaN")) return value = std::numeric_limits<double>::quiet_NaN(), true;
    if (word("Infinity")) return value = inf, true;
    if (word("-Infinity")) return value = -inf, true;
    const char c = peek();
    if (c != '-' && (c < '0' || c > '9')) return fail("a number");
    const auto [end, problem] = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (problem == std::errc::invalid_argument) return fail("a number");
    if (problem == std::errc::result_out_of_range) {  // from_chars leaves the value as it was
      const std::string digits(text_.data() + at_, end);
      value = std::strtod(digits.c_str(), nullptr);
    }
    at_ = static_cast<std::size_t>(end - text_.data());
    return true;
  }

  /// An integer, also as 1.0 or 1e0.
  bool integer(std::int64_t& value) {
    space();
    const std::size_t start = at_;
    double x = 0;
    if (!number(x)) return false;
    if (!(x >= -9007199254740992.0 && x <= 9007199254740992.0) || x != static_cast<double>(static_cast<std::int64_t>(x))) {
      at_ = start;
      return fail("an integer");
    }
    value = static_cast<std::int64_t>(x);
    return true;
  }

  bool string(std::string& value) {
    space();
    if (peek() != '"') return fail("a string");
    value.clear();
    for (++at_; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20) return fail("no control character inside a string");
      if (text_[at_] != '\\') {
        value += text_[at_];
        continue;
      }
      if (++at_ >= text_.size()) break;
      static constexpr std::string_view from = "\"\\/bfnrt", to = "\"\\/\b\f\n\r\t";
      if (const auto k = from.find(text_[at_]); k != from.npos)
        value += to[k];
      else if (text_[at_] == 'u') {
        if (!unicode(value)) return false;
      } else
        return fail("an escape of JSON");
    }
    if (at_ >= text_.size()) return fail("the end of the string");
    ++at_;
    return true;
  }

  /// Reads over one value of any kind.
  bool skip() {
    space();
    std::string s;
    double x = 0;
    switch (peek()) {
      case '{':
        return object([&](std::string_view) { return skip(); });
      case '[':
        return array([&] { return skip(); });
      case '"':
        return string(s);
      case 't':
        return word("true") || fail("a value");
      case 'f':
        return word("false") || fail("a value");
      case 'n':
        return word("null") || fail("a value");
      default:
        return number(x);
    }
  }

  /// True if nothing but white space is left.
  bool end() {
    space();
    return at_ == text_.size() || fail("the end of the file");
  }

  /// The character that the next value starts with, 0 at the end.
  char next() {
    space();
    return peek();
  }

  /// Notes the first error, at the place reached: `expected` is what would be accepted. Returns false.
  bool fail(std::string_view expected, errc code = errc::syntax) {
    if (failure_) return false;
    std::size_t line = 1, column = 1;
    for (std::size_t i = 0; i < at_ && i < text_.size(); ++i) text_[i] == '\n' ? (++line, column = 1) : ++column;
    std::string found = at_ < text_.size() ? "'" + std::string(text_.substr(at_, 16)) + "'" : "the end of the file";
    for (char& c : found)
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    failure_ = error(code, std::string(name_) + ": line " + std::to_string(line) + ", column " + std::to_string(column) +
                               ": found " + found + ", expected " + std::string(expected));
    return false;
  }
  const error& failure() const { return *failure_; }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t' || text_[at_] == '\r'))
      ++at_;
  }
  bool word(std::string_view w) {
    if (text_.substr(at_, w.size()) != w) return false;
    at_ += w.size();
    return true;
  }
  bool expect(char c) {
    space();
    if (peek() != c) return fail(c == ',' ? "',' or the end of the list" : "':'");
    ++at_;
    return true;
  }
  bool open(char c, std::string_view what) {
    space();
    if (peek() != c) return fail(what);
    if (++depth_ > 64) return fail("at most 64 levels of nesting", errc::limit);
    ++at_;
    return true;
  }
  bool closes(char c) {
    space();
    return peek() == c;
  }
  bool close() {
    ++at_;
    --depth_;
    return true;
  }
  bool unicode(std::string& value) {
    unsigned code = 0;
    const auto [end, problem] =
        std::from_chars(text_.data() + at_ + 1, text_.data() + std::min(at_ + 5, text_.size()), code, 16);
    if (problem != std::errc{} || end != text_.data() + at_ + 5) return fail("four hexadecimal digits");
    at_ += 4;
    if (code < 0x80)
      value += static_cast<char>(code);
    else if (code < 0x800)
      (value += static_cast<char>(0xc0 | code >> 6)) += static_cast<char>(0x80 | (code & 63));
    else
      ((value += static_cast<char>(0xe0 | code >> 12)) += static_cast<char>(0x80 | (code >> 6 & 63))) +=
          static_cast<char>(0x80 | (code & 63));
    return true;
  }

  std::string_view text_, name_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::optional<error> failure_;
};

}  // namespace octet::coco

#endif
