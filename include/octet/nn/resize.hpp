#ifndef OCTET_NN_RESIZE_HPP
#define OCTET_NN_RESIZE_HPP

#include <octet/core/view.hpp>
#include <octet/nn/copy.hpp>

#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

/// out[y,x] = in[y / factor, x / factor]. in [H,W,C], out [H*factor,W*factor,C].
template <class T>
void resize_nearest(map_view<const std::type_identity_t<T>> in, int factor, map_view<T> out) noexcept {
  OCTET_EXPECTS(factor >= 1 && out.shape() == (extent{in.h * factor, in.w * factor, in.c}));
  for (int y = 0; y < out.h; ++y)
    for (int x = 0; x < out.w; ++x) copy_channels(in.pixel(y / factor, x / factor), out.pixel(y, x), in.c);
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
