#ifndef OCTET_IO_ONNX_QDQ_METADATA_HPP
#define OCTET_IO_ONNX_QDQ_METADATA_HPP

#include <octet/core/result.hpp>
#include <octet/io/onnx/categories.hpp>
#include <octet/io/onnx/constant.hpp>
#include <octet/io/onnx/preprocessing.hpp>
#include <octet/io/onnx/qdq_form.hpp>

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// What a consumer needs beside the network, as metadata_props of the file:
///   octet.format         "qdq 1" and the dialect, see qdq_dialect.hpp
///   octet.name           name of the model
///   octet.preprocessing  how a picture becomes "image", see preprocessing.hpp
///   octet.classes        number of classes
///   octet.categories     what the classes are called, where that is known, see categories.hpp
///   octet.projection     what each bin of a distance distribution stands for, in strides: "0 1 2 3 4 5 6 7"
///   octet.heads          per pyramid level the stride and the outputs scores, quality, distances, "-" for none:
///                        "8 scores_8 quality_8 distances_8; 16 ...". The score of a cell is scores, or
///                        sqrt(scores * quality); a side of its box is stride * sum(softmax(bins) * projection) away from
///                        the cell's middle, sides in the order left, top, right, bottom.
namespace octet::io::onnx {

inline constexpr std::string_view format_key = "octet.format";

namespace detail {

inline constexpr std::string_view name_key = "octet.name", classes_key = "octet.classes",
                                  projection_key = "octet.projection", heads_key = "octet.heads";

inline std::vector<std::pair<std::string_view, std::string>> metadata_of(const graph::integer_model& m,
                                                                         std::string_view format) {
  std::string projection, heads;
  for (float p : m.projection) {
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, p);
    projection.append(projection.empty() ? "" : " ").append(text, end.ptr);
  }
  for (const graph::head& h : m.heads) {
    heads += (heads.empty() ? "" : "; ") + std::to_string(h.stride);
    for (int id : {h.scores, h.quality, h.distances}) heads += " " + (id < 0 ? "-" : output_name(m, id));
  }
  std::vector<std::pair<std::string_view, std::string>> all{
      {format_key, std::string(format)},        {name_key, m.name},           {preprocessing_key, to_text(m.pre)},
      {classes_key, std::to_string(m.classes)}, {projection_key, projection}, {heads_key, heads}};
  if (!m.categories.empty()) all.emplace_back(categories_key, to_text(m.categories));
  return all;
}

/// The part of `text` before the next `end`, which both are taken off.
inline std::string_view next_word(std::string_view& text, char end) {
  const std::size_t n = (std::min)(text.find(end), text.size());
  const std::string_view word = text.substr(0, n);
  text.remove_prefix((std::min)(n + 1, text.size()));
  return word;
}

template <class Number>
bool read_number(std::string_view word, Number& to) {
  const auto r = std::from_chars(word.data(), word.data() + word.size(), to);
  return r.ec == std::errc() && r.ptr == word.data() + word.size();
}

inline result<std::string_view> metadata_value(const file& f, std::string_view key) {
  for (const auto& [k, v] : f.metadata)
    if (k == key) return v;
  return error(errc::missing, "metadata " + quoted(key) + " is missing; files written by Octet have it");
}

/// Reads what metadata_of writes. `output_id(name)` is the node behind a graph output, -1 if there is none.
template <class OutputId>
result<void> read_metadata(const file& f, graph::integer_model& m, OutputId output_id) {
  const auto name = metadata_value(f, name_key), pre = metadata_value(f, preprocessing_key),
             classes = metadata_value(f, classes_key);
  const auto projection = metadata_value(f, projection_key), heads = metadata_value(f, heads_key);
  for (const auto* found : {&name, &pre, &classes, &projection, &heads})
    if (!*found) return found->failure();
  const auto wrong = [](std::string_view key, std::string_view found, const char* accepted) {
    return error(errc::invalid, "metadata " + quoted(key) + " is " + quoted(found) + "; accepted: " + accepted);
  };

  auto parsed = parse_preprocessing(*pre);
  if (!parsed) return parsed.failure();
  m.pre = *parsed;
  m.name = *name;
  const extent in = m.net.input_shape();
  if (m.pre.width != in.w || m.pre.height != in.h)
    return wrong(preprocessing_key, *pre,
                 ("the size of the network's input, " + std::to_string(in.w) + " x " + std::to_string(in.h)).c_str());
  if (!read_number(*classes, m.classes) || m.classes < 1 || m.classes > 1 << 16)
    return wrong(classes_key, *classes, "1 to 65536");
  if (auto known = read_categories(f, m.classes))
    m.categories = *std::move(known);
  else
    return known.failure();
  for (std::string_view rest = *projection; !rest.empty();)
    if (float p = 0; read_number(next_word(rest, ' '), p) && std::isfinite(p) && m.projection.size() < 256)
      m.projection.push_back(p);
    else
      return wrong(projection_key, *projection, "up to 256 finite numbers");
  for (std::string_view rest = *heads; !rest.empty();) {
    std::string_view level = next_word(rest, ';');
    graph::head h;
    bool good = read_number(next_word(level, ' '), h.stride) && h.stride > 0 &&
                (m.heads.empty() || h.stride > m.heads.back().stride);
    for (int* id : {&h.scores, &h.quality, &h.distances}) {
      const std::string_view output = next_word(level, ' ');
      *id = output == "-" ? -1 : output_id(output);
      good &= *id >= 0 || (output == "-" && id == &h.quality);
    }
    const auto fits = [&](int id, int channels) {
      const extent cells = m.net[h.scores].shape;
      return m.net[id].shape == extent{cells.h, cells.w, channels};
    };
    good = good && fits(h.scores, m.classes) && (h.quality < 0 || fits(h.quality, 1)) &&
           fits(h.distances, 4 * static_cast<int>(m.projection.size()));
    if (!good) return wrong(heads_key, *heads, "per level its stride and outputs [H,W,K], [H,W,1] or -, [H,W,4*bins]");
    m.heads.push_back(h);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
  }
  return {};
}

}  // namespace detail

/// True if the file says that it is a quantised model written by Octet; others are for the FP32 import.
inline bool is_quantized(const file& f) {
  return std::any_of(f.metadata.begin(), f.metadata.end(), [](const auto& entry) { return entry.first == format_key; });
}

}  // namespace octet::io::onnx

#endif
