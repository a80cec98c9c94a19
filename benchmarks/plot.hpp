#ifndef BENCHMARKS_PLOT_HPP
#define BENCHMARKS_PLOT_HPP

#include "rows.hpp"

#include <octet/io/table.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// Draws with absolute positions in pixels.
class svg {
 public:
  svg(double width, double height) {
    const std::string w = number(width), h = number(height);
    text_ = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " +
            h +
            "\" font-family=\"Helvetica, Arial, sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" "
            "fill=\"#ffffff\"/>\n";
  }
  void bar(double x, double y, double w, double h, const char* fill) {
    text_ += "<rect" + at(x, y) + " width=\"" + number(std::max(w, 1.0)) + "\" height=\"" + number(h) +
             "\" rx=\"1.5\" fill=\"" + fill + "\"/>\n";
  }
  void line(double x0, double y0, double x1, double y1, const char* stroke, const char* more = "") {
    text_ += "<path d=\"M" + number(x0) + " " + number(y0) + "L" + number(x1) + " " + number(y1) + "\" stroke=\"" + stroke +
             "\" " + more + "/>\n";
  }
  void write(double x, double y, const std::string& what, const char* fill = "#334155", const char* more = "") {
    text_ += "<text" + at(x, y) + " fill=\"" + fill + "\" " + more + ">" + escaped(what) + "</text>\n";
  }
  std::string take() { return text_ + "</svg>\n"; }

 private:
  static std::string number(double x) { return octet::io::fixed(x, 1); }
  static std::string at(double x, double y) { return " x=\"" + number(x) + "\" y=\"" + number(y) + "\""; }
  static std::string escaped(const std::string& s) {
    std::string all;
    for (char c : s) all += c == '&' ? "&amp;" : c == '<' ? "&lt;" : std::string(1, c);
    return all;
  }
  std::string text_;
};

/// A bar chart of products per second: Octet, the fastest INT8 peer and the fastest FP32 peer of every shape. Of more than
/// 48 shapes those of PicoDet-S-NPU with at least 0.4 million products are drawn.
inline std::string to_svg(const std::vector<row>& rows) {
  std::vector<const row*> drawn;
  for (const row& r : rows)
    if (rows.size() <= 48 ||
        (r.how.form == rows.front().how.form && r.how.arch == rows.front().how.arch && r.of.npu && r.of.products() >= 4e5))
      drawn.push_back(&r);
  std::ranges::stable_sort(drawn, {}, [](const row* r) {
    return std::string_view(r->of.kind()) == "pw" ? 0 : r->of.depthwise ? 2 : 1;
  });

  struct series {
    std::string name;
    const char* colour;
    const rival* (*of)(const row&);
  };
  const std::vector<series> peers{{"fastest INT8 peer", "#f59e0b", [](const row& r) { return r.best_int8(); }},
                                  {"fastest FP32 peer", "#94a3b8", [](const row& r) {
                                     return r.best([](const rival& p) { return p.kind == precision::fp32; });
                                   }}};
  constexpr const char* own_colour = "#1d4ed8";
  const bool compared = std::ranges::any_of(drawn, [](const row* r) { return r->best(); });
  const double bar = compared ? 7 : 12, step = (compared ? 3 * bar : bar) + 9;
  constexpr double left = 250, width = 560, right = 170, top = 78, bottom = 34;
  const double height = step * static_cast<double>(drawn.size());

  double most = 1;
  for (const row* r : drawn) {
    most = std::max({most, r->gmacs(), r->peak});
    for (const rival& p : r->rivals) most = std::max(most, r->of.products() / p.time.median);
  }
  const double tick = most > 200 ? 50 : most > 100 ? 20 : most > 40 ? 10 : 5;
  const double scale = width / (std::ceil(most / tick) * tick);

  svg s(left + width + right, top + height + bottom);
  const row* first = drawn.empty() ? nullptr : drawn.front();
  s.write(20, 28, "Convolutions of PicoDet, 10\u2079 multiply-adds per second", "#0f172a",
          "font-size=\"17\" font-weight=\"bold\"");
  if (first)
    s.write(20, 48,
            first->how.arch + ", " + std::to_string(first->threads) + (first->threads > 1 ? " threads" : " thread") +
                "; medians of interleaved samples",
            "#64748b");
  double x = left;
  const auto key = [&](const std::string& name, const char* colour) {
    s.bar(x, top - 24, 12, 10, colour);
    s.write(x + 17, top - 15, name);
    x += 40 + 6.4 * static_cast<double>(name.size());
  };
  key("Octet", own_colour);
  if (compared)
    for (const auto& p : peers) key(p.name, p.colour);
  for (double v = 0; v * scale <= width + 0.1; v += tick) {
    s.line(left + v * scale, top - 4, left + v * scale, top + height, "#e2e8f0");
    s.write(left + v * scale, top + height + 16, octet::io::fixed(v, 0), "#64748b", "text-anchor=\"middle\"");
  }
  if (first) {
    const double at = left + first->peak * scale;
    s.line(at, top - 4, at, top + height, "#dc2626", "stroke-dasharray=\"4 3\"");
    s.write(at, top + height + 30, "peak of the multiply-add chain", "#dc2626", "text-anchor=\"middle\" font-size=\"11\"");
  }
  double y = top;
  for (const row* r : drawn) {
    const double middle = y + (step - 9) / 2 + 4;
    s.write(left - 10, middle, r->of.name() + (r->how.form == first->how.form ? "" : " " + r->how.form), "#0f172a",
            "text-anchor=\"end\"");
    s.bar(left, y, r->gmacs() * scale, bar, own_colour);
    double longest = r->gmacs(), below = y;
    for (const auto& p : peers) {
      const rival* found = p.of(*r);
      below += bar;
      if (!found) continue;
      const double speed = r->of.products() / found->time.median;
      s.bar(left, below, speed * scale, bar, p.colour);
      longest = std::max(longest, speed);
    }
    const rival* best = r->best();
    s.write(left + longest * scale + 6, middle,
            octet::io::fixed(r->gmacs(), 1) + (best ? ", " + octet::io::fixed(r->ratio(best), 2) + "x " + best->name : ""),
            best && r->ratio(best) < 1 ? "#b91c1c" : "#334155", "font-size=\"11\"");
    y += step;
  }
  s.line(left, top - 4, left, top + height, "#475569");
  return s.take();
}

}  // namespace bench

#endif
