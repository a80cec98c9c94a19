#ifndef OCTET_IO_MODEL_OPTIONS_HPP
#define OCTET_IO_MODEL_OPTIONS_HPP

#include <octet/io/arguments.hpp>
#include <octet/io/onnx/import_options.hpp>

#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace octet::io {

/// Reads "416x320", width first, or "416" for a square; sides from 1 to 16384.
inline std::optional<picture_size> parse_picture_size(std::string_view text) {
  const auto side = [](std::string_view digits) {
    int n = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), n);
    return read.ec == std::errc() && read.ptr == digits.data() + digits.size() && n >= 1 && n <= 16384 ? n : 0;
  };
  const auto x = text.find('x');
  const picture_size size{side(text.substr(0, x)), side(x == text.npos ? text : text.substr(x + 1))};
  if (!size.width || !size.height) return {};
  return size;
}

inline std::string to_string(const picture_size& size) {
  return std::to_string(size.width) + "x" + std::to_string(size.height);
}

/// The options of programs that read FP32 models.
struct model_options : import_options {
  void add_to(arguments& line) {
    const auto measure = [this](std::string_view text) { return (size = parse_picture_size(text)).has_value(); };
    line.option("--size", "WxH", measure, "size of the network's input, for models that leave it open; 416 means 416x416",
                "WxH or one number, each from 1 to 16384");
    const auto count = [this](std::string_view digits) {
      int n = 0;
      const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), n);
      if (read.ec != std::errc() || read.ptr != digits.data() + digits.size() || n < 1) return false;
      return classes = n, true;
    };
    line.option("--classes", "N", count, "number of classes, for models whose outputs do not show which are the scores",
                "a whole number from 1");
  }
};

}  // namespace octet::io

#endif
