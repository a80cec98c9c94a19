#ifndef OCTET_DEPLOY_CLASSES_HPP
#define OCTET_DEPLOY_CLASSES_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/core/result.hpp>
#include <octet/data/coco_names.hpp>

#include <algorithm>
#include <string>
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

}  // namespace octet::deploy

#endif
