#ifndef OCTET_COCO_TEXT_IDS_HPP
#define OCTET_COCO_TEXT_IDS_HPP

#include <octet/coco/json.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Ids in COCO's files are numbers or texts; pycocotools only compares and sorts them. Inside of Octet they are numbers: a
/// text is its place among all texts of its kind, sorted by code points as Python does, so that the order is pycocotools'.
namespace octet::coco {

/// The id as the file has it. texts: those of its kind, empty where ids are numbers.
inline std::string id_text(const std::vector<std::string>& texts, std::int64_t id) {
  return id >= 0 && static_cast<std::uint64_t>(id) < texts.size() ? texts[static_cast<std::size_t>(id)] : std::to_string(id);
}

/// The place of a text in a sorted list, or nothing.
inline std::optional<std::int64_t> find_text(const std::vector<std::string>& texts, std::string_view text) {
  const auto at = std::lower_bound(texts.begin(), texts.end(), text);
  return at != texts.end() && *at == text ? std::optional<std::int64_t>(at - texts.begin()) : std::nullopt;
}

namespace detail {

/// An error at the place reached: ids are of one kind, text or number, and this is another.
[[gnu::cold]] inline bool other_kind(json_reader& in, const std::string& what, bool text, const std::string& example) {
  return in.fail(what + " that is a " + (text ? "text" : "number") + ", as " + (text ? '"' + example + '"' : example) +
                     " is, since Python sorts and finds only ids of one kind",
                 errc::invalid);
}

/// Reads the ids of one kind from a file; all are numbers or all are texts. Texts are numbered as they come, until sorted()
/// gives the final numbers. what: "an image id" or "a category id".
class id_reader {
 public:
  explicit id_reader(const char* what) : what_(what) {}

  bool operator()(json_reader& in, std::int64_t& id) {
    const bool text = in.next() == '"';
    if (example_ && text != texts_) return other_kind(in, what_, texts_, *example_);
    if (text) {
      std::string_view view;
      if (!in.string(view, storage_)) return false;
      auto at = places_.find(view);
      if (at == places_.end()) at = places_.emplace(view, places_.size()).first;
      id = at->second;
      if (!example_) example_ = view;
    } else {
      if (!in.integer(id)) return false;
      if (!example_) example_ = std::to_string(id);
    }
    texts_ = text;
    return true;
  }

  bool texts() const { return texts_; }

  /// All texts, ascending. renumber() is for the numbers given before.
  std::vector<std::string> sorted() {
    std::vector<std::string> list;
    place_.resize(places_.size());
    for (const auto& [text, at] : places_) {
      place_[static_cast<std::size_t>(at)] = static_cast<std::int64_t>(list.size());
      list.push_back(text);
    }
    return list;
  }
  void renumber(std::int64_t& id) const {
    if (texts_) id = place_[static_cast<std::size_t>(id)];
  }

 private:
  const char* what_;
  bool texts_ = false;
  std::optional<std::string> example_;
  std::map<std::string, std::int64_t, std::less<>> places_;
  std::vector<std::int64_t> place_;
  std::string storage_;
};

}  // namespace detail
}  // namespace octet::coco

#endif
