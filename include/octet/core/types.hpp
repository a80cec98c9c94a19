#ifndef OCTET_CORE_TYPES_HPP
#define OCTET_CORE_TYPES_HPP

#include <cstddef>
#include <cstdint>

/// The vocabulary that the arrows of both walks carry.
/// Dimension letters everywhere: N pictures, H rows, W columns, C channels, OC / IC output / input channels,
/// KH / KW kernel rows / columns, G groups, A anchors, K classes, D detections.
namespace octet {

/// A closed range of real numbers, lo <= hi. The default is the empty range that any observation replaces.
struct interval {
  float lo = 0.0f;
  float hi = 0.0f;
  friend constexpr bool operator==(const interval&, const interval&) = default;
};

/// How an integer q stands for a real number: real = scale * (q - zero_point). scale > 0.
struct qparams {
  float scale = 1.0f;
  std::int32_t zero_point = 0;
  friend constexpr bool operator==(const qparams&, const qparams&) = default;
};

/// Corners in pixels, x1 <= x2, y1 <= y2; the right and lower edges are exclusive (width = x2 - x1).
struct box {
  float x1 = 0, y1 = 0, x2 = 0, y2 = 0;
  friend constexpr bool operator==(const box&, const box&) = default;
};

/// One detected object. `label` counts classes from 0.
struct detection {
  octet::box box;
  float score = 0;
  std::int32_t label = 0;
  friend constexpr bool operator==(const detection&, const detection&) = default;
};

/// An object as a label says it is: in pixels, of a class counted from 0. `share`: how much of it a mixed picture shows, in
/// (0,1].
struct labelled_box {
  octet::box box;
  std::int32_t label = 0;
  float share = 1;
  friend constexpr bool operator==(const labelled_box&, const labelled_box&) = default;
};

}  // namespace octet

#endif
