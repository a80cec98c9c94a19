#ifndef OCTET_QUANT_GROUP_VALUES_HPP
#define OCTET_QUANT_GROUP_VALUES_HPP

#include <octet/core/config.hpp>
#include <octet/core/view.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace octet::quant {
inline namespace OCTET_ABI {

/// Calls f(group, values) once for every group of `width` neighbouring channels of the map, with all values of the group in
/// one piece of memory. Their order inside the group is not specified; they are copied unless the map is one group
/// without gaps.
template <class F>
void group_values(map_view<const float> map, int width, F&& f) {
  const std::size_t pixels = map.shape().pixels();
  const bool dense = map.stride == map.c || pixels == 1;
  if (width == map.c && dense) return f(0, std::span<const float>(map.data, map.shape().size()));
  // A cache line of channels at a time, and few enough pixels that the lines read stay in the cache until all of their
  // channels are copied.
  constexpr int line = 16;
  constexpr std::size_t block = 64;
  const int together = width >= line ? width : line / width * width;
  std::vector<float> copy(static_cast<std::size_t>((std::min)(together, map.c)) * pixels);
  for (int first = 0; first < map.c; first += together) {
    const int last = (std::min)(first + together, map.c);
    for (std::size_t p = 0; p < pixels; p += block)
      for (int c = first; c < last; ++c) {
        float* to = copy.data() + static_cast<std::size_t>(c - first) * pixels;
        for (std::size_t i = p; i < (std::min)(p + block, pixels); ++i)
          to[i] = map.data[static_cast<std::ptrdiff_t>(i) * map.stride + c];
      }
    for (int c = first; c < last; c += width)
      f(c / width, std::span<const float>(copy.data() + static_cast<std::size_t>(c - first) * pixels,
                                          static_cast<std::size_t>((std::min)(width, last - c)) * pixels));
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
