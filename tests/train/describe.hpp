#ifndef TESTS_TRAIN_DESCRIBE_HPP
#define TESTS_TRAIN_DESCRIBE_HPP

#include <octet/core/types.hpp>
#include <octet/graph/model.hpp>
#include <octet/io/json_writer.hpp>
#include <octet/train/parameters.hpp>

#include <string_view>
#include <vector>

/// A detector as torch_picodet.py reads it.
namespace describing {

using namespace octet;

template <class T>
void write(io::json_writer& out, std::string_view name, const T& values) {
  out.key(name).begin_array();
  for (const auto x : values) out.value(x);
  out.end_array();
}

inline void write(io::json_writer& out, const nn::activation& act) {
  constexpr const char* names[] = {"none", "clip", "hard_swish", "hard_sigmoid", "sigmoid"};
  out.key("activation").begin_object().member("function", names[static_cast<int>(act.function)]);
  out.member("a", act.a).member("b", act.b).end_object();
}

inline void write(io::json_writer& out, const graph::node& n, bool normalised) {
  out.begin_object().member("name", n.name).member("operation", graph::name_of(n.op));
  write(out, "inputs", n.inputs);
  write(out, "shape", std::vector{n.shape.h, n.shape.w, n.shape.c});
  if (const auto* f = std::get_if<graph::op::conv2d>(&n.op)) {
    const nn::conv2d_geometry& g = f->geometry;
    write(out, "weights", std::vector{g.oc, g.kh, g.kw, g.ic / g.groups});
    out.member("stride", g.stride).member("pad", g.pad_top).member("groups", g.groups).member("normalised", normalised);
    write(out, f->act);
  }
  if (const auto* r = std::get_if<graph::op::resize_nearest>(&n.op)) out.member("factor", r->factor);
  out.end_object();
}

/// Members of an open object: nodes, heads, ranges and values of the parameters, projection, labels of a batch.
inline void describe(io::json_writer& out, const graph::model& m, const std::vector<char>& norms, const train::parameters& p,
                     const std::vector<std::vector<labelled_box>>& objects) {
  out.key("nodes").begin_array();
  for (int id = 0; id < m.net.size(); ++id) write(out, m.net[id], norms[static_cast<std::size_t>(id)]);
  out.end_array().key("heads").begin_array();
  for (const graph::head& h : m.heads)
    out.begin_object()
        .member("stride", h.stride)
        .member("scores", h.scores)
        .member("quality", h.quality)
        .member("distances", h.distances)
        .end_object();
  out.end_array().key("ranges").begin_array();
  constexpr const char* roles[] = {"weight", "bias", "norm", "statistic"};
  for (const train::parameter_range& r : p.ranges)
    out.begin_object()
        .member("name", r.name)
        .member("role", roles[static_cast<int>(r.role)])
        .member("first", r.first)
        .member("count", r.count)
        .end_object();
  out.end_array();
  write(out, "projection", m.projection);
  write(out, "values", p.values);
  out.key("labels").begin_array();
  for (const auto& of_picture : objects) {
    out.begin_array();
    for (const labelled_box& o : of_picture) {
      out.begin_array();
      for (const float edge : {o.box.x1, o.box.y1, o.box.x2, o.box.y2}) out.value(edge);
      out.value(o.label).end_array();
    }
    out.end_array();
  }
  out.end_array();
}

}  // namespace describing

#endif
