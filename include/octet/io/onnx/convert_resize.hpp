#ifndef OCTET_IO_ONNX_CONVERT_RESIZE_HPP
#define OCTET_IO_ONNX_CONVERT_RESIZE_HPP

#include <octet/io/onnx/attributes.hpp>

#include <cmath>

namespace octet::io::onnx {

namespace detail {

/// Do ONNX's coordinate and rounding rules pick x[i / factor] for each i? Checked on one period; all are alike.
inline bool repeats_each_value(std::string_view coordinates, std::string_view rounding, int factor) {
  const bool half = coordinates == "half_pixel" || coordinates == "pytorch_half_pixel";
  if (!half && coordinates != "asymmetric") return false;
  for (int i = factor; i < 2 * factor; ++i) {
    const double x = half ? (i + 0.5) / factor - 0.5 : double(i) / factor;
    double picked = std::floor(x);
    if (rounding == "round_prefer_floor")
      picked = std::ceil(x - 0.5);
    else if (rounding == "round_prefer_ceil")
      picked = std::floor(x + 0.5);
    else if (rounding == "ceil")
      picked = std::ceil(x);
    else if (rounding != "floor")
      return false;
    if (picked != 1) return false;
  }
  return true;
}

}  // namespace detail

/// Resize and Upsample to the nearest value by one whole factor for rows and columns.
inline result<void> convert_resize(builder& b) {
  const auto a = attributes::of(b, {"coordinate_transformation_mode", "nearest_mode", "mode", "scales", "cubic_coeff_a",
                                    "exclude_outside", "extrapolation_value"});
  if (!a) return a.failure();
  const auto x = b.image(0);
  if (!x) return x.failure();
  if (a->text("mode", "nearest") != "nearest")
    return b.fail(errc::unsupported, "attribute 'mode' is " + quoted(a->text("mode", "")) + "; accepted: nearest");
  const bool upsample = b.current->type == "Upsample";
  const bool first_form = upsample || b.current->inputs.size() == 2;  // opset 10: (x, scales)
  const extent e = b.shape(*x);

  std::vector<float> scales;
  if (const auto* listed = b.current->find("scales")) {
    scales = listed->floats;
  } else if (const std::size_t at = first_form ? 1 : 2; b.has_input(at)) {
    auto v = b.floats(at);
    if (!v) return v.failure();
    scales = std::move(*v);
  }
  if (scales.empty() && b.has_input(3)) {
    const auto sizes = b.integers(3);
    if (!sizes) return sizes.failure();
    if (sizes->size() == 4)
      scales = {1, (*sizes)[1] == e.c ? 1.0f : 0.0f, static_cast<float>((*sizes)[2]) / static_cast<float>(e.h),
                static_cast<float>((*sizes)[3]) / static_cast<float>(e.w)};
  }
  const bool whole = scales.size() == 4 && scales[0] == 1 && scales[1] == 1 && scales[2] == scales[3] && scales[2] >= 1 &&
                     scales[2] <= 64 && scales[2] == std::floor(scales[2]);
  if (!whole) return b.fail(errc::unsupported, "its scales; accepted: [1,1,f,f] with a whole f from 1 to 64");
  const int factor = static_cast<int>(scales[2]);
  const auto coordinates = a->text("coordinate_transformation_mode", first_form ? "asymmetric" : "half_pixel");
  const auto rounding = a->text("nearest_mode", first_form ? "floor" : "round_prefer_floor");
  if (!detail::repeats_each_value(coordinates, rounding, factor))
    return b.fail(errc::unsupported, "coordinates " + quoted(coordinates) + " with rounding " + quoted(rounding) +
                                         "; accepted: those that repeat each value, as half_pixel with round_prefer_floor");
  return b.add_node(graph::op::resize_nearest{factor}, {*x}, {e.h * factor, e.w * factor, e.c});
}

}  // namespace octet::io::onnx

#endif
