#ifndef OCTET_NN_SHUFFLE_HPP
#define OCTET_NN_SHUFFLE_HPP

#include <octet/core/view.hpp>
#include <octet/nn/chunks.hpp>

#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

namespace detail {

/// to[2k] = a[k] and to[2k + 1] = b[k] for k < N.
template <int N, class T>
void interleave(const T* a, const T* b, T* to) noexcept {
  if constexpr (N % 8 == 0) {
    for (int first = 0; first < N; first += 8) {
      lanes_of<T, 8> x, y;
      __builtin_memcpy(&x, a + first, sizeof x);
      __builtin_memcpy(&y, b + first, sizeof y);
      const lanes_of<T, 8> lo = __builtin_shufflevector(x, y, 0, 8, 1, 9, 2, 10, 3, 11);
      const lanes_of<T, 8> hi = __builtin_shufflevector(x, y, 4, 12, 5, 13, 6, 14, 7, 15);
      __builtin_memcpy(to + 2 * first, &lo, sizeof lo);
      __builtin_memcpy(to + 2 * first + 8, &hi, sizeof hi);
    }
  } else {
    for (int k = 0; k < N; ++k) to[2 * k] = a[k], to[2 * k + 1] = b[k];
  }
}

}  // namespace detail

/// Channel g * (C/groups) + k moves to k * groups + g. in and out [H,W,C]; groups divides C; the maps do not overlap.
template <class T>
void shuffle(map_view<const std::type_identity_t<T>> in, int groups, map_view<T> out) noexcept {
  OCTET_EXPECTS(in.shape() == out.shape() && groups >= 1 && in.c % groups == 0);
  const int size = in.c / groups;
  for (int y = 0; y < in.h; ++y)
    for (int x = 0; x < in.w; ++x) {
      const T* OCTET_RESTRICT from = in.pixel(y, x);
      T* OCTET_RESTRICT to = out.pixel(y, x);
      if (groups == 2) {
        in_chunks(size, [&](int c, auto width) { detail::interleave<width>(from + c, from + size + c, to + 2 * c); });
      } else {
        for (int g = 0; g < groups; ++g)
          for (int k = 0; k < size; ++k) to[k * groups + g] = from[g * size + k];
      }
    }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
