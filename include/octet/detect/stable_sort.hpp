#ifndef OCTET_DETECT_STABLE_SORT_HPP
#define OCTET_DETECT_STABLE_SORT_HPP

#include <octet/core/config.hpp>

#include <cstddef>
#include <span>

namespace octet::detect {
inline namespace OCTET_ABI {

/// Sorts by merging; elements of which neither is before the other keep their order. `before` is a strict weak order.
/// Precondition: buffer.size() >= values.size(). Cost: n log n.
template <class T, class Before>
constexpr void stable_sort(std::span<T> values, std::span<T> buffer, Before before) noexcept {
  const std::size_t n = values.size();
  OCTET_EXPECTS(buffer.size() >= n);
  T *from = values.data(), *to = buffer.data();
  for (std::size_t width = 1; width < n; width *= 2) {
    for (std::size_t start = 0; start < n; start += 2 * width) {
      const std::size_t middle = start + width < n ? start + width : n;
      const std::size_t end = middle + width < n ? middle + width : n;
      std::size_t a = start, b = middle;
      for (std::size_t i = start; i < end; ++i)
        to[i] = a < middle && (b == end || !before(from[b], from[a])) ? from[a++] : from[b++];
    }
    T* const other = from;
    from = to;
    to = other;
  }
  if (from != values.data())
    for (std::size_t i = 0; i < n; ++i) values[i] = from[i];
}

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
