#ifndef OCTET_COCO_READ_RESULTS_HPP
#define OCTET_COCO_READ_RESULTS_HPP

#include <octet/coco/concepts.hpp>
#include <octet/coco/ground_truth.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/coco/json.hpp>
#include <octet/coco/mapped_file.hpp>
#include <octet/coco/parallel.hpp>
#include <octet/coco/policy.hpp>
#include <octet/coco/record.hpp>
#include <octet/coco/text_ids.hpp>
#include <octet/core/result.hpp>

#include <algorithm>
#include <list>
#include <string>
#include <string_view>
#include <vector>

/// Result files of COCO: a list of detections. Errors are told as those of annotation files.
namespace octet::coco {

namespace detail {

/// Ids of one kind as the annotation file has them.
struct known_ids {
  const char* what;
  const std::vector<std::string>& texts;
  std::string example;
  bool required;

  /// all: whether every id must be one of the annotation file's.
  template <class Record>
  known_ids(const char* name, const std::vector<std::string>& of, const std::vector<Record>& records, bool all)
      : what(name), texts(of), example(records.empty() ? "1" : id_text(of, records.front().id)), required(all) {}

  /// A text that the annotation file has not becomes -1, which no text is.
  bool operator()(json_reader& in, std::int64_t& id, std::string& storage) const {
    const bool text = in.next() == '"';
    if (text == texts.empty()) return other_kind(in, what, !text, example);
    if (!text) return in.integer(id);
    std::string_view view;
    if (!in.string(view, storage)) return false;
    id = find_text(texts, view).value_or(-1);
    return id >= 0 || !required || unknown(in, '"' + std::string(view) + '"');
  }

  static bool unknown(json_reader& in, const std::string& image) {
    return in.fail("an image_id of the annotation file, not " + image, errc::invalid);
  }
};

/// Reads a part of a list of detections, that up to the record that starts at byte `stop` or up to the end of the list.
class result_part {
 public:
  /// rotated: boxes have an angle.
  result_part(std::string_view text, std::string_view name, std::size_t first, std::size_t stop, bool rotated)
      : in(text, name, first, 1), first_(first), stop_(stop), rotated_(rotated) {
    // Far more than there can be; only what is used becomes memory.
    list.reserve(((std::min)(stop, text.size()) - first) / 40 + 1);
  }

  /// True if all is read. Otherwise there is an error, or no record starts at `stop`.
  template <class Release>
  bool read(const id_index& images, const known_ids& image_ids, const known_ids& category_ids, const Release& release) {
    std::string text;
    std::int64_t image = 0;
    bool known = false;
    for (std::size_t n = 1; (in.next(), in.position() < stop_); ++n) {
      scored_box& d = list.emplace_back();
      const auto seen = read_record(in, {"image_id", "category_id", "bbox", "score"}, [&](std::size_t field) {
        return field == 0   ? image_ids(in, d.image_id, text)
               : field == 1 ? category_ids(in, d.category_id, text)
               : field == 2 ? read_bounds(in, d.bbox, rotated_ ? &d.angle : nullptr)
                            : in.number(d.score);
      });
      if (!seen || !need(in, *seen, {"image_id", "category_id", "bbox", "score"})) return false;
      if (!known || image != d.image_id) image = d.image_id, known = images(image) != id_index::none;
      if (!known) return known_ids::unknown(in, id_text(image_ids.texts, image));
      if (in.pass(']')) return in.end();
      if (!in.pass(',')) return in.fail("',' or the end of the list");
      if (n % 4096 == 0) release(first_, in.position()), first_ = in.position();
    }
    return in.position() == stop_;
  }

  json_reader in;
  std::vector<scored_box> list;

 private:
  std::size_t first_, stop_;
  bool rotated_;
};

/// Where a record may start at or after `from`: what follows "},".
inline std::size_t likely_record(std::string_view text, std::size_t from) {
  static constexpr std::string_view space = " \t\r\n";
  for (std::size_t at = from; (at = text.find('}', at)) != text.npos; ++at) {
    const std::size_t comma = text.find_first_not_of(space, at + 1);
    if (comma == text.npos || text[comma] != ',') continue;
    const std::size_t brace = text.find_first_not_of(space, comma + 1);
    if (brace != text.npos && text[brace] == '{') return brace;
  }
  return text.size() + 1;
}

}  // namespace detail

/// Detections of pictures that are in `truth`; another image id is an error for the whole file, as in pycocotools.
/// release(first, last) is told of bytes that are not needed any more. With several threads the text is read in as many
/// parts; the result and the errors are the same.
template <class Policy = strict, class Release>
result<std::vector<scored_box>> parse_results(std::string_view text, std::string_view name, const ground_truth& truth,
                                              int threads, const Release& release) {
  const id_index images(detail::ids_of(truth.images, {}));
  const detail::known_ids image_ids("an image id", truth.image_texts, truth.images, true);
  const detail::known_ids category_ids("a category id", truth.category_texts, truth.categories, false);
  json_reader start(text, name);
  if (!start.pass('[')) return start.fail("an array"), start.failure();
  if (start.next() == ']' && start.pass(']')) {
    if (!start.end()) return start.failure();
    if constexpr (!Policy::empty_results)
      return error(errc::invalid, std::string(name) + ": is an empty list; at least one detection is expected");
    return std::vector<scored_box>{};
  }
  for (std::size_t count = threads > 1 && text.size() > 1 << 20 ? static_cast<std::size_t>(threads) : 1;; count = 1) {
    std::list<detail::result_part> list;
    std::vector<detail::result_part*> parts;
    for (std::size_t i = 0, first = start.position(); i < count && first < text.size(); ++i) {
      const std::size_t stop = i + 1 == count
                                   ? text.size() + 1
                                   : detail::likely_record(text, (std::max)(first + 1, text.size() / count * (i + 1)));
      parts.push_back(&list.emplace_back(text, name, first, stop, rotated_overlap_rule<typename Policy::overlap>));
      first = stop;
    }
    std::vector<char> whole(parts.size());
    parallel_for(threads, parts.size(),
                 [&](std::size_t i) { whole[i] = parts[i]->read(images, image_ids, category_ids, release); });
    std::size_t bad = 0;
    while (bad < parts.size() && whole[bad]) ++bad;
    if (bad < parts.size() && !parts[bad]->in.failed()) continue;  // what looked like a record was none
    if (bad < parts.size()) return parts[bad]->in.failure();
    std::vector<scored_box> all = std::move(parts[0]->list);
    std::size_t size = all.size();
    for (std::size_t i = 1; i < parts.size(); ++i) size += parts[i]->list.size();
    all.reserve(size);
    for (std::size_t i = 1; i < parts.size(); ++i) {
      all.insert(all.end(), parts[i]->list.begin(), parts[i]->list.end());
      parts[i]->list = {};
    }
    return all;
  }
}

template <class Policy = strict>
result<std::vector<scored_box>> parse_results(std::string_view text, std::string_view name, const ground_truth& truth,
                                              int threads = 1) {
  return parse_results<Policy>(text, name, truth, threads, [](std::size_t, std::size_t) {});
}

template <class Policy = strict>
result<std::vector<scored_box>> read_results(const std::string& path, const ground_truth& truth, int threads = 1) {
  const auto file = mapped_file::open(path);
  if (!file) return file.failure();
  return parse_results<Policy>(file->text(), path, truth, threads,
                               [&](std::size_t first, std::size_t last) { file->release(first, last); });
}

}  // namespace octet::coco

#endif
