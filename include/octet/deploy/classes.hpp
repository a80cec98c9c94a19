#ifndef OCTET_DEPLOY_CLASSES_HPP
#define OCTET_DEPLOY_CLASSES_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/text_ids.hpp>
#include <octet/core/result.hpp>
#include <octet/data/coco_names.hpp>
#include <octet/graph/model.hpp>

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace octet::deploy {

/// What the labels of a detector with so many classes stand for: COCO's categories if there are 80, else numbers.
inline std::vector<coco::category> classes_of(int count) {
  std::vector<coco::category> all;
  for (int k = 0; k < count; ++k) {
    if (count == static_cast<int>(data::coco_categories.size())) {
      const auto& c = data::coco_categories[static_cast<std::size_t>(k)];
      all.push_back({c.id, std::string(c.name)});
    } else {
      all.push_back({k + 1, "class " + std::to_string(k + 1)});
    }
  }
  return all;
}

/// Annotations without pictures: the categories that a detector knows, in the order of its labels. Those that the model
/// notes count; a model that notes none has those of its number of classes.
template <class Model>
coco::ground_truth known_classes(const Model& m) {
  coco::ground_truth all;
  if (m.categories.empty()) all.categories = classes_of(m.classes);
  for (const graph::category& c : m.categories)
    if (c.text) all.category_texts.push_back(*c.text);
  std::ranges::sort(all.category_texts);
  for (const graph::category& c : m.categories)
    all.categories.push_back({c.text ? *coco::find_text(all.category_texts, *c.text) : c.id, c.name});
  return all;
}

/// The same for a detector that was trained on annotations: their categories by ascending id. Annotations with another
/// number of categories are accepted for COCO's 80 classes only, of which they may be a part.
inline result<std::vector<coco::category>> classes_of(int count, const coco::ground_truth& truth) {
  if (static_cast<int>(truth.categories.size()) == count) {
    auto all = truth.categories;
    std::ranges::stable_sort(all, {}, &coco::category::id);
    return all;
  }
  if (count == static_cast<int>(data::coco_categories.size())) return classes_of(count);
  return error(errc::invalid, "the model has " + std::to_string(count) + " classes, the annotations list " +
                                  std::to_string(truth.categories.size()) + " categories; as many are expected");
}

/// What the labels of a detector stand for in annotations that measure it. A model that notes its categories is matched by
/// their ids, in whatever order the annotations list them, and may know more; one that notes none, by their number.
/// Errors: the annotations use a category that the model does not know.
template <class Model>
result<std::vector<coco::category>> classes_of(const Model& m, const coco::ground_truth& truth) {
  if (m.categories.empty()) return classes_of(m.classes, truth);
  const bool texts = !truth.category_texts.empty();
  std::vector<coco::category> all;
  std::set<std::int64_t> ids;
  std::string known;
  for (const graph::category& c : m.categories) {
    // What the annotations do not list has an id below theirs, so that it meets none.
    const auto place = texts && c.text ? coco::find_text(truth.category_texts, *c.text) : std::nullopt;
    const std::int64_t other = -1 - static_cast<std::int64_t>(all.size());
    const bool alike = texts == c.text.has_value();
    all.push_back({alike ? (texts ? place.value_or(other) : c.id) : other, c.name});
    if (alike && (!texts || place)) ids.insert(all.back().id);
    if (known.size() < 100)
      known += (known.empty() ? "" : ", ") + (c.text ? '"' + *c.text + '"' : std::to_string(c.id));
    else if (!known.ends_with("..."))
      known += ", ...";
  }
  for (const coco::annotation& a : truth.annotations)
    if (!ids.contains(a.category_id) &&
        std::ranges::any_of(truth.categories, [&](const coco::category& c) { return c.id == a.category_id; }))
      return error(errc::invalid, "the annotations use the category id " +
                                      coco::id_text(truth.category_texts, a.category_id) +
                                      ", which the model does not know; it knows " + known);
  return all;
}

/// One sentence where a category of the model has another name in the annotations; empty where all agree.
template <class Model>
std::string other_names(const Model& m, const coco::ground_truth& truth) {
  const auto known = classes_of(m, truth);
  std::string first;
  std::size_t count = 0;
  for (std::size_t k = 0; known && k < m.categories.size(); ++k)
    for (const coco::category& c : truth.categories)
      if (c.id == (*known)[k].id && c.name != (*known)[k].name && !count++)
        first = coco::id_text(truth.category_texts, c.id) + " is '" + (*known)[k].name + "' to the model and '" + c.name +
                "' in the annotations";
  if (!count) return {};
  return "other names of " + std::to_string(count) + " categories: " + first + "; the ids count";
}

}  // namespace octet::deploy

#endif
