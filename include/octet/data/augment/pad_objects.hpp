#ifndef OCTET_DATA_AUGMENT_PAD_OBJECTS_HPP
#define OCTET_DATA_AUGMENT_PAD_OBJECTS_HPP

#include <octet/data/augment/concepts.hpp>

#include <cstddef>

namespace octet::data::augment {

/// What fills up a list of objects: no class, no area, no share. No cell of a detector lies in it, so losses pass it over.
inline constexpr labelled_box absent{{0, 0, 0, 0}, -1, 0};

/// At least `count` objects, PaddleDetection's PadGT: absent ones follow those of the picture. Needed by whoever joins the
/// objects of a batch in one array [N, count, ...]; this library's losses take any number per picture.
struct pad_objects {
  std::size_t count = 0;

  void operator()(labelled_picture& p, random_source&) const {
    if (p.objects.size() < count) p.objects.resize(count, absent);
  }
};

static_assert(augmentation_step<pad_objects>);

}  // namespace octet::data::augment

#endif
