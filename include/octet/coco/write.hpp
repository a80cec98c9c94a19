#ifndef OCTET_COCO_WRITE_HPP
#define OCTET_COCO_WRITE_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/text_ids.hpp>

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <vector>

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

/// Appends a string of JSON.
inline void append_string(std::string& text, std::string_view s) {
  text += '"';
  for (const char c : s) {
    char escape[8];
    if (static_cast<unsigned char>(c) < 0x20)
      std::snprintf(escape, sizeof escape, "\\u%04x", static_cast<unsigned>(c)), text += escape;
    else
      (c == '"' || c == '\\' ? text += '\\' : text) += c;
  }
  text += '"';
}

/// Detections in COCO's result format, one per line. With the annotations whose ids they have, texts become texts again.
inline std::string to_json(std::span<const scored_box> detections, const ground_truth& truth = {}) {
  const auto append_id = [](std::string& text, const std::vector<std::string>& texts, std::int64_t id) {
    texts.empty() ? void(text += std::to_string(id)) : append_string(text, id_text(texts, id));
  };
  std::string text = "[";
  for (const scored_box& d : detections) {
    text += text.size() > 1 ? ",\n" : "\n";
    text += "{\"image_id\":";
    append_id(text, truth.image_texts, d.image_id);
    text += ",\"category_id\":";
    append_id(text, truth.category_texts, d.category_id);
    text += ",\"bbox\":[";
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
