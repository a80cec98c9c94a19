#ifndef OCTET_IO_JSON_WRITER_HPP
#define OCTET_IO_JSON_WRITER_HPP

#include <octet/core/config.hpp>

#include <charconv>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octet::io {

/// Writes JSON into a string, piece by piece. Numbers are the shortest that read back as the same value of their type;
/// NaN and infinities, which JSON has not, become null; bytes that are no UTF-8 become U+FFFD.
/// Preconditions: what is open is closed in turn; key() before each value of an object, and only there.
class json_writer {
 public:
  /// indent: blanks per level; 0 for everything in one line.
  explicit json_writer(int indent = 2) : indent_(indent) {}

  json_writer& begin_object() { return open('{', '}'); }
  json_writer& begin_array() { return open('[', ']'); }
  json_writer& end_object() { return close('}'); }
  json_writer& end_array() { return close(']'); }

  json_writer& key(std::string_view name) {
    OCTET_EXPECTS(!levels_.empty() && levels_.back().end == '}' && !after_key_);
    separate();
    quote(name);
    text_ += indent_ ? ": " : ":";
    after_key_ = true;
    return *this;
  }

  json_writer& value(std::string_view s) {
    before_value();
    quote(s);
    return *this;
  }
  json_writer& value(const char* s) { return value(std::string_view(s)); }
  json_writer& value(std::nullptr_t) { return raw("null"); }
  json_writer& value(std::same_as<bool> auto b) { return raw(b ? "true" : "false"); }
  json_writer& value(std::floating_point auto x) { return std::isfinite(x) ? number(x) : raw("null"); }
  json_writer& value(std::integral auto x) requires(!std::same_as<decltype(x), bool>) { return number(x); }

  template <class T>
  json_writer& member(std::string_view name, const T& x) {
    return key(name).value(x);
  }

  /// The finished text, ending in a newline. Precondition: everything is closed.
  std::string take() {
    OCTET_EXPECTS(levels_.empty() && !text_.empty());
    text_ += '\n';
    return std::exchange(text_, {});
  }

 private:
  struct level {
    char end;
    bool empty = true;
  };

  void separate() {
    if (levels_.empty()) return;
    if (!levels_.back().empty) text_ += ',';
    levels_.back().empty = false;
    new_line(levels_.size());
  }
  void new_line(std::size_t depth) {
    if (indent_) text_ += '\n', text_.append(depth * static_cast<std::size_t>(indent_), ' ');
  }
  void before_value() {
    OCTET_EXPECTS(levels_.empty() ? text_.empty() : after_key_ == (levels_.back().end == '}'));
    if (!after_key_) separate();
    after_key_ = false;
  }
  json_writer& open(char begin, char end) {
    before_value();
    text_ += begin;
    levels_.push_back({end});
    return *this;
  }
  json_writer& close(char end) {
    OCTET_EXPECTS(!levels_.empty() && levels_.back().end == end && !after_key_);
    const bool empty = levels_.back().empty;
    levels_.pop_back();
    if (!empty) new_line(levels_.size());
    text_ += end;
    return *this;
  }
  json_writer& raw(std::string_view s) {
    before_value();
    text_ += s;
    return *this;
  }
  template <class T>
  json_writer& number(T x) {
    char buffer[64];
    return raw({buffer, static_cast<std::size_t>(std::to_chars(buffer, buffer + sizeof buffer, x).ptr - buffer)});
  }

  /// Bytes of the UTF-8 character at the front of s, or 0: there is none.
  static std::size_t character(std::string_view s) noexcept {
    const auto byte = [&](std::size_t i) { return i < s.size() ? static_cast<unsigned char>(s[i]) : 0u; };
    const unsigned first = byte(0);
    const std::size_t n = first < 0x80 ? 1 : first < 0xC2 ? 0 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 0;
    for (std::size_t i = 1; i < n; ++i)
      if ((byte(i) & 0xC0) != 0x80) return 0;
    // Longer than needed, a surrogate, or beyond U+10FFFF.
    if ((first == 0xE0 && byte(1) < 0xA0) || (first == 0xED && byte(1) > 0x9F)) return 0;
    if ((first == 0xF0 && byte(1) < 0x90) || (first == 0xF4 && byte(1) > 0x8F)) return 0;
    return n;
  }

  void quote(std::string_view s) {
    static constexpr char hex[] = "0123456789abcdef";
    text_ += '"';
    while (!s.empty()) {
      const std::size_t n = character(s);
      const auto c = static_cast<unsigned char>(s.front());
      if (n == 0)
        text_ += "\xEF\xBF\xBD";
      else if (c == '"' || c == '\\')
        (text_ += '\\') += s.front();
      else if (c == '\n')
        text_ += "\\n";
      else if (c == '\t')
        text_ += "\\t";
      else if (c < 0x20)
        ((text_ += "\\u00") += hex[c >> 4]) += hex[c & 15];
      else
        text_ += s.substr(0, n);
      s.remove_prefix(n ? n : 1);
    }
    text_ += '"';
  }

  int indent_;
  bool after_key_ = false;
  std::vector<level> levels_;
  std::string text_;
};

}  // namespace octet::io

#endif
