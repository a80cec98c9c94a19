#include "labelled_set.hpp"

#include <octet/coco/read.hpp>
#include <octet/coco/text_ids.hpp>
#include <octet/data/picture_file.hpp>
#include <octet/deploy/drop_broken.hpp>
#include <octet/train/checkpoint.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <optional>

namespace support {

using namespace octet;

namespace {

/// Labels only: what pycocotools misses in annotations without iscrowd or area is not needed here.
struct labels_only : coco::strict {
  static constexpr bool complete_annotations = false;
};

result<std::vector<graph::category>> categories_of(const coco::ground_truth& truth, const std::string& file) {
  std::vector<coco::category> all = truth.categories;
  std::ranges::stable_sort(all, {}, &coco::category::id);
  const auto twice = std::ranges::adjacent_find(all, {}, &coco::category::id);
  if (twice != all.end())
    return error(errc::invalid, file + ": two categories, '" + twice[0].name + "' and '" + twice[1].name +
                                    "', have the id " + coco::id_text(truth.category_texts, twice->id) +
                                    "; the ids of categories are to differ");
  std::vector<graph::category> classes;
  for (const coco::category& c : all) {
    graph::category& k = classes.emplace_back();
    k.id = c.id, k.name = c.name;
    if (!truth.category_texts.empty()) k.id = 0, k.text = coco::id_text(truth.category_texts, c.id);
  }
  return classes;
}

result<void> add_pictures(labelled_set& all, std::map<std::int64_t, std::size_t>& places, const std::string& annotations,
                          const std::string& images, const data::decode_options& how) {
  for (const auto& p : all.truth.images) {
    const auto [place, fresh] = places.emplace(p.id, all.examples.size());
    if (!fresh)
      return error(errc::invalid, annotations + ": two pictures, '" + all.examples[place->second].name + "' and '" +
                                      p.file_name + "', have the id " + coco::id_text(all.truth.image_texts, p.id) +
                                      "; the ids of pictures are to differ");
    const auto file = data::find_picture(images, p.file_name);
    if (!file) return file.failure().within(annotations);
    const auto size = data::read_size(*file, how);
    if (!size) return size.failure();
    all.sizes.compare(p, *size);
    all.examples.push_back({p.file_name, *file, *size, {}});
  }
  return {};
}

result<void> add_objects(labelled_set& all, const std::map<std::int64_t, std::size_t>& places,
                         const std::string& annotations, double side) {
  std::vector<std::int64_t> ids;
  for (const auto& c : all.truth.categories) ids.push_back(c.id);
  std::ranges::sort(ids);
  for (const auto& a : all.truth.annotations) {
    const auto place = places.find(a.image_id);
    const auto label = std::ranges::lower_bound(ids, a.category_id);
    if (place == places.end() || label == ids.end() || *label != a.category_id)
      return error(errc::invalid, annotations + ": annotation " + std::to_string(a.id) +
                                      " is of a picture or a category that the file does not list");
    example& e = all.examples[place->second];
    if (!std::ranges::all_of(a.bbox, [](double x) { return std::isfinite(x); }) || std::isnan(a.area))
      return error(errc::invalid, annotations + ": annotation " + std::to_string(a.id) + ", of picture '" + e.name +
                                      "', has a box or an area that is NaN or infinite; finite numbers are expected");
    const double w = e.size.width, h = e.size.height;
    const double right = a.bbox[0] + a.bbox[2], bottom = a.bbox[1] + a.bbox[3];
    const auto at = [](double x, double end) { return static_cast<float>(std::clamp(x, 0.0, end)); };
    const box b{at(a.bbox[0], w), at(a.bbox[1], h), at(right, w), at(bottom, h)};
    if (a.crowd) {
      ++all.crowds;
    } else if (!(b.x2 > b.x1) || !(b.y2 > b.y1)) {
      ++all.empty;
    } else if (static_cast<double>(b.x2 - b.x1) * side < w || static_cast<double>(b.y2 - b.y1) * side < h) {
      ++all.small;
    } else {
      // Half a pixel beyond the border is how some tools count, and no news.
      all.clipped += a.bbox[0] < -1 || a.bbox[1] < -1 || right > w + 1 || bottom > h + 1;
      ++all.objects;
      e.objects.push_back({b, static_cast<std::int32_t>(label - ids.begin())});
    }
  }
  return {};
}

}  // namespace

std::string labelled_set::settings() const {
  std::uint64_t sum = 0;
  const auto add = [&](const auto& x) { sum = train::hash({reinterpret_cast<const char*>(&x), sizeof x}, sum); };
  std::string ids;
  for (const graph::category& c : categories) {
    ids += ids.empty() ? "" : ", ";
    ids += c.text ? *c.text : std::to_string(c.id);
  }
  for (const example& e : examples) {
    sum = train::hash(e.name, sum);
    add(e.size.width), add(e.size.height), add(e.objects.size());
    for (const labelled_box& o : e.objects) add(o.box), add(o.label);
  }
  char digits[20];
  std::snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(sum));
  if (ids.size() > 100) ids = ids.substr(0, 100) + "... with checksum " + std::to_string(train::hash(ids));
  return "classes: " + std::to_string(categories.size()) + "\ncategory ids: " + ids +
         "\ndata set: " + std::to_string(examples.size()) + " pictures, " + std::to_string(objects) + " objects, checksum " +
         digits + '\n';
}

result<labelled_set> read_labelled_set(const std::string& annotations, const std::string& images,
                                       const io::picture_options& reading, int side, int threads) {
  labelled_set all;
  auto truth = coco::read_annotations<labels_only>(annotations);
  if (!truth) return truth.failure();
  all.truth = std::move(*truth);
  if (reading.skip_broken) {
    const auto broken = deploy::drop_broken(all.truth, images, threads);
    if (const auto some = reading.skipped(broken, all.truth.images.size()); !some) return some.failure();
  }
  auto classes = categories_of(all.truth, annotations);
  if (!classes) return classes.failure();
  all.categories = std::move(*classes);
  std::map<std::int64_t, std::size_t> places;
  if (const auto added = add_pictures(all, places, annotations, images, reading.decode); !added) return added.failure();
  if (all.examples.empty() || all.categories.empty())
    return error(errc::missing, annotations + ": lists no picture or no category; at least one of each is expected");
  if (const auto added = add_objects(all, places, annotations, side); !added) return added.failure();
  const std::string reasons = std::to_string(all.crowds) + " crowds, " + std::to_string(all.empty) +
                              " without area in their picture, " + std::to_string(all.small) +
                              " smaller than a pixel of the network's input";
  if (!all.objects)
    return error(errc::missing, annotations + ": no object is left to learn from (" +
                                    std::to_string(all.truth.annotations.size()) + " annotations: " + reasons +
                                    "); at least one box with an area in its picture is expected");
  if (const std::string sentence = all.sizes.sentence(); !sentence.empty()) reading.warn(sentence);
  if (all.left_out() || all.clipped)
    reading.warn(std::to_string(all.left_out()) + " of " + std::to_string(all.left_out() + all.objects) +
                 " annotations are left out (" + reasons + "), " + std::to_string(all.clipped) +
                 " reach beyond their picture and are clipped");
  return all;
}

}  // namespace support
