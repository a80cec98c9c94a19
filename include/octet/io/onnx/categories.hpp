#ifndef OCTET_IO_ONNX_CATEGORIES_HPP
#define OCTET_IO_ONNX_CATEGORIES_HPP

#include <octet/coco/json.hpp>
#include <octet/core/result.hpp>
#include <octet/graph/model.hpp>
#include <octet/io/json_writer.hpp>
#include <octet/io/onnx/file.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Categories as one line of JSON, kept in the metadata of the model files that Octet writes: the id, a number or a text,
/// and the name of every class in the order of the labels.
///
///     [[1,"person"],[2,"bicycle"]]
namespace octet::io::onnx {

/// Key of the line in an ONNX model's metadata_props. Files without it are as good: their classes have numbers only.
inline constexpr std::string_view categories_key = "octet.categories";

inline std::string to_text(const std::vector<graph::category>& all) {
  json_writer w(0);
  w.begin_array();
  for (const graph::category& c : all) {
    w.begin_array();
    c.text ? w.value(*c.text) : w.value(c.id);
    w.value(c.name).end_array();
  }
  w.end_array();
  std::string line = w.take();
  line.pop_back();
  return line;
}

/// Reads a line that to_text wrote. Errors: another form, two equal ids.
inline result<std::vector<graph::category>> parse_categories(std::string_view line) {
  std::vector<graph::category> all;
  coco::json_reader in(line, categories_key);
  const bool read = in.array([&] {
    graph::category& c = all.emplace_back();
    int part = 0;
    const bool pair = in.array([&] {
      switch (part++) {
        case 0:
          return in.next() == '"' ? in.string(c.text.emplace()) : in.integer(c.id);
        case 1:
          return in.string(c.name);
        default:
          return in.fail("a pair of id and name");
      }
    });
    return pair && (part == 2 || in.fail("a pair of id and name before this"));
  });
  if (!read || !in.end()) return in.failure();
  std::vector<std::pair<std::int64_t, std::string>> ids;
  for (const graph::category& c : all) ids.emplace_back(c.id, c.text.value_or(""));
  std::sort(ids.begin(), ids.end());
  if (std::adjacent_find(ids.begin(), ids.end()) != ids.end())
    return error(errc::invalid, std::string(categories_key) + ": two classes have one id; the ids are to differ");
  return all;
}

namespace detail {

/// The categories that a file notes for its classes; none where it has no such line.
inline result<std::vector<graph::category>> read_categories(const file& f, int classes) {
  for (const auto& [key, line] : f.metadata) {
    if (key != categories_key) continue;
    auto all = parse_categories(line);
    if (all && all->size() != static_cast<std::size_t>(classes))
      return error(errc::invalid, std::string(categories_key) + ": lists " + std::to_string(all->size()) +
                                      " categories for a model of " + std::to_string(classes) +
                                      " classes; as many are expected");
    return all;
  }
  return std::vector<graph::category>();
}

}  // namespace detail
}  // namespace octet::io::onnx

#endif
