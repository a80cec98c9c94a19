#ifndef OCTET_COCO_WRITE_HPP
#define OCTET_COCO_WRITE_HPP

#include <octet/coco/ground_truth.hpp>

#include <charconv>
#include <cmath>
#include <span>
#include <string>

namespace octet::coco {

/// Appends the shortest decimal that reads back as the same double; NaN and infinities as Python's json writes them.
inline void append_number(std::string& text, double x) {
  if (std::isnan(x))
    text += "NaN";
  else if (std::isinf(x))
    text += x < 0 ? "-Infinity" : "Infinity";
  else {
    char digits[32];
    text.append(digits, std::to_chars(digits, digits + sizeof digits, x).ptr);
  }
}

/// Detections in COCO's result format, one per line.
inline std::string to_json(std::span<const scored_box> detections) {
  std::string text = "[";
  for (const scored_box& d : detections) {
    text += text.size() > 1 ? ",\n" : "\n";
    text +=
        "{\"image_id\":" + std::to_string(d.image_id) + ",\"category_id\":" + std::to_string(d.category_id) + ",\"bbox\":[";
    for (std::size_t i = 0; i < 4; ++i) {
      if (i) text += ',';
      append_number(text, d.bbox[i]);
    }
    text += "],\"score\":";
    append_number(text, d.score);
    text += '}';
  }
  return text += "\n]\n";
}

}  // namespace octet::coco

#endif
