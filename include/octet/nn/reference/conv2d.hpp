#ifndef OCTET_NN_REFERENCE_CONV2D_HPP
#define OCTET_NN_REFERENCE_CONV2D_HPP

#include <octet/core/view.hpp>
#include <octet/nn/concepts.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/nn/limits.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace octet::nn::reference {
inline namespace OCTET_ABI {

/// The norm of every convolution: out[y,x,oc] = epilogue(sum over ky, kx, i of weights[oc,ky,kx,i] * in[y*stride-pad+ky,
/// x*stride-pad+kx, i + first channel of the group], oc). Pixels outside the map have the value pad[i]. int8 sums are
/// exact int32; precondition: depth * 127 * 128 < 2^31.
template <class T>
struct conv2d {
  using sum_type = std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>;
  static constexpr const char* name = "reference";

  static constexpr std::size_t packed_size(const conv2d_geometry& g) noexcept { return g.weight_count() * sizeof(T); }
  static void pack(const conv2d_geometry& g, const T* weights, value_limits, std::byte* packed) noexcept {
    auto* to = reinterpret_cast<T*>(packed);
    for (std::size_t i = 0; i < g.weight_count(); ++i) to[i] = weights[i];
  }
  static constexpr std::size_t scratch_size(const conv2d_geometry&, extent) noexcept { return 0; }

  template <epilogue_of<sum_type, T> Epilogue>
  static void run(const conv2d_geometry& g, const std::byte* packed, map_view<const T> in, const T* pad,
                  const Epilogue& epilogue, map_view<T> out, int row_begin, int row_end, std::byte*) noexcept {
    const auto* weights = reinterpret_cast<const T*>(packed);
    const int group_out = g.oc / g.groups;
    for (int y = row_begin; y < row_end; ++y)
      for (int x = 0; x < out.w; ++x)
        for (int oc = 0; oc < g.oc; ++oc) {
          const T* w = weights + std::ptrdiff_t{oc} * g.depth();
          out.pixel(y, x)[oc] = epilogue(sum(g, w, in, pad, y, x, oc / group_out), oc);
        }
  }

 private:
  static sum_type sum(const conv2d_geometry& g, const T* w, map_view<const T> in, const T* pad, int y, int x,
                      int group) noexcept {
    const int count = g.ic / g.groups, first = group * count;
    sum_type sum = 0;
    for (int ky = 0; ky < g.kh; ++ky)
      for (int kx = 0; kx < g.kw; ++kx, w += count) {
        const int iy = y * g.stride - g.pad_top + ky, ix = x * g.stride - g.pad_left + kx;
        const bool inside = iy >= 0 && iy < in.h && ix >= 0 && ix < in.w;
        if (!inside && !pad) continue;
        const T* q = (inside ? in.pixel(iy, ix) : pad) + first;
        for (int i = 0; i < count; ++i) sum += static_cast<sum_type>(w[i]) * static_cast<sum_type>(q[i]);
      }
    return sum;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn::reference

#endif
