#ifndef OCTET_COCO_JSON_HPP
#define OCTET_COCO_JSON_HPP

#include <octet/coco/json_string.hpp>
#include <octet/coco/number.hpp>
#include <octet/core/result.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace octet::coco {

/// Reads JSON from memory, one value at a time, in the order of the text; a byte order mark of UTF-8 is passed over. Numbers
/// are correctly rounded; NaN, Infinity and -Infinity are accepted as Python writes them. Every function returns false once
/// something is wrong; failure() then says where, what was found and what is accepted. Nesting is limited to 64 levels.
class json_reader {
 public:
  /// `name` is what messages call the text; both must outlive the reader. Reading starts at byte `first`, inside of `depth`
  /// lists or objects.
  json_reader(std::string_view text, std::string_view name, std::size_t first = 0, int depth = 0)
      : begin_(text.data()), at_(begin_ + first), end_(begin_ + text.size()), name_(name), depth_(depth) {
    if (first == 0 && text.starts_with(mark)) at_ += mark.size();
  }

  /// Calls member(key) for every member; it must read the value. The key is valid until then.
  template <class Member>
  bool object(Member&& member) {
    if (!open('{', "an object")) return false;
    std::string storage;
    for (bool first = true; next() != '}'; first = false) {
      std::string_view key;
      if (!first && !expect(',')) return false;
      if (!string(key, storage) || !expect(':') || !member(key)) return false;
    }
    return close();
  }

  /// Calls element() for every element; it must read the value.
  template <class Element>
  bool array(Element&& element) {
    if (!open('[', "an array")) return false;
    for (bool first = true; next() != ']'; first = false)
      if ((!first && !expect(',')) || !element()) return false;
    return close();
  }

  bool number(double& value) {
    space();
    if (const char* end = detail::read_number(at_, end_, value)) return at_ = end, true;
    constexpr double inf = std::numeric_limits<double>::infinity();
    if (word("NaN")) return value = std::numeric_limits<double>::quiet_NaN(), true;
    if (word("Infinity")) return value = inf, true;
    if (word("-Infinity")) return value = -inf, true;
    return fail("a number");
  }

  /// An integer from -2^63 to 2^63-1, also as 1.0 or 1e0, which then is that of the nearest double.
  bool integer(std::int64_t& value) {
    space();
    const char* const start = at_;
    const bool negative = peek() == '-';
    const char *const first = at_ + negative, *digit = first;
    std::uint64_t whole = 0;
    const auto is_digit = [&] { return digit != end_ && static_cast<unsigned char>(*digit - '0') < 10; };
    for (; digit - first < 19 && is_digit(); ++digit) whole = whole * 10 + static_cast<std::uint64_t>(*digit - '0');
    const bool more = is_digit() || (digit != end_ && (*digit == '.' || *digit == 'e' || *digit == 'E'));
    const bool plain = digit != first && (*first != '0' || digit - first == 1) && !more;
    if (plain && whole < (std::uint64_t{1} << 63) + negative) {
      value = static_cast<std::int64_t>(negative ? 0 - whole : whole);
      return at_ = digit, true;
    }
    double x = 0;
    if (!number(x)) return false;
    if (x >= -0x1p63 && x < 0x1p63 && x == static_cast<double>(static_cast<std::int64_t>(x)) &&
        std::any_of(digit, at_, [](char c) { return c == '.' || c == 'e' || c == 'E'; }))
      return value = static_cast<std::int64_t>(x), true;
    at_ = start;
    if (!std::isfinite(x) || x != std::floor(x)) return fail("an integer");
    return fail("an integer from -9223372036854775808 to 9223372036854775807, not one out of range", errc::limit);
  }

  /// A string; the view is of the text where it has no escapes, else of `storage`.
  bool string(std::string_view& value, std::string& storage) {
    if (next() != '"') return fail("a string");
    const char* const first = ++at_;
    while (at_ != end_ && *at_ != '"' && *at_ != '\\' && static_cast<unsigned char>(*at_) >= 0x20) ++at_;
    if (at_ != end_ && *at_ == '"') {
      value = {first, static_cast<std::size_t>(at_++ - first)};
      return true;
    }
    storage.assign(first, at_);
    if (const auto expected = detail::read_escaped(at_, end_, storage); !expected.empty()) return fail(expected);
    value = storage;
    return true;
  }
  bool string(std::string& value) {
    std::string_view view;
    if (!string(view, value)) return false;
    if (view.data() != value.data()) value = view;
    return true;
  }

  /// Reads over one value of any kind.
  bool skip() {
    std::string storage;
    std::string_view s;
    double x = 0;
    switch (next()) {
      case '{':
        return object([&](std::string_view) { return skip(); });
      case '[':
        return array([&] { return skip(); });
      case '"':
        return string(s, storage);
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
    return at_ == end_ || fail("the end of the file");
  }

  /// The character that the next value starts with, 0 at the end.
  char next() {
    space();
    return peek();
  }
  /// Passes over `c` if it is what comes next.
  bool pass(char c) {
    const bool there = next() == c && at_ != end_;
    at_ += there;
    return there;
  }
  bool word(std::string_view w) {
    if (static_cast<std::size_t>(end_ - at_) < w.size() || std::string_view(at_, w.size()) != w) return false;
    at_ += w.size();
    return true;
  }

  /// The byte reached.
  std::size_t position() const { return static_cast<std::size_t>(at_ - begin_); }

  /// Notes the first error, at the place reached: `expected` is what would be accepted. Returns false.
  [[gnu::cold]] bool fail(std::string_view expected, errc code = errc::syntax) {
    return fail_at(position(), expected, code);
  }

  /// The same for a place read before.
  [[gnu::cold]] bool fail_at(std::size_t place, std::string_view expected, errc code) {
    if (failure_) return false;
    const std::string_view before(begin_, place), rest(begin_ + place, static_cast<std::size_t>(end_ - begin_) - place);
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const auto marked = line == 1 && before.starts_with(mark) ? mark.size() : 0;
    const auto column = before.size() - (before.rfind('\n') + 1) + 1 - marked;
    std::string found = rest.empty() ? "the end of the file" : "'" + std::string(rest.substr(0, 24)) + "'";
    for (char& c : found)
      if (static_cast<unsigned char>(c) < 0x20) c = ' ';
    if (place == 0 && (rest.starts_with("\xff\xfe") || rest.starts_with("\xfe\xff"))) found = "a text in UTF-16";
    failure_ = error(code, std::string(name_) + ": line " + std::to_string(line) + ", column " + std::to_string(column) +
                               ": found " + found + ", expected " + std::string(expected));
    return false;
  }
  /// Adds to the first error which member of an object it is in. Returns false.
  [[gnu::cold]] bool fail_in(std::string_view member) {
    const bool of_value = failure_ && (failure_->code() == errc::syntax || failure_->code() == errc::limit);
    if (of_value && !std::exchange(placed_, true))
      failure_ = error(failure_->code(), failure_->what() + (" in \"" + std::string(member) + "\""));
    return false;
  }
  bool failed() const { return failure_.has_value(); }
  const error& failure() const { return *failure_; }

 private:
  static constexpr std::string_view mark = "\xef\xbb\xbf";

  char peek() const { return at_ != end_ ? *at_ : '\0'; }
  void space() {
    while (at_ != end_ && static_cast<unsigned char>(*at_) <= ' ' &&
           (*at_ == ' ' || *at_ == '\n' || *at_ == '\t' || *at_ == '\r'))
      ++at_;
  }
  bool expect(char c) {
    if (next() != c || at_ == end_) return fail(c == ',' ? "',' or the end of the list" : "':'");
    ++at_;
    return true;
  }
  bool open(char c, std::string_view what) {
    if (next() != c || at_ == end_) return fail(what);
    if (++depth_ > 64) return fail("at most 64 levels of nesting", errc::limit);
    ++at_;
    return true;
  }
  bool close() {
    ++at_;
    --depth_;
    return true;
  }

  const char *begin_, *at_, *end_;
  std::string_view name_;
  int depth_;
  bool placed_ = false;
  std::optional<error> failure_;
};

}  // namespace octet::coco

#endif
