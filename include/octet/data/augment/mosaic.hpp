#ifndef OCTET_DATA_AUGMENT_MOSAIC_HPP
#define OCTET_DATA_AUGMENT_MOSAIC_HPP

#include <octet/data/affine.hpp>
#include <octet/data/augment/concepts.hpp>
#include <octet/data/augment/fitted.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace octet::data::augment {
inline namespace OCTET_ABI {

/// Four pictures around a point (Bochkovskiy et al. 2020): this one and three more, each as large as fits into side x side,
/// meet at a random point in the middle half of a ground of twice that size, and what lies beyond is cut off. Then all is
/// turned, sheared, scaled and moved around the upper left corner, and side x side pixels of it are the picture.
/// Boxes are clipped to the ground, then to the picture; those with less than a pixel left are dropped.
struct mosaic {
  double chance = 1;
  int side = 640;
  double degrees = 10, shear = 2;  ///< turned and sheared by at most that many degrees
  double least_scale = 0.1, most_scale = 2;
  double move = 0.1;  ///< at most that part of the side, to the right and down alike
  std::array<std::uint8_t, 3> ground{114, 114, 114};

  void operator()(labelled_picture& p, random_source& random, picture_source auto&& another) const {
    if (!random.chance(chance)) return;
    const auto corner = [&] { return static_cast<int>(random.between(0.5 * side, 1.5 * side)); };
    const int cy = corner(), cx = corner();
    image canvas = plain(2 * side, 2 * side, ground);
    std::vector<labelled_box> objects;
    for (int place = 0; place < 4; ++place) {
      labelled_picture part = fitted(place ? another(random) : std::move(p), side, side);
      const int x = place % 2 ? cx : cx - part.picture.width, y = place / 2 ? cy : cy - part.picture.height;
      paste(canvas, part.picture, x, y);
      move_boxes(part.objects, 1, 1, static_cast<float>(x), static_cast<float>(y));
      objects.insert(objects.end(), part.objects.begin(), part.objects.end());
    }
    const auto size = static_cast<float>(side);
    clip_boxes(objects, 2 * size, 2 * size);
    const double turn = random.between(-degrees, degrees), scale = random.between(least_scale, most_scale);
    const double sheared = random.between(-shear, shear), by = random.between(-move, move) * side;
    const affine m = affine::turned(scale, turn, sheared, by, by);
    p.picture = moved(canvas, m, side, side, ground);
    for (labelled_box& o : objects) o.box = moved(o.box, m);
    clip_boxes(objects, size, size);
    p.objects = std::move(objects);
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::data::augment

#endif
