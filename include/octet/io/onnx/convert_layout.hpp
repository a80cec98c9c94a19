#ifndef OCTET_IO_ONNX_CONVERT_LAYOUT_HPP
#define OCTET_IO_ONNX_CONVERT_LAYOUT_HPP

#include <octet/io/onnx/attributes.hpp>

/// Converters of operators that move values without computing any.
namespace octet::io::onnx {

namespace detail {

using dimensions = std::vector<std::int64_t>;

/// What the file takes for the shape of `v`.
inline dimensions shape_of(const builder& b, const value& v) {
  const extent e = b.shape(v.map);
  const std::int64_t h = e.h, w = e.w, c = e.c, g = v.groups;
  switch (v.as) {
    case layout::nchw:
      return {1, c, h, w};
    case layout::nhwc:
      return {1, h, w, c};
    case layout::grouped:
      return {1, g, c / g, h, w};
    case layout::swapped:
      return {1, c / g, g, h, w};
    case layout::flat:
      return {1, c, h * w};
    case layout::flat_last:
      return {1, h * w, c};
  }
  return {};
}

/// Resolves the 0 (keep) and -1 (the rest) of a Reshape; empty if they do not fit `from`.
inline dimensions resolve(const dimensions& from, dimensions to) {
  std::int64_t total = 1, known = 1;
  for (auto d : from) total *= d;
  std::int64_t* rest = nullptr;
  for (std::size_t i = 0; i < to.size(); ++i) {
    if (to[i] == 0 && i < from.size()) to[i] = from[i];
    if (to[i] == -1 && !rest) {
      rest = &to[i];
      continue;
    }
    if (to[i] < 1 || to[i] > total / known) return {};
    known *= to[i];
  }
  if (rest) *rest = total / known;
  return known * (rest ? *rest : 1) == total ? to : dimensions{};
}

}  // namespace detail

inline result<void> convert_reshape(builder& b) {
  const auto a = attributes::of(b, {"shape", "allowzero"});
  if (!a) return a.failure();
  if (auto r = a->require("allowzero", 0); !r) return r;
  const auto x = b.map(0);
  if (!x) return x.failure();
  detail::dimensions wanted;
  if (const auto* listed = b.current->find("shape")) {
    wanted = listed->ints;
  } else {
    const auto v = b.integers(1);
    if (!v) return v.failure();
    wanted = *v;
  }
  const auto to = detail::resolve(detail::shape_of(b, *x), wanted);
  const extent e = b.shape(x->map);
  value out = *x;
  if (x->as == layout::swapped && to == detail::dimensions{1, e.c, e.h, e.w})
    return b.add_node(graph::op::shuffle{x->groups}, {x->map}, e);
  for (layout as : {x->as, layout::flat, layout::flat_last, layout::grouped}) {
    out.as = as;
    if (as == layout::grouped && to.size() == 5 && e.c % to[1] == 0) out.groups = static_cast<int>(to[1]);
    const bool rows_stay = as == x->as || (x->as == layout::nchw && as != layout::flat_last) ||
                           (x->as == layout::nhwc && as == layout::flat_last);
    if (rows_stay && (as != layout::grouped || out.groups > 0) && to == detail::shape_of(b, out)) return b.bind(out);
  }
  return b.fail(errc::unsupported, "from " + to_string(detail::shape_of(b, *x)) + " to " +
                                       to_string(std::span(wanted).first((std::min<std::size_t>)(wanted.size(), 8))) +
                                       "; accepted: a channel shuffle, or rows and columns of a head joined");
}

inline result<void> convert_transpose(builder& b) {
  const auto a = attributes::of(b, {"perm"});
  if (!a) return a.failure();
  const auto x = b.map(0);
  if (!x) return x.failure();
  const auto* perm = b.current->find("perm");
  value out = *x;
  const auto is = [&](layout from, std::initializer_list<std::int64_t> order, layout to) {
    if (x->as != from || !perm || !std::equal(perm->ints.begin(), perm->ints.end(), order.begin(), order.end()))
      return false;
    out.as = to;
    return true;
  };
  if (is(layout::grouped, {0, 2, 1, 3, 4}, layout::swapped) || is(layout::flat, {0, 2, 1}, layout::flat_last) ||
      is(layout::flat_last, {0, 2, 1}, layout::flat) || is(layout::nchw, {0, 2, 3, 1}, layout::nhwc) ||
      is(layout::nhwc, {0, 3, 1, 2}, layout::nchw))
    return b.bind(out);
  return b.fail(errc::unsupported,
                "this order of axes; accepted: those of a channel shuffle, of [N,C,H,W] and [N,H,W,C], and of a flat head");
}

inline result<void> convert_concat(builder& b) {
  const auto a = attributes::of(b, {"axis"});
  if (!a) return a.failure();
  const auto axis = a->integer("axis", 1);
  if (!axis) return axis.failure();
  if (*axis != 1 && *axis != -3)
    return b.fail(errc::unsupported, "attribute 'axis' is " + std::to_string(*axis) + "; accepted: 1 (channels)");
  std::vector<int> inputs;
  extent out;
  for (std::size_t i = 0; i < (std::max<std::size_t>)(b.current->inputs.size(), 1); ++i) {
    const auto x = b.image(i);
    if (!x) return x.failure();
    const extent e = b.shape(*x);
    if (i == 0) out = {e.h, e.w, 0};
    if (e.h != out.h || e.w != out.w) return b.fail(errc::invalid, "inputs of different height or width");
    if (out.c > (1 << 16)) return b.fail(errc::limit, "more than 2^16 channels");
    out.c += e.c;
    inputs.push_back(*x);
  }
  return b.add_node(graph::op::concat{}, std::move(inputs), out);
}

/// Part sizes are an attribute until opset 12, an input from then on, or equal.
inline result<void> convert_split(builder& b) {
  const auto a = attributes::of(b, {"axis", "split", "num_outputs"});
  if (!a) return a.failure();
  const auto axis = a->integer("axis", 0);
  if (!axis) return axis.failure();
  if (*axis != 1 && *axis != -3)
    return b.fail(errc::unsupported, "attribute 'axis' is " + std::to_string(*axis) + "; accepted: 1 (channels)");
  const auto x = b.image(0);
  if (!x) return x.failure();
  const extent e = b.shape(*x);
  const std::size_t count = b.current->outputs.size();
  if (count == 0 || count > static_cast<std::size_t>(e.c))
    return b.fail(errc::invalid, std::to_string(count) + " parts of " + std::to_string(e.c) + " channels");
  std::vector<std::int64_t> parts(count, e.c / static_cast<int>(count));
  if (const auto* listed = b.current->find("split")) {
    parts = listed->ints;
  } else if (b.has_input(1)) {
    const auto v = b.integers(1);
    if (!v) return v.failure();
    parts = *v;
  }
  std::int64_t total = 0;
  bool fits = parts.size() == count;
  for (auto p : parts) {
    fits = fits && p >= 1 && p <= e.c - total;
    if (fits) total += p;
  }
  if (!fits || total != e.c)
    return b.fail(errc::invalid, "its parts do not add up to the " + std::to_string(e.c) + " channels of its input");
  int first = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const int n = static_cast<int>(parts[i]);
    if (auto r = b.add_node(graph::op::slice{first, n}, {*x}, {e.h, e.w, n}, i); !r) return r;
    first += n;
  }
  return {};
}

/// Channels from one to before another; of the other axes only all. Ranges are attributes until opset 9, inputs from then
/// on; negative ones count from the end, and those beyond an end are the end, as ONNX defines.
inline result<void> convert_slice(builder& b) {
  const auto a = attributes::of(b, {"starts", "ends", "axes"});
  if (!a) return a.failure();
  const auto x = b.image(0);
  if (!x) return x.failure();
  const extent e = b.shape(*x);
  const auto listed = [&](std::size_t input, std::string_view name,
                          detail::dimensions otherwise) -> result<detail::dimensions> {
    if (const auto* by_attribute = b.current->find(name)) return by_attribute->ints;
    if (b.has_input(input)) return b.integers(input);
    if (otherwise.empty()) return b.fail(errc::missing, "no " + std::string(name));
    return otherwise;
  };
  const auto starts = listed(1, "starts", {}), ends = listed(2, "ends", {});
  if (!starts) return starts.failure();
  if (!ends) return ends.failure();
  const std::size_t count = starts->size();
  if (count < 1 || count > 4 || ends->size() != count)
    return b.fail(errc::invalid, std::to_string(count) + " starts and " + std::to_string(ends->size()) +
                                     " ends; as many of both are expected, 1 to 4");
  const auto axes = listed(3, "axes", [&] {
    detail::dimensions first{0, 1, 2, 3};
    first.resize(count);
    return first;
  }());
  const auto steps = listed(4, "steps", detail::dimensions(count, 1));
  if (!axes) return axes.failure();
  if (!steps) return steps.failure();
  if (axes->size() != count || steps->size() != count)
    return b.fail(errc::invalid, std::to_string(count) + " starts, " + std::to_string(axes->size()) + " axes and " +
                                     std::to_string(steps->size()) + " steps; as many of each are expected");
  const std::int64_t dims[] = {1, e.c, e.h, e.w};
  bool seen[4] = {};
  std::int64_t first = 0, last = e.c;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int64_t axis = (*axes)[i] < 0 ? (*axes)[i] + 4 : (*axes)[i];
    if (axis < 0 || axis > 3 || seen[axis])
      return b.fail(errc::invalid, "its axes are " + to_string(*axes) + "; different ones from -4 to 3 are expected");
    seen[axis] = true;
    if ((*steps)[i] != 1)
      return b.fail(errc::unsupported, "a step is " + std::to_string((*steps)[i]) + "; accepted: 1");
    const auto place = [n = dims[axis]](std::int64_t v) { return std::clamp<std::int64_t>(v < 0 ? v + n : v, 0, n); };
    const std::int64_t from = place((*starts)[i]), to = place((*ends)[i]);
    if (axis == 1)
      first = from, last = to;
    else if (from != 0 || to != dims[axis])
      return b.fail(errc::unsupported, "a part of axis " + std::to_string(axis) + "; accepted: parts of axis 1 (channels)");
  }
  if (first >= last)
    return b.fail(errc::invalid, "none of the " + std::to_string(e.c) + " channels of its input are in it");
  const int n = static_cast<int>(last - first);
  return b.add_node(graph::op::slice{static_cast<int>(first), n}, {*x}, {e.h, e.w, n});
}

/// Between floating-point types nothing changes here, where all is float32.
inline result<void> convert_cast(builder& b) {
  const auto a = attributes::of(b, {"to", "saturate"});
  if (!a) return a.failure();
  const auto to = a->integer("to", 0);
  if (!to) return to.failure();
  const auto type = static_cast<element>(*to);
  const auto v = b.input(0);
  if (!v) return v.failure();
  const bool from_float = v->map >= 0 || (v->constant && storage_of(v->constant->type).width);
  if (*to < 0 || *to > 64 || !from_float || storage_of(type).width == 0)
    return b.fail(errc::unsupported, "a cast " + (v->constant ? "from " + to_string(v->constant->type) + " " : "") + "to " +
                                         to_string(type) + "; accepted: between float32, float16, bfloat16 and float64");
  return b.bind(*v);
}

/// Operators that do nothing at inference.
inline result<void> convert_identity(builder& b) {
  const auto v = b.input(0);
  if (!v) return v.failure();
  return b.bind(*v);
}

}  // namespace octet::io::onnx

#endif
