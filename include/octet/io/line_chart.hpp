#ifndef OCTET_IO_LINE_CHART_HPP
#define OCTET_IO_LINE_CHART_HPP

#include <octet/io/svg.hpp>
#include <octet/io/table.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace octet::io {

/// A direction of a chart. Without lo < hi it reaches as far as the points do.
struct axis {
  std::string label{};
  double lo = 0, hi = 0;
};

/// Lines over two axes with ticks, a grid and a legend, as one SVG drawing: precision over recall, loss over steps, time
/// over size. Points that are no numbers interrupt nothing and are left out.
///
///     octet::io::line_chart chart("training", {"step"}, {"loss"});
///     chart.add("student", points);
///     octet::io::write_file("loss.svg", chart.text());
class line_chart {
 public:
  using point = std::array<double, 2>;

  line_chart(std::string title, axis x, axis y) : title_(std::move(title)), x_(std::move(x)), y_(std::move(y)) {}

  /// An empty name stays out of the legend; without a colour one is chosen.
  void add(std::string name, std::vector<point> points, std::string colour = {}) {
    if (colour.empty()) colour = colours[lines_.size() % colours.size()];
    std::erase_if(points, [](const point& p) { return !std::isfinite(p[0]) || !std::isfinite(p[1]); });
    lines_.push_back({std::move(name), std::move(colour), std::move(points)});
  }

  std::string text() const {
    double legend = 0;
    for (const entry& l : lines_)
      if (!l.name.empty()) legend = (std::max)(legend, svg::width_of(l.name) + 44);
    constexpr double left = 62, top = 44, plot_w = 480, plot_h = 320;
    svg out(left + plot_w + (std::max)(legend, 20.0), top + plot_h + 54);
    const range x = reach(x_, 0), y = reach(y_, 1);
    const auto at_x = [&](double v) { return left + (v - x.lo) / (x.hi - x.lo) * plot_w; };
    const auto at_y = [&](double v) { return top + plot_h - (v - y.lo) / (y.hi - y.lo) * plot_h; };

    out.rectangle(0, 0, left + plot_w + (std::max)(legend, 20.0), top + plot_h + 54, "#fff");
    out.text(left, 26, title_, "start", 16, "#111", " font-weight=\"600\"");
    const ticks along(x.lo, x.hi), up(y.lo, y.hi);
    for (const double v : up.at) {
      out.line(left, at_y(v), left + plot_w, at_y(v), "#e6e6e6");
      out.text(left - 8, at_y(v) + 4, fixed(v, up.digits), "end");
    }
    for (const double v : along.at) {
      out.line(at_x(v), top, at_x(v), top + plot_h, "#f0f0f0");
      out.text(at_x(v), top + plot_h + 18, fixed(v, along.digits), "middle");
    }
    out.line(left, top + plot_h, left + plot_w, top + plot_h, "#999");
    out.line(left, top, left, top + plot_h, "#999");
    out.text(left + plot_w / 2, top + plot_h + 42, x_.label, "middle", 13);
    out.text(0, 0, y_.label, "middle", 13, "#444",
             " transform=\"translate(16 " + fixed(top + plot_h / 2, 0) + ") rotate(-90)\"");
    double row = top + 6;
    for (const entry& l : lines_) {
      std::vector<point> drawn;
      for (const point& p : l.points)
        drawn.push_back({std::clamp(at_x(p[0]), left, left + plot_w), std::clamp(at_y(p[1]), top, top + plot_h)});
      out.path(drawn, l.colour);
      if (l.name.empty()) continue;
      out.line(left + plot_w + 14, row, left + plot_w + 32, row, l.colour, 3);
      out.text(left + plot_w + 38, row + 4, l.name);
      row += 19;
    }
    return out.take();
  }

 private:
  struct entry {
    std::string name, colour;
    std::vector<point> points;
  };
  struct range {
    double lo, hi;
  };

  range reach(const axis& a, std::size_t which) const {
    if (a.lo < a.hi) return {a.lo, a.hi};
    range r{0, 0};
    bool first = true;
    for (const entry& l : lines_)
      for (const point& p : l.points) {
        r = first ? range{p[which], p[which]} : range{(std::min)(r.lo, p[which]), (std::max)(r.hi, p[which])};
        first = false;
      }
    return r.lo < r.hi ? r : range{r.lo - 1, r.hi + 1};
  }

  std::string title_;
  axis x_, y_;
  std::vector<entry> lines_;
};

}  // namespace octet::io

#endif
