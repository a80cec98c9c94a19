#ifndef OCTET_DATA_AUGMENT_HSV_JITTER_HPP
#define OCTET_DATA_AUGMENT_HSV_JITTER_HPP

#include <octet/data/augment/concepts.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace octet::data::augment {
inline namespace OCTET_ABI {

/// Other colours: to hue, saturation and value a random number is added, the same for all pixels, each at even chance.
/// Colours are computed in integers and rounded to nearest. Grey counts as red of no saturation and may become reddish.
struct hsv_jitter {
  double hue = 10;                                     ///< at most that many degrees
  double saturation = 30.0 / 255, value = 30.0 / 255;  ///< at most that part of the range

  void operator()(labelled_picture& p, random_source& random) const {
    const auto change = [&](double most) {
      const double by = random.between(-most, most);
      return random.chance(0.5) ? by : 0.0;
    };
    const double h = change(hue), s = change(saturation), v = change(value);
    if (h != 0 || s != 0 || v != 0) shift(p.picture, h, s, v);
  }

  /// Adds to hue (degrees, from -360 to 360), saturation and value (parts of the range, from -1 to 1).
  static void shift(image& picture, double hue, double saturation, double value) {
    constexpr std::int64_t sixth = 1024, one = 65536;
    const auto by = [](double x, double steps) { return static_cast<std::int64_t>(std::nearbyint(x * steps)); };
    const std::int64_t turn = by(hue, static_cast<double>(sixth) / 60) + 12 * sixth;
    const std::int64_t more_saturation = by(saturation, 65536), more_value = by(value, 255 * 256);
    for (std::size_t i = 0; i < picture.pixels.size(); i += 3) {
      std::uint8_t* rgb = picture.pixels.data() + i;
      const std::int64_t r = rgb[0], g = rgb[1], b = rgb[2];
      const std::int64_t most = (std::max)({r, g, b}), range = most - (std::min)({r, g, b});
      std::int64_t h = 0;
      if (range) {
        const std::int64_t from = most == r ? 0 : most == g ? 2 : 4, rest = most == r ? g - b : most == g ? b - r : r - g;
        h = from * sixth + (2 * rest * sixth + (rest < 0 ? -range : range)) / (2 * range);
      }
      h = (h + turn) % (6 * sixth);
      const std::int64_t s =
          std::clamp<std::int64_t>((most ? (range * one + most / 2) / most : 0) + more_saturation, 0, one);
      const std::int64_t v = std::clamp<std::int64_t>(most * 256 + more_value, 0, 255 * 256);
      const std::int64_t sector = h / sixth, within = h % sixth;
      // Of the three colours one is the value, one the value without the saturation, one between them.
      const std::int64_t fall = sector % 2 ? within : sixth - within;
      const auto colour = [&](std::int64_t part) {
        return static_cast<std::uint8_t>((v * one - v * s / sixth * part + (1 << 23)) >> 24);
      };
      const std::uint8_t high = colour(0), low = colour(sixth), middle = colour(fall);
      constexpr std::size_t highest[] = {0, 1, 1, 2, 2, 0}, lowest[] = {2, 2, 0, 0, 1, 1};
      const std::size_t top = highest[sector], bottom = lowest[sector];
      rgb[top] = high, rgb[bottom] = low, rgb[3 - top - bottom] = middle;
    }
  }
};

static_assert(augmentation_step<hsv_jitter>);

}  // namespace OCTET_ABI
}  // namespace octet::data::augment

#endif
