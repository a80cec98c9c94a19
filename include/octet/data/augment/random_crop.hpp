#ifndef OCTET_DATA_AUGMENT_RANDOM_CROP_HPP
#define OCTET_DATA_AUGMENT_RANDOM_CROP_HPP

#include <octet/data/augment/concepts.hpp>
#include <octet/data/paste.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace octet::data::augment {
inline namespace OCTET_ABI {

/// A part of the picture that overlaps an object enough (Liu et al. 2016, SSD): a least IoU is drawn, or that the picture
/// stays, then parts until one has an object with that IoU and an object whose centre lies in it; after `attempts` the next
/// IoU's turn comes. Objects whose centre lies outside are dropped, the others' boxes are clipped. A picture without objects
/// stays as it is.
struct random_crop {
  double chance = 1;
  double least_size = 0.3, most_size = 1;    ///< square root of the part's area, of the picture's
  double least_shape = 0.5, most_shape = 2;  ///< width to height, of the picture's
  std::vector<double> overlaps{0, 0.1, 0.3, 0.5, 0.7, 0.9};
  bool may_stay = true;
  int attempts = 50;

  void operator()(labelled_picture& p, random_source& random) const {
    if (p.objects.empty() || !random.chance(chance)) return;
    std::vector<double> least = overlaps;
    if (may_stay) least.push_back(stay);
    for (std::size_t i = least.size(); i > 1; --i)
      std::swap(least[i - 1], least[random.below(static_cast<std::uint32_t>(i))]);
    for (const double overlap : least) {
      if (overlap == stay) return;
      for (int i = 0; i < attempts; ++i) {
        const box part = draw(p.picture, random);
        if (part.x2 > part.x1 && part.y2 > part.y1 && fits(p.objects, part, overlap)) return cut(p, part);
      }
    }
  }

  /// Cuts a picture to a part of it; corners are whole.
  static void cut(labelled_picture& p, const box& part) {
    std::erase_if(p.objects, [&](const labelled_box& o) { return !centred(o.box, part); });
    move_boxes(p.objects, 1, 1, -part.x1, -part.y1);
    const float width = part.x2 - part.x1, height = part.y2 - part.y1;
    for (labelled_box& o : p.objects)
      o.box = {(std::max)(o.box.x1, 0.0f), (std::max)(o.box.y1, 0.0f), (std::min)(o.box.x2, width),
               (std::min)(o.box.y2, height)};
    image inner(static_cast<int>(width), static_cast<int>(height));
    paste(inner, p.picture, -static_cast<int>(part.x1), -static_cast<int>(part.y1));
    p.picture = std::move(inner);
  }

 private:
  static constexpr double stay = -1;

  box draw(const image& picture, random_source& random) const {
    const double size = random.between(least_size, most_size), square = size * size;
    const double shape = random.between((std::max)(least_shape, square), (std::min)(most_shape, 1 / square));
    const int w = static_cast<int>(picture.width * (size * std::sqrt(shape)));
    const int h = static_cast<int>(picture.height * (size / std::sqrt(shape)));
    const auto place = [&](int whole, int part) {
      return whole > part ? static_cast<int>(random.below(static_cast<std::uint32_t>(whole - part))) : 0;
    };
    const int y = place(picture.height, h), x = place(picture.width, w);
    return {static_cast<float>(x), static_cast<float>(y), static_cast<float>((std::min)(x + w, picture.width)),
            static_cast<float>((std::min)(y + h, picture.height))};
  }
  static bool centred(const box& b, const box& part) noexcept {
    const float x = (b.x1 + b.x2) / 2, y = (b.y1 + b.y2) / 2;
    return x >= part.x1 && x < part.x2 && y >= part.y1 && y < part.y2 && b.x2 > b.x1 && b.y2 > b.y1;
  }
  static double overlap(const box& a, const box& b) noexcept {
    const auto length = [](float from, float to) {
      return (std::max)(0.0, static_cast<double>(to) - static_cast<double>(from));
    };
    const double both =
        length((std::max)(a.x1, b.x1), (std::min)(a.x2, b.x2)) * length((std::max)(a.y1, b.y1), (std::min)(a.y2, b.y2));
    const double all = length(a.x1, a.x2) * length(a.y1, a.y2) + length(b.x1, b.x2) * length(b.y1, b.y2) - both;
    return all > 0 ? both / all : 0;
  }
  static bool fits(const std::vector<labelled_box>& objects, const box& part, double least) {
    return std::ranges::any_of(objects, [&](const labelled_box& o) { return overlap(o.box, part) >= least; }) &&
           std::ranges::any_of(objects, [&](const labelled_box& o) { return centred(o.box, part); });
  }
};

static_assert(augmentation_step<random_crop>);

}  // namespace OCTET_ABI
}  // namespace octet::data::augment

#endif
