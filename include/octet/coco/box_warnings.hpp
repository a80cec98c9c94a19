#ifndef OCTET_COCO_BOX_WARNINGS_HPP
#define OCTET_COCO_BOX_WARNINGS_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/id_index.hpp>
#include <octet/coco/text_ids.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

/// What is suspicious about the boxes of a file.
namespace octet::coco::detail {

inline std::string share_of(std::size_t n, std::size_t all) { return std::to_string(n) + " of " + std::to_string(all); }

/// How often something was seen in a list, and first where.
struct sightings {
  std::size_t count = 0, first = 0;
  void add(std::size_t at) {
    if (count++ == 0) first = at;
  }
};

/// The sizes of pictures, by id; 0 where the file does not say.
class picture_sizes {
 public:
  explicit picture_sizes(const ground_truth& truth) : ids_(ids_of(truth.images, {})), at_(ids_), sizes_(ids_.size()) {
    for (const picture& p : truth.images) sizes_[at_(p.id)] = {p.width, p.height};
  }
  std::pair<double, double> operator()(std::int64_t id) const {
    const std::uint32_t i = at_(id);
    return i == id_index::none ? std::pair(0.0, 0.0) : sizes_[i];
  }

 private:
  std::vector<std::int64_t> ids_;
  id_index at_;
  std::vector<std::pair<double, double>> sizes_;
};

/// Appends sentences about boxes that are no numbers, empty, outside of their pictures, or of another format. name(i) says
/// which record is meant. angles: boxes are rotated, of which only the numbers are looked at. Cost: one pass.
template <class Record, class Name>
void warn_of_boxes(std::span<const Record> all, const picture_sizes& sizes, bool angles, Name&& name,
                   std::vector<std::string>& list) {
  sightings no_numbers, empty, outside;
  std::size_t sized = 0, as_corners = 0, below_one = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto& [x, y, w, h] = all[i].bbox;
    if (!std::isfinite(x + y + w + h)) {
      no_numbers.add(i);
      continue;
    }
    if (!(w > 0 && h > 0)) empty.add(i);
    const auto [width, height] = sizes(all[i].image_id);
    if (angles || width <= 0 || height <= 0) continue;
    ++sized;
    const double right = width * 1.01 + 1, low = height * 1.01 + 1;  // detectors may err by a pixel or one in a hundred
    if (x < width - right || y < height - low || x + w > right || y + h > low) outside.add(i);
    as_corners += x >= -1 && y >= -1 && w > x && h > y && w <= right && h <= low;
    below_one += x <= 1 && y <= 1 && w <= 1 && h <= 1 && w > 0 && h > 0 && width > 1 && height > 1;
  }
  const auto say = [&](const sightings& s, const std::string& what, const std::string& why) {
    if (s.count) list.push_back(what + ": " + share_of(s.count, all.size()) + ", the first in " + name(s.first) + why);
  };
  say(no_numbers, "boxes with NaN or Infinity", "; pycocotools can count such a box as a hit");
  say(empty, "boxes whose width or height is 0 or negative", "; they hit nothing");
  if (sized && below_one == sized)
    list.push_back("all boxes lie between 0 and 1; COCO's are in pixels");
  else if (outside.count * 4 >= sized && outside.count && as_corners * 50 >= sized * 49)
    say(outside, "boxes that leave their pictures", "; corners taken for widths? COCO's boxes are x, y, width, height");
  else if (outside.count * 2 >= sized)
    say(outside, "boxes that leave their pictures", "");
}

}  // namespace octet::coco::detail

#endif
