#ifndef OCTET_IO_ONNX_PREPROCESSING_HPP
#define OCTET_IO_ONNX_PREPROCESSING_HPP

#include <octet/core/preprocessing.hpp>
#include <octet/core/result.hpp>

#include <charconv>
#include <string>
#include <string_view>

/// Preprocessing as one line of text, kept in the metadata of the model files that Octet writes:
///
///     cubic 416x416 rgb mean 0.485 0.456 0.406 std 0.229 0.224 0.225
///
/// Numbers are written as short as reads back the same float.
namespace octet::io::onnx {

/// Key of the line in an ONNX model's metadata_props.
inline constexpr std::string_view preprocessing_key = "octet.preprocessing";

inline std::string to_text(const preprocessing& p) {
  const auto number = [](auto x) {
    char digits[32];
    return std::string(digits, std::to_chars(digits, digits + sizeof digits, x).ptr);
  };
  std::string s = p.resize == preprocessing::filter::cubic ? "cubic " : "linear ";
  s += number(p.width) + "x" + number(p.height) + " rgb mean";
  for (float m : p.mean) s += " " + number(m);
  s += " std";
  for (float d : p.stddev) s += " " + number(d);
  return s;
}

/// Reads a line that to_text wrote. Sizes from 1 to 65536, finite means, positive finite deviations.
inline result<preprocessing> parse_preprocessing(std::string_view line) {
  preprocessing p;
  std::string_view rest = line;
  bool good = true;
  const auto word = [&](std::string_view w) {
    const bool found = rest.starts_with(w);
    if (found) rest.remove_prefix(w.size());
    return found;
  };
  const auto number = [&](auto& x) {
    const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), x);
    good = good && code == std::errc{};
    if (good) rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  };
  if (word("linear "))
    p.resize = preprocessing::filter::linear;
  else
    good = word("cubic ");
  number(p.width);
  good = good && word("x");
  number(p.height);
  good = good && word(" rgb mean");
  for (float& m : p.mean) good = good && word(" "), number(m);
  good = good && word(" std");
  for (float& d : p.stddev) good = good && word(" "), number(d);

  constexpr int most = 65536;
  good = good && rest.empty() && p.width > 0 && p.width <= most && p.height > 0 && p.height <= most;
  for (float m : p.mean) good = good && m - m == 0.0f;
  for (float d : p.stddev) good = good && d > 0.0f && d - d == 0.0f;
  if (good) return p;
  return error(errc::syntax, "preprocessing '" + std::string(line.substr(0, 120)) + "'; accepted: '" +
                                 to_text(preprocessing::imagenet(416, 416)) + "' with other numbers, or linear for cubic");
}

}  // namespace octet::io::onnx

#endif
