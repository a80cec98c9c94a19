#ifndef OCTET_IO_ONNX_CONVERT_WINDOW_HPP
#define OCTET_IO_ONNX_CONVERT_WINDOW_HPP

#include <octet/io/onnx/attributes.hpp>

/// Converters of operators that look at windows or whole maps.
namespace octet::io::onnx {

namespace detail {

inline constexpr int most_window = 1024;

inline result<void> explicit_padding(const builder& b, const attributes& a) {
  const auto mode = a.text("auto_pad", "NOTSET");
  if (mode == "NOTSET" || mode == "VALID") return {};
  return b.fail(errc::unsupported, "attribute 'auto_pad' is " + quoted(mode) + "; accepted: NOTSET, VALID");
}

/// Is the window inside the padded map at least once?
constexpr bool fits(int in, int padding, int kernel) noexcept { return in + padding >= kernel; }

}  // namespace detail

inline result<void> convert_conv(builder& b) {
  const auto a = attributes::of(b, {"auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"});
  if (!a) return a.failure();
  const auto x = b.image(0);
  if (!x) return x.failure();
  const auto w = b.constant(1);
  if (!w) return w.failure();
  const tensor& weights = **w;
  if (weights.rank != 4)
    return b.fail(errc::unsupported, "weights of shape " + to_string(weights.shape()) + "; [OC,IC,KH,KW] is accepted");
  const auto present = float_count(weights);
  if (!present) return b.fail(present.failure());
  if (*present == 0 || *present > std::size_t{1} << 30)
    return b.fail(errc::invalid, "weights of shape " + to_string(weights.shape()));

  const auto strides = a->integers("strides", 2, 1, detail::most_window, 1);
  if (!strides) return strides.failure();
  const auto pads = a->integers("pads", 4, 0, detail::most_window, 0);
  if (!pads) return pads.failure();
  if (auto r = a->integers("dilations", 2, 1, 1, 1); !r) return r.failure();
  if (auto r = detail::explicit_padding(b, *a); !r) return r;
  const auto group = a->integer("group", 1);
  if (!group) return group.failure();

  const extent in = b.shape(*x);
  nn::conv2d_geometry g;
  g.ic = in.c, g.oc = static_cast<int>(weights.dims[0]);
  g.kh = static_cast<int>(weights.dims[2]), g.kw = static_cast<int>(weights.dims[3]);
  g.pad_top = (*pads)[0], g.pad_left = (*pads)[1], g.pad_bottom = (*pads)[2], g.pad_right = (*pads)[3];
  g.stride = (*strides)[0];
  if ((*strides)[0] != (*strides)[1])
    return b.fail(errc::unsupported, "attribute 'strides' differs between rows and columns; equal strides are accepted");
  if (*group < 1 || *group > g.ic || g.ic % *group || g.oc % *group || weights.dims[1] != g.ic / *group)
    return b.fail(errc::invalid, "weights of shape " + to_string(weights.shape()) + " and " + std::to_string(*group) +
                                     " groups do not fit an input of " + std::to_string(g.ic) + " channels");
  g.groups = static_cast<int>(*group);
  if (auto r = a->integers("kernel_shape", 2, 1, detail::most_window, 1); !r) return r.failure();
  if (const auto* k = b.current->find("kernel_shape"); k && (k->ints[0] != g.kh || k->ints[1] != g.kw))
    return b.fail(errc::invalid, "attribute 'kernel_shape' differs from the weights' shape " + to_string(weights.shape()));
  if (g.kh > detail::most_window || g.kw > detail::most_window || !detail::fits(in.h, g.pad_top + g.pad_bottom, g.kh) ||
      !detail::fits(in.w, g.pad_left + g.pad_right, g.kw))
    return b.fail(errc::invalid, "the kernel is larger than the padded input");

  const tensor* bias = nullptr;
  if (b.has_input(2)) {
    const auto c = b.constant(2);
    if (!c) return c.failure();
    const auto n = float_count(**c);
    if (!n) return b.fail(n.failure());
    if (*n != static_cast<std::size_t>(g.oc))
      return b.fail(errc::invalid,
                    "a bias of " + std::to_string(*n) + " values for " + std::to_string(g.oc) + " output channels");
    bias = *c;
  }
  if (auto r = b.add_node(graph::op::conv2d{g, {}, {}, {}}, {*x}, g.output(in)); !r) return r;
  b.load_later(*w, bias);
  return {};
}

inline result<void> convert_max_pool(builder& b) {
  const auto a =
      attributes::of(b, {"auto_pad", "ceil_mode", "dilations", "kernel_shape", "pads", "storage_order", "strides"});
  if (!a) return a.failure();
  const auto x = b.image(0);
  if (!x) return x.failure();
  if (b.current->outputs.size() > 1 && !b.current->outputs[1].empty())
    return b.fail(errc::unsupported, "output of indices; one output is accepted");
  if (auto r = a->require("ceil_mode", 0); !r) return r;
  if (auto r = a->integers("dilations", 2, 1, 1, 1); !r) return r.failure();
  if (auto r = detail::explicit_padding(b, *a); !r) return r;
  const auto kernel = a->integers("kernel_shape", 2, 1, detail::most_window, 0);
  if (!kernel) return kernel.failure();
  const auto strides = a->integers("strides", 2, 1, detail::most_window, 1);
  if (!strides) return strides.failure();
  const auto pads = a->integers("pads", 4, 0, detail::most_window, 0);
  if (!pads) return pads.failure();
  const nn::pool_geometry g{(*kernel)[0], (*strides)[0], (*pads)[0]};
  const bool square = (*kernel)[1] == g.kernel && (*strides)[1] == g.stride &&
                      std::all_of(pads->begin(), pads->end(), [&](int p) { return p == g.pad; });
  if (!square)
    return b.fail(errc::unsupported, "window, strides or pads differ between rows and columns; equal ones are accepted");
  const extent in = b.shape(*x);
  if (g.kernel < 1 || g.pad >= g.kernel || !detail::fits(in.h, 2 * g.pad, g.kernel) ||
      !detail::fits(in.w, 2 * g.pad, g.kernel))
    return b.fail(errc::invalid, "the window does not fit the padded input");
  return b.add_node(graph::op::max_pool{g}, {*x}, g.output(in));
}

inline result<void> convert_global_average_pool(builder& b) {
  if (const auto a = attributes::of(b, {}); !a) return a.failure();
  const auto x = b.image(0);
  if (!x) return x.failure();
  return b.add_node(graph::op::global_average_pool{}, {*x}, {1, 1, b.shape(*x).c});
}

/// The mean over rows and columns, as other exporters write a global average pool.
inline result<void> convert_reduce_mean(builder& b) {
  const auto a = attributes::of(b, {"axes", "keepdims", "noop_with_empty_axes"});
  if (!a) return a.failure();
  const auto x = b.image(0);
  if (!x) return x.failure();
  if (auto r = a->require("keepdims", 1); !r) return r;
  std::vector<std::int64_t> axes;
  if (const auto* listed = b.current->find("axes")) {
    axes = listed->ints;
  } else if (b.has_input(1)) {
    const auto v = b.integers(1);
    if (!v) return v.failure();
    axes = *v;
  }
  for (auto& d : axes)
    if (d < 0) d += 4;
  if (axes != std::vector<std::int64_t>{2, 3} && axes != std::vector<std::int64_t>{3, 2})
    return b.fail(errc::unsupported, "axes other than rows and columns; accepted: [2,3]");
  return b.add_node(graph::op::global_average_pool{}, {*x}, {1, 1, b.shape(*x).c});
}

}  // namespace octet::io::onnx

#endif
