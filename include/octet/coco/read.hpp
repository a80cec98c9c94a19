#ifndef OCTET_COCO_READ_HPP
#define OCTET_COCO_READ_HPP

#include <octet/coco/concepts.hpp>
#include <octet/coco/ground_truth.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/coco/json.hpp>
#include <octet/coco/mapped_file.hpp>
#include <octet/coco/policy.hpp>
#include <octet/coco/record.hpp>
#include <octet/coco/text_ids.hpp>
#include <octet/core/result.hpp>

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Annotation files of COCO, from memory or from disk. `name` is what messages call the text. Every error says line and
/// column, what was found there, and what is accepted.
namespace octet::coco {

namespace detail {

inline bool read_size(json_reader& in, int& size) {
  std::int64_t value = 0;
  if (!in.integer(value)) return false;
  if (value < 0 || value > (std::numeric_limits<int>::max)())
    return in.fail("a picture size from 0 to 2147483647 before this", errc::invalid);
  size = static_cast<int>(value);
  return true;
}

/// The ids in a file that others refer to.
struct file_ids {
  id_reader image{"an image id"}, category{"a category id"};

  bool list(json_reader& in, std::vector<std::int64_t>& ids) {
    return in.array([&] { return category(in, ids.emplace_back()); });
  }

  /// Gives texts their final numbers.
  void finish(ground_truth& g) {
    g.image_texts = image.sorted(), g.category_texts = category.sorted();
    if (!image.texts() && !category.texts()) return;
    for (picture& p : g.images) {
      image.renumber(p.id);
      for (auto* ids : {&p.neg_category_ids, &p.not_exhaustive_category_ids})
        for (std::int64_t& id : *ids) category.renumber(id);
    }
    for (coco::category& c : g.categories) category.renumber(c.id);
    for (annotation& a : g.annotations) image.renumber(a.image_id), category.renumber(a.category_id);
  }
};

/// federated: the lists of categories are read.
inline bool read_picture(json_reader& in, file_ids& ids, picture& p, bool federated) {
  static constexpr std::string_view names[]{
      "id", "width", "height", "file_name", "neg_category_ids", "not_exhaustive_category_ids"};
  const auto seen = read_record(in, names, [&](std::size_t field) {
    return field == 0   ? ids.image(in, p.id)
           : field == 1 ? read_size(in, p.width)
           : field == 2 ? read_size(in, p.height)
           : field == 3 ? in.string(p.file_name)
           : !federated ? in.skip()
                        : ids.list(in, field == 4 ? p.neg_category_ids : p.not_exhaustive_category_ids);
  });
  return seen && need(in, *seen, {"id"});
}

inline bool read_category(json_reader& in, file_ids& ids, category& c) {
  const auto seen = read_record(
      in, {"id", "name"}, [&](std::size_t field) { return field == 0 ? ids.category(in, c.id) : in.string(c.name); });
  return seen && need(in, *seen, {"id"});
}

/// pycocotools takes int(iscrowd) for matching, and its lowest byte for the overlap.
inline bool read_crowd(json_reader& in, annotation& a) {
  std::int64_t crowd = 0;
  if (in.next() == 't' || in.next() == 'f') {
    crowd = in.word("true");
    if (!crowd && !in.word("false")) return in.fail("a number");
  } else if (!in.integer(crowd)) {
    return false;
  }
  a.crowd = crowd != 0;
  a.solid = a.crowd && static_cast<std::uint8_t>(crowd) == 0;
  return true;
}

/// An annotation that lacks a field, and where it ends in the text.
struct gap {
  std::size_t annotation, place;
  const char* field;
};

template <class Policy>
bool read_annotation(json_reader& in, file_ids& ids, std::vector<annotation>& all, std::vector<gap>& gaps) {
  annotation& a = all.emplace_back();
  const auto seen = read_record(in, {"area", "iscrowd", "image_id", "bbox", "category_id", "id"}, [&](std::size_t field) {
    switch (field) {
      case 0:
        return in.number(a.area);
      case 1:
        return read_crowd(in, a);
      case 2:
        return ids.image(in, a.image_id);
      case 3:
        return read_bounds(in, a.bbox, rotated_overlap_rule<typename Policy::overlap> ? &a.angle : nullptr);
      case 4:
        return ids.category(in, a.category_id);
      default:
        return in.integer(a.id);
    }
  });
  if (!seen || !need(in, *seen >> 2, {"image_id", "bbox", "category_id", "id"})) return false;
  const bool area = *seen & 1, crowd = *seen & 2;
  if (Policy::complete_annotations && (!crowd || (!area && !a.crowd)))
    gaps.push_back({all.size() - 1, in.position(), crowd ? "area" : "iscrowd"});
  if (!area) a.area = product(a.bbox[2], a.bbox[3]);
  return true;
}

}  // namespace detail

/// A file with the lists images, categories and annotations; others are skipped. Ids of pictures and of categories are
/// integers of 64 bits or texts.
template <class Policy = strict>
result<ground_truth> parse_annotations(std::string_view text, std::string_view name) {
  json_reader in(text, name);
  ground_truth g;
  std::vector<detail::gap> gaps;
  detail::file_ids ids;
  const auto seen = detail::read_record(in, {"images", "annotations", "categories"}, [&](std::size_t field) {
    return in.array([&] {
      return field == 0   ? detail::read_picture(in, ids, g.images.emplace_back(), Policy::federated)
             : field == 1 ? detail::read_annotation<Policy>(in, ids, g.annotations, gaps)
                          : detail::read_category(in, ids, g.categories.emplace_back());
    });
  });
  if (!seen || !in.end()) return in.failure();
  for (const auto& [bit, list] : {std::pair{1, "images"}, {4, "categories"}, {2, "annotations"}})
    if (!(*seen & static_cast<unsigned>(bit)))
      return error(errc::missing, std::string(name) + ": has no list \"" + list +
                                      "\"; a COCO annotation file has images, categories and annotations");
  ids.finish(g);
  // Only annotations that take part are missed by pycocotools.
  const id_index images(detail::ids_of(g.images, {})), categories(detail::ids_of(g.categories, {}));
  for (const detail::gap& miss : gaps) {
    const annotation& a = g.annotations[miss.annotation];
    if (images(a.image_id) == id_index::none || categories(a.category_id) == id_index::none) continue;
    in.fail_at(miss.place, detail::needed(miss.field), errc::missing);
    return in.failure();
  }
  if constexpr (!Policy::last_of_id) {
    std::vector<std::int64_t> all;
    for (const annotation& a : g.annotations) all.push_back(a.id);
    std::sort(all.begin(), all.end());
    if (const auto twice = std::adjacent_find(all.begin(), all.end()); twice != all.end())
      return error(errc::invalid, std::string(name) + ": two annotations have the id " + std::to_string(*twice) +
                                      "; the ids of annotations are to differ");
  }
  return g;
}

template <class Policy = strict>
result<ground_truth> read_annotations(const std::string& path) {
  const auto file = mapped_file::open(path);
  if (!file) return file.failure();
  return parse_annotations<Policy>(file->text(), path);
}

}  // namespace octet::coco

#endif
