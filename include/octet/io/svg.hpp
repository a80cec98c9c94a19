#ifndef OCTET_IO_SVG_HPP
#define OCTET_IO_SVG_HPP

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

/// What all drawings in SVG share.
namespace octet::io {

/// Text as it stands in XML and HTML; control characters, which XML has not, are left out.
inline std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t')
      out += c;
  }
  return out;
}

/// Colours that stay apart, for people who see fewer of them too (Okabe and Ito 2008).
inline constexpr std::array<const char*, 7> colours{"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                                    "#e69f00", "#56b4e9", "#6b6b6b"};

/// A colour between dark blue and yellow for things that have an order; at in [0,1].
inline std::string colour_between(double at) {
  static constexpr double stops[5][3] = {{68, 1, 84}, {59, 82, 139}, {33, 145, 140}, {94, 201, 98}, {226, 205, 40}};
  const double x = std::clamp(at, 0.0, 1.0) * 4;
  const auto i = (std::min<std::size_t>)(static_cast<std::size_t>(x), 3);
  const double part = x - static_cast<double>(i);
  char text[16];
  const auto mix = [&](int c) { return static_cast<unsigned>(stops[i][c] + part * (stops[i + 1][c] - stops[i][c]) + 0.5); };
  std::snprintf(text, sizeof text, "#%02x%02x%02x", mix(0) & 255, mix(1) & 255, mix(2) & 255);
  return text;
}

/// Elements of a drawing. Coordinates are pixels from the upper left corner.
class svg {
 public:
  svg(double width, double height) : width_(width), height_(height) {}

  void line(double x1, double y1, double x2, double y2, std::string_view colour, double width = 1) {
    body_ += "<line x1=\"" + px(x1) + "\" y1=\"" + px(y1) + "\" x2=\"" + px(x2) + "\" y2=\"" + px(y2) + "\" stroke=\"";
    ((body_ += colour) += "\" stroke-width=\"") += px(width) + "\"/>\n";
  }
  /// hint: what a browser shows under the pointer.
  void rectangle(double x, double y, double w, double h, std::string_view fill, std::string_view hint = {}) {
    body_ += "<rect x=\"" + px(x) + "\" y=\"" + px(y) + "\" width=\"" + px(w) + "\" height=\"" + px(h) + "\" fill=\"";
    (body_ += fill) += hint.empty() ? "\"/>\n" : "\"><title>" + escaped(hint) + "</title></rect>\n";
  }
  /// A rectangle of which only the edges are drawn.
  void frame(double x, double y, double w, double h, std::string_view colour, double width, std::string_view hint) {
    body_ += "<rect x=\"" + px(x) + "\" y=\"" + px(y) + "\" width=\"" + px(w) + "\" height=\"" + px(h) + "\" stroke=\"";
    (body_ += colour) += "\" stroke-width=\"" + px(width) + "\" fill=\"none\" pointer-events=\"all\"><title>";
    body_ += escaped(hint) + "</title></rect>\n";
  }
  void path(const std::vector<std::array<double, 2>>& points, std::string_view colour, double width = 2) {
    if (points.empty()) return;
    body_ += "<polyline fill=\"none\" stroke-linejoin=\"round\" stroke=\"";
    ((body_ += colour) += "\" stroke-width=\"") += px(width) + "\" points=\"";
    for (const auto& p : points) body_ += px(p[0]) + "," + px(p[1]) + " ";
    body_.back() = '"';
    body_ += "/>\n";
  }
  /// anchor: "start", "middle" or "end". y is the base line.
  void text(double x, double y, std::string_view words, std::string_view anchor = "start", double size = 12,
            std::string_view colour = "#444", std::string_view more = {}) {
    body_ += "<text x=\"" + px(x) + "\" y=\"" + px(y) + "\" font-size=\"" + px(size) + "\" text-anchor=\"";
    (((body_ += anchor) += "\" fill=\"") += colour) += "\"";
    (body_ += more) += ">" + escaped(words) + "</text>\n";
  }
  /// An element written by the caller.
  void raw(std::string_view element) { body_ += element; }

  std::string take() const {
    const std::string w = px(width_), h = px(height_);
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + w + " " + h + "\" width=\"" + w + "\" height=\"" +
           h + "\" font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\">\n" + body_ + "</svg>\n";
  }

  /// How wide a text comes out, about.
  static double width_of(std::string_view words, double size = 12) {
    const auto letters = std::count_if(words.begin(), words.end(), [](char c) { return (c & 0xC0) != 0x80; });
    return static_cast<double>(letters) * size * 0.56;
  }

 private:
  static std::string px(double x) {
    char buffer[64];
    std::snprintf(buffer, sizeof buffer, "%.5g", std::isfinite(x) ? std::clamp(x, -99999.0, 99999.0) : 0.0);
    return buffer;
  }

  double width_, height_;
  std::string body_;
};

/// Round numbers from lo to hi, at steps of 1, 2 or 5 times a power of ten, and how many digits they need.
struct ticks {
  std::vector<double> at;
  int digits = 0;

  /// about: how many. Precondition: lo < hi, both finite.
  ticks(double lo, double hi, int about = 5) {
    const double rough = (hi - lo) / about, power = std::pow(10.0, std::floor(std::log10(rough)));
    const double step = power * (rough / power < 1.5 ? 1 : rough / power < 3.5 ? 2 : rough / power < 7.5 ? 5 : 10);
    digits = std::clamp(static_cast<int>(-std::floor(std::log10(step) + 1e-9)), 0, 12);
    for (double i = std::ceil(lo / step - 1e-9); i * step <= hi + step * 1e-9; ++i)
      at.push_back(i * step + 0.0);  // + 0: no -0
  }
};

}  // namespace octet::io

#endif
