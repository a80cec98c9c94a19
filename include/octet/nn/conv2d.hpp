#ifndef OCTET_NN_CONV2D_HPP
#define OCTET_NN_CONV2D_HPP

#include <octet/core/arch.hpp>
#include <octet/core/view.hpp>
#include <octet/nn/concepts.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/nn/reference/conv2d.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

/// Which kernels an architecture has: `product` for convolutions with one group, `depthwise`, and `grouped` for the rest.
/// Those of int8 come with this header, those of float with <octet/nn/conv2d_f32.hpp>.
template <class T, class Arch>
struct conv2d_kernels;

template <class Arch>
struct conv2d_kernels<std::int8_t, Arch> {
  using product = reference::conv2d<std::int8_t>;
  using depthwise = product;
};

/// 2-D convolution with a fused epilogue. int8 results equal nn/reference/conv2d.hpp byte for byte on every architecture.
/// T is std::int8_t or float.
template <class T, arch::tag Arch = arch::current>
struct conv2d {
  using sum_type = std::conditional_t<std::is_same_v<T, float>, float, std::int32_t>;

  /// Bytes of the packed weights.
  static std::size_t packed_size(const conv2d_geometry& g) noexcept {
    return with_kernel(g, [&]<class Kernel>(Kernel) { return Kernel::packed_size(g); });
  }
  /// Arranges weights [OC,KH,KW,IC/G] for `run` on the same architecture. `packed` is 64-byte aligned.
  static void pack(const conv2d_geometry& g, const T* weights, std::byte* packed) noexcept { pack(g, weights, {}, packed); }
  /// The same for inputs that `run` promises to stay within `limits`, arrays [IC]: the narrower, the faster.
  static void pack(const conv2d_geometry& g, const T* weights, value_limits limits, std::byte* packed) noexcept {
    with_kernel(g, [&]<class Kernel>(Kernel) { Kernel::pack(g, weights, limits, packed); });
  }
  /// Bytes that one call of `run` needs beside its arguments.
  static std::size_t scratch_size(const conv2d_geometry& g, extent in) noexcept {
    return with_kernel(g, [&]<class Kernel>(Kernel) { return Kernel::scratch_size(g, in); });
  }
  /// Computes the output rows [row_begin, row_end), any portion of [0, out.h).
  /// in [H,W,IC] and out [H',W',OC] may be slices of wider maps and do not overlap; no byte outside them is touched.
  /// pad [IC] is the value of pixels outside `in`; nullptr, for float only, means 0.
  /// Preconditions: out.h and out.w as g.output(in) says; packed and scratch 64-byte aligned; for int8
  /// depth * 127 * 128 < 2^31. Different portions may run at the same time, each with scratch of its own.
  template <epilogue_of<sum_type, T> Epilogue>
  static void run(const conv2d_geometry& g, const std::byte* packed, map_view<const T> in, const T* pad,
                  const Epilogue& epilogue, map_view<T> out, int row_begin, int row_end, std::byte* scratch) noexcept {
    OCTET_EXPECTS(in.c == g.ic && out.shape() == g.output(in.shape()));
    OCTET_EXPECTS(0 <= row_begin && row_begin <= row_end && row_end <= out.h);
    OCTET_EXPECTS((std::is_same_v<T, float>) || pad != nullptr || !(g.pad_top | g.pad_left | g.pad_bottom | g.pad_right));
    with_kernel(g, [&]<class Kernel>(Kernel) {
      Kernel::run(g, packed, in, pad, epilogue, out, row_begin, row_end, scratch);
    });
  }

 private:
  template <class F>
  static auto with_kernel(const conv2d_geometry& g, F f) {
    using kernels = conv2d_kernels<T, Arch>;
    if (g.depthwise()) return f(typename kernels::depthwise{});
    if (g.groups == 1) return f(typename kernels::product{});
    return f(reference::conv2d<T>{});
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#include <octet/nn/kernels/conv2d_s8_s8_s8cx/neon.hpp>
#include <octet/nn/kernels/conv2d_s8_s8_s8cx/x86.hpp>

#endif
