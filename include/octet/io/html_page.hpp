#ifndef OCTET_IO_HTML_PAGE_HPP
#define OCTET_IO_HTML_PAGE_HPP

#include <octet/io/svg.hpp>
#include <octet/io/table.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octet::io {

/// Bytes as base64, for data: addresses.
inline std::string base64(std::string_view bytes) {
  static constexpr char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t block = 0;
    for (std::size_t k = 0; k < 3; ++k)
      block = block << 8 | (i + k < bytes.size() ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k) out += k <= bytes.size() - i ? digits[block >> (18 - 6 * k) & 63] : '=';
  }
  return out;
}

/// One self-contained page, piece by piece: what it shows is inside the file, so that it can be mailed or archived. All
/// texts are escaped; drawings are SVG as `line_chart` and the like give it.
class html_page {
 public:
  explicit html_page(std::string title) : title_(std::move(title)) {}

  void heading(std::string_view text) { body_ += "<h2>" + escaped(text) + "</h2>\n"; }
  void paragraph(std::string_view text) { body_ += "<p>" + escaped(text) + "</p>\n"; }
  /// Text whose blanks and line ends count.
  void listing(std::string_view text) { body_ += "<pre>" + escaped(text) + "</pre>\n"; }

  /// A few numbers that are to be seen first.
  void figures(const std::vector<std::pair<std::string, std::string>>& name_value) {
    body_ += "<dl>";
    for (const auto& [name, value] : name_value)
      body_ += "<div><dt>" + escaped(name) + "</dt><dd>" + escaped(value) + "</dd></div>";
    body_ += "</dl>\n";
  }

  /// summary: folded behind this text, if there is one.
  void add(const io::table& t, std::string_view summary = {}) {
    const auto right = t.right_columns();
    if (!summary.empty()) body_ += "<details><summary>" + escaped(summary) + "</summary>\n";
    body_ += "<table>\n";
    for (const auto& row : t.rows()) {
      const bool head = &row == &t.rows().front();
      body_ += head ? "<thead><tr>" : "<tr>";
      for (std::size_t c = 0; c < row.size(); ++c) {
        body_ += head ? "<th" : "<td";
        body_ += right[c] ? " class=\"n\">" : ">";
        body_ += escaped(row[c]) + (head ? "</th>" : "</td>");
      }
      body_ += head ? "</tr></thead>\n<tbody>\n" : "</tr>\n";
    }
    body_ += "</tbody></table>\n";
    if (!summary.empty()) body_ += "</details>\n";
  }

  /// Drawings side by side as far as the window is wide, each with a caption or an empty one.
  void drawings(const std::vector<std::pair<std::string, std::string>>& svg_caption) {
    body_ += "<div class=\"row\">\n";
    for (const auto& [drawing, caption] : svg_caption) {
      body_ += "<figure>" + drawing;
      if (!caption.empty()) body_ += "<figcaption>" + escaped(caption) + "</figcaption>";
      body_ += "</figure>\n";
    }
    body_ += "</div>\n";
  }

  std::string text() const {
    return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>" +
           escaped(title_) + "</title>\n<style>\n" + style + "</style></head><body>\n<h1>" + escaped(title_) + "</h1>\n" +
           body_ + "</body></html>\n";
  }

 private:
  static constexpr const char* style = R"(
body { font: 15px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; color: #222; background: #f6f7f8; margin: 0 auto;
  max-width: 1490px; padding: 24px; }
h1 { font-size: 26px; margin: 0 0 8px; } h2 { font-size: 19px; margin: 36px 0 10px; }
p { max-width: 80ch; margin: 8px 0; }
dl { display: flex; flex-wrap: wrap; gap: 10px; margin: 18px 0; }
dl div { background: #fff; border: 1px solid #e2e4e7; border-radius: 8px; padding: 8px 16px; }
dt { font-size: 12px; color: #666; } dd { margin: 0; font-size: 22px; font-variant-numeric: tabular-nums; }
pre, figure, table { background: #fff; border: 1px solid #e2e4e7; border-radius: 8px; }
pre { padding: 12px 16px; overflow-x: auto; font-size: 13px; }
.row { display: flex; flex-wrap: wrap; gap: 14px; align-items: flex-start; }
figure { margin: 0; padding: 8px; max-width: 100%; box-sizing: border-box; } figure svg { max-width: 100%; height: auto; }
figcaption { font-size: 13px; color: #444; padding: 4px 4px 0; overflow-wrap: anywhere; max-width: 360px; }
table { border-spacing: 0; font-size: 14px; margin: 10px 0; overflow: hidden; }
th, td { padding: 3px 14px; text-align: left; font-variant-numeric: tabular-nums; }
th { background: #eef0f2; font-weight: 600; } .n { text-align: right; } tbody tr:nth-child(even) { background: #f8f9fa; }
summary { cursor: pointer; color: #0072b2; margin: 10px 0; }
)";

  std::string title_, body_;
};

}  // namespace octet::io

#endif
