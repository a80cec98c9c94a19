#ifndef OCTET_DATA_AUGMENT_FITTED_HPP
#define OCTET_DATA_AUGMENT_FITTED_HPP

#include <octet/data/labelled_picture.hpp>
#include <octet/data/resize.hpp>

#include <algorithm>

namespace octet::data::augment {
inline namespace OCTET_ABI {

/// The picture as large as fits into width x height, in its proportions; sizes are rounded down, at least 1.
inline labelled_picture fitted(labelled_picture p, int width, int height) {
  const double scale =
      (std::min)(static_cast<double>(width) / p.picture.width, static_cast<double>(height) / p.picture.height);
  const int w = (std::max)(1, static_cast<int>(p.picture.width * scale));
  const int h = (std::max)(1, static_cast<int>(p.picture.height * scale));
  if (w != p.picture.width || h != p.picture.height) p.picture = resize<linear>(p.picture, w, h);
  move_boxes(p.objects, static_cast<float>(scale), static_cast<float>(scale), 0, 0);
  return p;
}

}  // namespace OCTET_ABI
}  // namespace octet::data::augment

#endif
