#ifndef OCTET_IO_BAR_CHART_HPP
#define OCTET_IO_BAR_CHART_HPP

#include <octet/io/svg.hpp>
#include <octet/io/table.hpp>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace octet::io {

/// Horizontal bars, each with a name and a value, as one SVG drawing. Bars may reach to both sides of zero.
class bar_chart {
 public:
  /// digits: after the point of the values. full: the value of a bar of full length; 0: the largest one.
  explicit bar_chart(std::string title, int digits = 3, double full = 0)
      : title_(std::move(title)), digits_(digits), full_(full) {}

  void add(std::string name, double value, std::string colour = colours[0]) {
    if (std::isfinite(value)) bars_.push_back({std::move(name), std::move(colour), value});
  }

  std::string text() const {
    constexpr double row = 20, top = 44, length = 400;
    double names = 0, values = 0, lo = 0, hi = full_;
    for (const bar& b : bars_) {
      names = (std::max)(names, svg::width_of(b.name) + 18);
      values = (std::max)(values, svg::width_of(fixed(b.value, digits_)) + 20);
      lo = (std::min)(lo, b.value), hi = (std::max)(hi, b.value);
    }
    if (!(lo < hi)) hi = lo + 1;
    const double width = (std::max)(names + length + values, svg::width_of(title_, 17) + 24);
    const double height = top + row * static_cast<double>(bars_.size()) + 12;
    const double scale = (length - (lo < 0 ? values : 0)) / (hi - lo);
    const double zero = names + (lo < 0 ? values : 0) - lo * scale;
    svg out(width, height);
    out.rectangle(0, 0, width, height, "#fff");
    out.text(12, 26, title_, "start", 16, "#111", " font-weight=\"600\"");
    double y = top;
    for (const bar& b : bars_) {
      const double end = zero + b.value * scale;
      out.text(names - 10, y + 14, b.name, "end");
      out.rectangle((std::min)(zero, end), y + 3, (std::abs)(end - zero), row - 6, b.colour, b.name);
      out.text(end + (b.value < 0 ? -6 : 6), y + 14, fixed(b.value, digits_), b.value < 0 ? "end" : "start");
      y += row;
    }
    out.line(zero, top - 4, zero, y + 4, "#999");
    return out.take();
  }

 private:
  struct bar {
    std::string name, colour;
    double value;
  };

  std::string title_;
  int digits_;
  double full_;
  std::vector<bar> bars_;
};

}  // namespace octet::io

#endif
