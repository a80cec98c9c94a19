#ifndef OCTET_TRAIN_INPUT_GRADIENT_HPP
#define OCTET_TRAIN_INPUT_GRADIENT_HPP

#include <octet/core/view.hpp>
#include <octet/graph/aligned_buffer.hpp>
#include <octet/nn/conv2d_f32.hpp>
#include <octet/nn/geometry.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// Gradient of a convolution's input, which is a convolution too: of the output's gradient, spread out by the stride, with
/// the kernel turned round and input and output channels exchanged. So the forward kernels compute it.
class input_gradient {
 public:
  using conv = nn::conv2d<float>;

  /// Preconditions: paddings are smaller than the kernel.
  input_gradient(const nn::conv2d_geometry& g, extent in) : forward_(g), in_(in), spread_(spread(g, in)), g_(g) {
    OCTET_EXPECTS(g.pad_top < g.kh && g.pad_left < g.kw);
    g_.ic = g.oc, g_.oc = g.ic, g_.stride = 1;
    g_.pad_top = g.kh - 1 - g.pad_top, g_.pad_left = g.kw - 1 - g.pad_left;
    g_.pad_bottom = in.h - spread_.h - g_.pad_top + g.kh - 1;
    g_.pad_right = in.w - spread_.w - g_.pad_left + g.kw - 1;
    packed_ = graph::aligned_buffer(conv::packed_size(g_));
    zeros_.resize(static_cast<std::size_t>(g.ic));
  }

  /// Takes weights [OC,KH,KW,IC/G].
  void load(const float* weights) {
    const auto& g = forward_;
    const int ic = g.ic / g.groups, oc = g.oc / g.groups;
    std::vector<float> turned(g.weight_count());
    for (int c = 0; c < g.oc; ++c)
      for (int ky = 0; ky < g.kh; ++ky)
        for (int kx = 0; kx < g.kw; ++kx)
          for (int i = 0; i < ic; ++i, ++weights) {
            const int to = c / oc * ic + i, y = g.kh - 1 - ky, x = g.kw - 1 - kx;
            turned[static_cast<std::size_t>(((to * g.kh + y) * g.kw + x) * oc + c % oc)] = *weights;
          }
    conv::pack(g_, turned.data(), packed_.data());
  }

  /// Bytes that one call needs beside its arguments.
  std::size_t scratch_size() const { return spread_bytes() + conv::scratch_size(g_, {spread_.h, spread_.w, g_.ic}); }

  /// dx [H,W,IC] = gradient for dy [H',W',OC]; overwritten. scratch is 64-byte aligned.
  void operator()(map_view<const float> dy, map_view<float> dx, std::byte* scratch) const {
    OCTET_EXPECTS(dx.shape() == in_ && dy.c == g_.ic);
    map_view<const float> from = dy;
    if (forward_.stride > 1) {
      const map_view<float> wide(reinterpret_cast<float*>(scratch), spread_);
      std::fill_n(wide.data, spread_.size(), 0.0f);
      for (int y = 0; y < dy.h; ++y)
        for (int x = 0; x < dy.w; ++x)
          std::copy_n(dy.pixel(y, x), dy.c, wide.pixel(y * forward_.stride, x * forward_.stride));
      from = wide;
    }
    conv::run(g_, packed_.data(), from, nullptr, nn::bias_activation{zeros_.data(), {}}, dx, 0, dx.h,
              scratch + spread_bytes());
  }

 private:
  static extent spread(const nn::conv2d_geometry& g, extent in) {
    const extent out = g.output(in);
    return {(out.h - 1) * g.stride + 1, (out.w - 1) * g.stride + 1, g.oc};
  }
  std::size_t spread_bytes() const {
    return forward_.stride > 1 ? graph::round_up(spread_.size() * sizeof(float), graph::aligned_buffer::alignment) : 0;
  }

  nn::conv2d_geometry forward_;
  extent in_, spread_;     // of the input, of the spread gradient
  nn::conv2d_geometry g_;  // of the convolution that computes the gradient
  graph::aligned_buffer packed_;
  std::vector<float> zeros_;
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
