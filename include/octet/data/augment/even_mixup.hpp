#ifndef OCTET_DATA_AUGMENT_EVEN_MIXUP_HPP
#define OCTET_DATA_AUGMENT_EVEN_MIXUP_HPP

#include <octet/data/augment/concepts.hpp>
#include <octet/data/augment/fitted.hpp>
#include <octet/data/flip.hpp>
#include <octet/data/paste.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace octet::data::augment {
inline namespace OCTET_ABI {

/// Mixup as it follows a mosaic (Ge et al. 2021, YOLOX): half of this picture and half of another, which is fitted into its
/// size on a ground of one colour, scaled, at even chance mirrored, and moved where it is the larger one; on black where it
/// is the smaller one. This picture keeps its size, and the objects of both count whole. Boxes are clipped; those with less
/// than a pixel left are dropped. Pixels are rounded down. A picture without objects stays as it is.
struct even_mixup {
  double chance = 1;
  double least_scale = 0.5, most_scale = 1.5;
  std::array<std::uint8_t, 3> ground{114, 114, 114};

  void operator()(labelled_picture& p, random_source& random, picture_source auto&& another) const {
    if (p.objects.empty() || !random.chance(chance)) return;
    const int width = p.picture.width, height = p.picture.height;
    const double scale = random.between(least_scale, most_scale);
    const bool mirrored = random.chance(0.5);
    labelled_picture other = fitted(another(random), width, height);
    image fit = plain(width, height, ground);
    paste(fit, other.picture, 0, 0);
    const int w = (std::max)(1, static_cast<int>(width * scale)), h = (std::max)(1, static_cast<int>(height * scale));
    fit = resize<linear>(fit, w, h);
    const auto part = [](int to, int from) { return static_cast<float>(to) / static_cast<float>(from); };
    move_boxes(other.objects, part(w, width), part(h, height), 0, 0);
    if (mirrored) {
      flip(fit);
      for (labelled_box& o : other.objects) o.box = flipped(o.box, static_cast<float>(w));
    }
    const auto offset = [&](int larger, int smaller) {
      return larger > smaller ? static_cast<int>(random.below(static_cast<std::uint32_t>(larger - smaller))) : 0;
    };
    const int y = offset(h, height), x = offset(w, width);
    image over(width, height);
    paste(over, fit, -x, -y);
    for (std::size_t i = 0; i < over.pixels.size(); ++i)
      p.picture.pixels[i] = static_cast<std::uint8_t>((p.picture.pixels[i] + over.pixels[i]) / 2);
    move_boxes(other.objects, 1, 1, static_cast<float>(-x), static_cast<float>(-y));
    clip_boxes(other.objects, static_cast<float>(width), static_cast<float>(height));
    p.objects.insert(p.objects.end(), other.objects.begin(), other.objects.end());
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::data::augment

#endif
