#ifndef OCTET_DATA_AUGMENT_MIXUP_HPP
#define OCTET_DATA_AUGMENT_MIXUP_HPP

#include <octet/data/augment/concepts.hpp>
#include <octet/data/paste.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>

namespace octet::data::augment {
inline namespace OCTET_ABI {

/// Two pictures over each other (Zhang et al. 2018): a part f of this one and 1 - f of another, both in the upper left
/// corner of a black picture that holds them; f is of the distribution beta(1.5, 1.5). All objects stay, with their shares
/// times f or 1 - f. Pixels are rounded down.
struct mixup {
  double chance = 1;

  void operator()(labelled_picture& p, random_source& random, picture_source auto&& another) const {
    if (!random.chance(chance)) return;
    labelled_picture other = another(random);
    blend(p, std::move(other), part(random));
  }

  /// With `f` in units of 1/65536, above 0 and below 65536.
  static void blend(labelled_picture& p, labelled_picture other, std::uint32_t f) {
    const int width = (std::max)(p.picture.width, other.picture.width);
    const int height = (std::max)(p.picture.height, other.picture.height);
    image both(width, height), second(width, height);
    paste(both, p.picture, 0, 0), paste(second, other.picture, 0, 0);
    for (std::size_t i = 0; i < both.pixels.size(); ++i)
      both.pixels[i] = static_cast<std::uint8_t>((both.pixels[i] * f + second.pixels[i] * (65536 - f)) >> 16);
    p.picture = std::move(both);
    for (labelled_box& o : p.objects) o.share *= static_cast<float>(f) / 65536;
    for (labelled_box& o : other.objects) o.share *= static_cast<float>(65536 - f) / 65536;
    p.objects.insert(p.objects.end(), other.objects.begin(), other.objects.end());
  }

 private:
  // The place across of a random point in a disc has that distribution.
  static std::uint32_t part(random_source& random) noexcept {
    while (true) {
      const std::int64_t x = 1 + random.below(65535), y = 2 * std::int64_t{random.below(65536)} - 65535;
      if (y * y <= 4 * x * (65536 - x)) return static_cast<std::uint32_t>(x);
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::data::augment

#endif
