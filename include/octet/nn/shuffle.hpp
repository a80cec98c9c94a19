#ifndef OCTET_NN_SHUFFLE_HPP
#define OCTET_NN_SHUFFLE_HPP

#include <octet/core/view.hpp>
#include <octet/nn/chunks.hpp>

#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

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
        in_chunks(size, [&](int c, auto width) {
          for (int k = c; k < c + width; ++k) to[2 * k] = from[k], to[2 * k + 1] = from[size + k];
        });
      } else {
        for (int g = 0; g < groups; ++g)
          for (int k = 0; k < size; ++k) to[k * groups + g] = from[g * size + k];
      }
    }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
