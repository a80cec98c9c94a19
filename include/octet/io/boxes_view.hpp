#ifndef OCTET_IO_BOXES_VIEW_HPP
#define OCTET_IO_BOXES_VIEW_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/text_ids.hpp>
#include <octet/io/html_page.hpp>
#include <octet/io/svg.hpp>
#include <octet/io/table.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace octet::io {

/// A picture with annotations (green) and detections (red), as an SVG drawing. The file stands in it as it is, a JPEG or a
/// PNG with no loss, and the boxes lie above it; without a file they lie on grey. Only boxes of this picture are drawn, and
/// detections from `confidence`.
inline std::string boxes_view(const coco::ground_truth& truth, std::span<const coco::scored_box> found,
                              const coco::picture& picture, std::string_view file, double confidence,
                              double shown_width = 360) {
  const auto name = [&](std::int64_t id) {
    const auto at =
        std::find_if(truth.categories.begin(), truth.categories.end(), [&](const auto& c) { return c.id == id; });
    return at == truth.categories.end() || at->name.empty() ? coco::id_text(truth.category_texts, id)
                                                              : at->name;
  };
  double width = picture.width, height = picture.height;
  for (const coco::annotation& a : truth.annotations)
    if (a.image_id == picture.id && picture.width == 0)
      width = (std::max)(width, a.bbox[0] + a.bbox[2]), height = (std::max)(height, a.bbox[1] + a.bbox[3]);
  const double scale = shown_width / (std::max)(width, 1.0);
  svg out(shown_width, (std::max)(height, 1.0) * scale);
  out.rectangle(0, 0, shown_width, height * scale, "#d9dcdf");
  if (!file.empty()) {
    const bool png = file.starts_with("\x89PNG");
    out.raw("<image width=\"" + fixed(shown_width, 0) + "\" height=\"" + fixed(height * scale, 3) +
            "\" preserveAspectRatio=\"none\" href=\"data:image/" + (png ? "png" : "jpeg") + ";base64," + base64(file) +
            "\"/>\n");
  }
  const auto draw = [&](const coco::bounds& b, const char* colour, const std::string& label) {
    const double x = b[0] * scale, y = b[1] * scale, w = (std::max)(b[2], 0.0) * scale, h = (std::max)(b[3], 0.0) * scale;
    out.frame(x, y, w, h, "#fff", 3.2, label);
    out.frame(x, y, w, h, colour, 1.8, label);
  };
  for (const coco::annotation& a : truth.annotations)
    if (a.image_id == picture.id) draw(a.bbox, "#00893d", name(a.category_id) + (a.crowd ? " (crowd)" : ""));
  for (const coco::scored_box& d : found) {
    if (d.image_id != picture.id || !(d.score >= confidence)) continue;
    const std::string label = name(d.category_id) + " " + fixed(d.score, 2);
    draw(d.bbox, "#e3001b", label);
    const double wide = svg::width_of(label, 10) + 8, y = (std::max)(d.bbox[1] * scale, 12.0);
    const double x = (std::max)((std::min)(d.bbox[0] * scale, shown_width - wide), 0.0);
    out.rectangle(x, y - 12, wide, 13, "#e3001b");
    out.text(x + 3, y - 2, label, "start", 10, "#fff");
  }
  return out.take();
}

}  // namespace octet::io

#endif
