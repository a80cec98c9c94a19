#ifndef OCTET_DATA_AUGMENT_RANDOM_EXPAND_HPP
#define OCTET_DATA_AUGMENT_RANDOM_EXPAND_HPP

#include <octet/data/augment/concepts.hpp>
#include <octet/data/paste.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace octet::data::augment {
inline namespace OCTET_ABI {

/// Somewhere on a ground of one colour that is up to `most` times as wide and as high (Liu et al. 2016, SSD); objects are
/// smaller once the network's input is made of it.
struct random_expand {
  double chance = 0.5;
  double most = 4;
  std::array<std::uint8_t, 3> ground{128, 128, 128};

  void operator()(labelled_picture& p, random_source& random) const {
    if (!random.chance(chance)) return;
    const double ratio = random.between(1, most);
    const int width = static_cast<int>(p.picture.width * ratio), height = static_cast<int>(p.picture.height * ratio);
    if (width <= p.picture.width || height <= p.picture.height) return;
    const auto y = static_cast<int>(random.below(static_cast<std::uint32_t>(height - p.picture.height)));
    const auto x = static_cast<int>(random.below(static_cast<std::uint32_t>(width - p.picture.width)));
    image canvas = plain(width, height, ground);
    paste(canvas, p.picture, x, y);
    p.picture = std::move(canvas);
    move_boxes(p.objects, 1, 1, static_cast<float>(x), static_cast<float>(y));
  }
};

static_assert(augmentation_step<random_expand>);

}  // namespace OCTET_ABI
}  // namespace octet::data::augment

#endif
