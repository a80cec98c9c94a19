#ifndef OCTET_CORE_VIEW_HPP
#define OCTET_CORE_VIEW_HPP

#include <octet/core/config.hpp>

#include <cstddef>
#include <type_traits>

namespace octet {

/// Rows, columns and channels of a feature map.
struct extent {
  int h = 0, w = 0, c = 0;
  OCTET_ALWAYS_INLINE constexpr std::size_t pixels() const noexcept {
    return static_cast<std::size_t>(h) * static_cast<std::size_t>(w);
  }
  OCTET_ALWAYS_INLINE constexpr std::size_t size() const noexcept { return pixels() * static_cast<std::size_t>(c); }
  friend constexpr bool operator==(const extent&, const extent&) = default;
};

/// A feature map [H,W,C] in memory that somebody else owns; channels are adjacent, pixels `stride` elements apart, rows
/// w * stride apart. stride > c makes the map a slice of channels of a wider one: concat and split then cost nothing.
template <class T>
struct map_view {
  T* data = nullptr;
  int h = 0, w = 0, c = 0;
  std::ptrdiff_t stride = 0;

  constexpr map_view() = default;
  OCTET_ALWAYS_INLINE constexpr map_view(T* first, extent e) noexcept : map_view(first, e, e.c) {}
  OCTET_ALWAYS_INLINE constexpr map_view(T* first, extent e, std::ptrdiff_t pixel_stride) noexcept
      : data(first), h(e.h), w(e.w), c(e.c), stride(pixel_stride) {
    OCTET_EXPECTS(pixel_stride >= e.c);
  }
  template <class U>
    requires(std::is_same_v<const U, T> && !std::is_const_v<U>)
  OCTET_ALWAYS_INLINE constexpr map_view(map_view<U> other) noexcept : map_view(other.data, other.shape(), other.stride) {}

  OCTET_ALWAYS_INLINE constexpr extent shape() const noexcept { return {h, w, c}; }
  OCTET_ALWAYS_INLINE constexpr std::ptrdiff_t row_stride() const noexcept { return stride * w; }
  /// First channel of the pixel in row y, column x.
  OCTET_ALWAYS_INLINE constexpr T* pixel(int y, int x) const noexcept { return data + (std::ptrdiff_t{y} * w + x) * stride; }
  /// Rows [begin, end) as a map of their own.
  OCTET_ALWAYS_INLINE constexpr map_view rows(int begin, int end) const noexcept {
    OCTET_EXPECTS(0 <= begin && begin <= end && end <= h);
    return {pixel(begin, 0), {end - begin, w, c}, stride};
  }
  /// Channels [first, first + count) of every pixel.
  OCTET_ALWAYS_INLINE constexpr map_view slice(int first, int count) const noexcept {
    OCTET_EXPECTS(first >= 0 && count >= 0 && first + count <= c);
    return {data + first, {h, w, count}, stride};
  }
};

}  // namespace octet

#endif
