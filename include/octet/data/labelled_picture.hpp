#ifndef OCTET_DATA_LABELLED_PICTURE_HPP
#define OCTET_DATA_LABELLED_PICTURE_HPP

#include <octet/core/types.hpp>
#include <octet/data/image.hpp>

#include <algorithm>
#include <vector>

namespace octet::data {

/// A picture and the objects in it, in its pixels: what augmentation changes.
struct labelled_picture {
  image picture;
  std::vector<labelled_box> objects;
};

/// Moves boxes: x * sx + dx, y * sy + dy.
inline void move_boxes(std::vector<labelled_box>& objects, float sx, float sy, float dx, float dy) noexcept {
  for (labelled_box& o : objects) o.box = {o.box.x1 * sx + dx, o.box.y1 * sy + dy, o.box.x2 * sx + dx, o.box.y2 * sy + dy};
}

/// Clips boxes to a picture of that size; those with less than `least` pixels of width or height left are dropped.
inline void clip_boxes(std::vector<labelled_box>& objects, float width, float height, float least = 1) {
  for (labelled_box& o : objects)
    o.box = {std::clamp(o.box.x1, 0.0f, width), std::clamp(o.box.y1, 0.0f, height), std::clamp(o.box.x2, 0.0f, width),
             std::clamp(o.box.y2, 0.0f, height)};
  std::erase_if(objects,
                [=](const labelled_box& o) { return !(o.box.x2 - o.box.x1 >= least && o.box.y2 - o.box.y1 >= least); });
}

}  // namespace octet::data

#endif
