#ifndef OCTET_COCO_READ_HPP
#define OCTET_COCO_READ_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/json.hpp>
#include <octet/core/result.hpp>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

/// Annotation and result files of COCO, from memory or from disk. `name` is what messages call the text. Every error says
/// line and column, what was found there, and what is accepted.
namespace octet::coco {

namespace detail {

inline bool read_bounds(json_reader& in, bounds& box) {
  std::size_t n = 0;
  const auto coordinate = [&] { return n < 4 ? in.number(box[n++]) : in.fail("the end of a box of four numbers"); };
  return in.array(coordinate) && (n == 4 || in.fail("a box of four numbers before this"));
}

inline bool read_size(json_reader& in, int& size) {
  std::int64_t value = 0;
  if (!in.integer(value)) return false;
  if (value < 0 || value > std::numeric_limits<int>::max())
    return in.fail("a picture size from 0 to 2147483647 before this", errc::invalid);
  size = static_cast<int>(value);
  return true;
}

/// Reads an object. `field(key)` reads each member; all of `required` must be there.
template <std::size_t N, class Field>
bool read_record(json_reader& in, const std::array<std::string_view, N>& required, Field&& field) {
  std::array<bool, N> seen{};
  const bool read = in.object([&](std::string_view key) {
    for (std::size_t i = 0; i < N; ++i) seen[i] = seen[i] || key == required[i];
    return field(key);
  });
  if (!read) return false;
  for (std::size_t i = 0; i < N; ++i)
    if (!seen[i]) return in.fail("a field \"" + std::string(required[i]) + "\" in the record that ends here", errc::missing);
  return true;
}

inline bool read_picture(json_reader& in, picture& p) {
  return read_record(in, std::array<std::string_view, 1>{"id"}, [&](std::string_view key) {
    if (key == "id") return in.integer(p.id);
    if (key == "width") return read_size(in, p.width);
    if (key == "height") return read_size(in, p.height);
    if (key == "file_name") return in.string(p.file_name);
    return in.skip();
  });
}

inline bool read_category(json_reader& in, category& c) {
  return read_record(in, std::array<std::string_view, 1>{"id"}, [&](std::string_view key) {
    if (key == "id") return in.integer(c.id);
    if (key == "name") return in.string(c.name);
    return in.skip();
  });
}

inline bool read_annotation(json_reader& in, annotation& a) {
  bool has_area = false;
  const bool read = read_record(in, std::array<std::string_view, 5>{"id", "image_id", "category_id", "bbox", "iscrowd"},
                                [&](std::string_view key) {
                                  if (key == "id") return in.integer(a.id);
                                  if (key == "image_id") return in.integer(a.image_id);
                                  if (key == "category_id") return in.integer(a.category_id);
                                  if (key == "bbox") return read_bounds(in, a.bbox);
                                  if (key == "area") return has_area = true, in.number(a.area);
                                  if (key == "iscrowd") {
                                    std::int64_t crowd = 0;
                                    if (!in.integer(crowd)) return false;
                                    a.crowd = static_cast<std::uint8_t>(crowd) != 0;  // pycocotools passes it through a byte
                                    return true;
                                  }
                                  return in.skip();
                                });
  return read && (has_area || a.crowd || in.fail("a field \"area\" in the record that ends here", errc::missing));
}

template <class Record, class Read>
bool read_list(json_reader& in, std::vector<Record>& list, Read&& read) {
  return in.array([&] { return read(in, list.emplace_back()); });
}

inline result<std::string> read_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::error_code ignored;
  if (!file || std::filesystem::is_directory(path, ignored))
    return error(errc::io, path.string() + ": cannot be opened; a JSON file is expected");
  std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
  if (file.bad()) return error(errc::io, path.string() + ": cannot be read");
  return text;
}

}  // namespace detail

inline result<ground_truth> parse_annotations(std::string_view text, std::string_view name) {
  json_reader in(text, name);
  ground_truth g;
  bool images = false, categories = false, annotations = false;
  const bool read = in.object([&](std::string_view key) {
    if (key == "images") return images = true, detail::read_list(in, g.images, detail::read_picture);
    if (key == "categories") return categories = true, detail::read_list(in, g.categories, detail::read_category);
    if (key == "annotations") return annotations = true, detail::read_list(in, g.annotations, detail::read_annotation);
    return in.skip();
  });
  if (!read || !in.end()) return in.failure();
  for (const auto& [there, what] : {std::pair{images, "images"}, {categories, "categories"}, {annotations, "annotations"}})
    if (!there)
      return error(errc::missing, std::string(name) + ": has no list \"" + what +
                                      "\"; a COCO annotation file has images, categories and annotations");
  return g;
}

/// Detections of pictures that are in `truth`; another image id is an error for the whole file, as in pycocotools.
inline result<std::vector<scored_box>> parse_results(std::string_view text, std::string_view name,
                                                     const ground_truth& truth) {
  std::unordered_set<std::int64_t> known;
  for (const picture& p : truth.images) known.insert(p.id);
  json_reader in(text, name);
  std::vector<scored_box> all;
  const bool read = detail::read_list(in, all, [&](json_reader&, scored_box& d) {
    const bool complete = detail::read_record(
        in, std::array<std::string_view, 4>{"image_id", "category_id", "bbox", "score"}, [&](std::string_view key) {
          if (key == "image_id") return in.integer(d.image_id);
          if (key == "category_id") return in.integer(d.category_id);
          if (key == "bbox") return detail::read_bounds(in, d.bbox);
          if (key == "score") return in.number(d.score);
          return in.skip();
        });
    return complete && (known.count(d.image_id) ||
                        in.fail("an image_id of the annotation file, not " + std::to_string(d.image_id), errc::invalid));
  });
  if (!read || !in.end()) return in.failure();
  return all;
}

inline result<ground_truth> read_annotations(const std::filesystem::path& path) {
  const auto text = detail::read_text(path);
  if (!text) return text.failure();
  return parse_annotations(*text, path.string());
}

inline result<std::vector<scored_box>> read_results(const std::filesystem::path& path, const ground_truth& truth) {
  const auto text = detail::read_text(path);
  if (!text) return text.failure();
  return parse_results(*text, path.string(), truth);
}

}  // namespace octet::coco

#endif
