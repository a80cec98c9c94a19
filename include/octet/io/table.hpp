#ifndef OCTET_IO_TABLE_HPP
#define OCTET_IO_TABLE_HPP

#include <octet/core/config.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octet::io {

/// `value` with so many digits after the point.
inline std::string fixed(double value, int digits) {
  char buffer[400];
  std::snprintf(buffer, sizeof buffer, "%.*f", digits, value);
  return buffer;
}

/// Rows of text in aligned columns. A column is set to the right if all of its cells below the header are numbers, with or
/// without a unit, or say that there is none ("", "-").
class table {
 public:
  explicit table(std::vector<std::string> header) : columns_(header.size()) { rows_.push_back(std::move(header)); }

  /// Precondition: as many cells as the header has.
  void add(std::vector<std::string> cells) {
    OCTET_EXPECTS(cells.size() == columns_);
    rows_.push_back(std::move(cells));
  }

  /// The header and the rows below it.
  const std::vector<std::vector<std::string>>& rows() const noexcept { return rows_; }

  /// Which columns are set to the right.
  std::vector<bool> right_columns() const {
    std::vector<bool> right(columns_, rows_.size() > 1);
    for (const auto& row : rows_)
      for (std::size_t c = 0; c < columns_; ++c)
        if (&row != &rows_.front() && !is_number(row[c])) right[c] = false;
    return right;
  }

  /// Header, a rule, and the rows, each ending in a newline.
  std::string text() const {
    std::vector<std::size_t> widths(columns_, 0);
    const std::vector<bool> right = right_columns();
    for (const auto& row : rows_)
      for (std::size_t c = 0; c < columns_; ++c) widths[c] = (std::max)(widths[c], width(row[c]));
    std::string all;
    for (const auto& row : rows_) {
      std::string line, rule;
      for (std::size_t c = 0; c < columns_; ++c) {
        const std::string padding(widths[c] - width(row[c]), ' ');
        if (c) line += "  ", rule += "  ";
        line += right[c] ? padding + row[c] : row[c] + padding;
        rule += std::string(widths[c], '-');
      }
      while (!line.empty() && line.back() == ' ') line.pop_back();
      all += line + '\n';
      if (&row == &rows_.front()) all += rule + '\n';
    }
    return all;
  }

 private:
  static bool is_number(std::string_view s) noexcept {
    if (s.empty() || s == "-") return true;
    if (s.front() == '-' || s.front() == '+') s.remove_prefix(1);
    return !s.empty() && s.front() >= '0' && s.front() <= '9';
  }
  /// Columns on the terminal: the bytes that begin a character in UTF-8.
  static std::size_t width(std::string_view s) noexcept {
    return static_cast<std::size_t>(std::count_if(s.begin(), s.end(), [](char c) { return (c & 0xC0) != 0x80; }));
  }

  std::size_t columns_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace octet::io

#endif
