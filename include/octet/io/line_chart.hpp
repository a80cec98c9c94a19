#ifndef OCTET_IO_LINE_CHART_HPP
#define OCTET_IO_LINE_CHART_HPP

#include <octet/io/table.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <span>
#include <string>

namespace octet::io {

/// An SVG picture of positive `values` over their index, on a logarithmic scale: thinly as they are, and boldly their mean
/// over the neighbouring fiftieth. Values that are not positive are left out.
inline std::string line_chart(const std::string& title, const std::string& of_index, std::span<const double> values) {
  constexpr double width = 720, height = 400, left = 70, top = 40, right = width - 20, bottom = height - 50;
  double least = 0, most = 0;
  for (const double v : values)
    if (v > 0 && std::isfinite(v)) least = least > 0 ? std::min(least, v) : v, most = std::max(most, v);
  if (!(most > 0)) least = most = 1;
  const double low = std::log10(least) - 0.05, high = std::log10(most) + 0.05;
  const auto x = [&](std::size_t i) {
    return left + (right - left) * static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(values.size(), 2) - 1);
  };
  const auto y = [&](double v) { return bottom - (bottom - top) * (std::log10(v) - low) / (high - low); };

  std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 720 400\" font-family=\"sans-serif\" "
                    "font-size=\"12\">\n<rect width=\"720\" height=\"400\" fill=\"white\"/>\n";
  const auto text = [&](double at_x, double at_y, const char* anchor, const std::string& what) {
    svg += "<text x=\"" + fixed(at_x, 1) + "\" y=\"" + fixed(at_y, 1) + "\" text-anchor=\"" + anchor + "\">" + what +
           "</text>\n";
  };
  text(width / 2, 22, "middle", title);
  text(width / 2, height - 10, "middle", of_index);
  for (int line = 0; line <= 4; ++line) {
    const double v = std::pow(10.0, low + (high - low) * line / 4);
    svg += "<path stroke=\"#ddd\" d=\"M" + fixed(left, 1) + ' ' + fixed(y(v), 1) + 'H' + fixed(right, 1) + "\"/>\n";
    char label[32];
    std::snprintf(label, sizeof label, "%.2g", v);
    text(left - 6, y(v) + 4, "end", label);
    const auto i = (values.size() > 1 ? values.size() - 1 : 0) * static_cast<std::size_t>(line) / 4;
    text(x(i), bottom + 18, "middle", std::to_string(i + 1));
  }
  const auto curve = [&](const char* style, std::size_t reach) {
    svg += std::string("<polyline fill=\"none\" ") + style + " points=\"";
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::size_t first = i > reach ? i - reach : 0, last = std::min(values.size(), i + reach + 1);
      double sum = 0;
      for (std::size_t k = first; k < last; ++k) sum += values[k];
      const double mean = sum / static_cast<double>(last - first);
      if (mean > 0 && std::isfinite(mean)) svg += fixed(x(i), 1) + ',' + fixed(y(mean), 1) + ' ';
    }
    svg += "\"/>\n";
  };
  curve("stroke=\"#9bd\"", 0);
  curve("stroke=\"#048\" stroke-width=\"2\"", values.size() / 100);
  return svg + "</svg>\n";
}

}  // namespace octet::io

#endif
