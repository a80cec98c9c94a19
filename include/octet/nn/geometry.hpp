#ifndef OCTET_NN_GEOMETRY_HPP
#define OCTET_NN_GEOMETRY_HPP

#include <octet/core/view.hpp>

#include <cstddef>

namespace octet::nn {

/// Shape of a 2-D convolution. Weights are [OC,KH,KW,IC/groups]. Preconditions: all sizes positive, paddings not
/// negative, groups divides ic and oc.
struct conv2d_geometry {
  int ic = 1, oc = 1;
  int kh = 1, kw = 1;
  int stride = 1;
  int pad_top = 0, pad_left = 0, pad_bottom = 0, pad_right = 0;
  int groups = 1;

  OCTET_ALWAYS_INLINE constexpr bool pointwise() const noexcept {
    return kh == 1 && kw == 1 && stride == 1 && groups == 1 && !pad_top && !pad_left && !pad_bottom && !pad_right;
  }
  OCTET_ALWAYS_INLINE constexpr bool depthwise() const noexcept { return groups == ic && groups == oc && groups > 1; }
  /// Products behind one output value.
  OCTET_ALWAYS_INLINE constexpr int depth() const noexcept { return kh * kw * (ic / groups); }
  OCTET_ALWAYS_INLINE constexpr std::size_t weight_count() const noexcept {
    return static_cast<std::size_t>(oc) * static_cast<std::size_t>(depth());
  }
  OCTET_ALWAYS_INLINE constexpr extent output(extent in) const noexcept {
    return {(in.h + pad_top + pad_bottom - kh) / stride + 1, (in.w + pad_left + pad_right - kw) / stride + 1, oc};
  }

  friend constexpr bool operator==(const conv2d_geometry&, const conv2d_geometry&) = default;
};

/// Shape of a pooling window; values outside the map do not take part.
struct pool_geometry {
  int kernel = 2, stride = 2, pad = 0;
  OCTET_ALWAYS_INLINE constexpr extent output(extent in) const noexcept {
    return {(in.h + 2 * pad - kernel) / stride + 1, (in.w + 2 * pad - kernel) / stride + 1, in.c};
  }
  friend constexpr bool operator==(const pool_geometry&, const pool_geometry&) = default;
};

}  // namespace octet::nn

#endif
