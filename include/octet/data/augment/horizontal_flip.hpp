#ifndef OCTET_DATA_AUGMENT_HORIZONTAL_FLIP_HPP
#define OCTET_DATA_AUGMENT_HORIZONTAL_FLIP_HPP

#include <octet/data/augment/concepts.hpp>
#include <octet/data/flip.hpp>

namespace octet::data::augment {

/// Left and right exchanged.
struct horizontal_flip {
  double chance = 0.5;

  void operator()(labelled_picture& p, random_source& random) const {
    if (!random.chance(chance)) return;
    flip(p.picture);
    for (labelled_box& o : p.objects) o.box = flipped(o.box, static_cast<float>(p.picture.width));
  }
};

static_assert(augmentation_step<horizontal_flip>);

}  // namespace octet::data::augment

#endif
