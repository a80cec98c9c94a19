#ifndef OCTET_IO_ONNX_HEADS_HPP
#define OCTET_IO_ONNX_HEADS_HPP

#include <octet/graph/model.hpp>

#include <algorithm>
#include <span>

namespace octet::io::onnx {

namespace detail {

inline bool is_probability(const graph::operation& o) noexcept {
  const auto* a = std::get_if<graph::op::activate>(&o);
  return a && a->act == nn::activation::sigmoid();
}

/// The power of two that makes `cells` of `pixels`, or 0.
inline int stride_of(int pixels, int cells) noexcept {
  for (int s = 1; s <= pixels; s *= 2)
    if ((pixels + s - 1) / s == cells) return s;
  return 0;
}

}  // namespace detail

/// Sorts `maps` into heads by their size: per level one map behind a sigmoid is the scores, another one with a single
/// channel the quality, and one of 4 * bins channels the distances. Empty unless each map has its place and all levels
/// are alike.
inline std::vector<graph::head> recognise_heads(const graph::network& net, std::span<const int> maps) {
  std::vector<graph::head> heads;
  const extent in = net.input_shape();
  for (int id : maps) {
    const extent e = net[id].shape;
    const int stride = detail::stride_of(in.w, e.w);
    if (stride == 0 || detail::stride_of(in.h, e.h) != stride) return {};
    auto h = std::find_if(heads.begin(), heads.end(), [&](const auto& x) { return x.stride == stride; });
    if (h == heads.end()) h = heads.insert(h, {stride});
    int* place = &h->distances;
    if (detail::is_probability(net[id].op)) {
      place = &h->scores;
      if (h->scores >= 0 && e.c > 1) std::swap(h->scores, h->quality);
      if (h->scores >= 0) place = &h->quality;
    } else if (e.c % 4 || e.c < 8) {
      return {};
    }
    if (*place >= 0) return {};
    *place = id;
  }
  std::sort(heads.begin(), heads.end(), [](const auto& a, const auto& b) { return a.stride < b.stride; });
  for (const auto& h : heads) {
    const auto& first = heads.front();
    if (h.scores < 0 || h.distances < 0 || (h.quality < 0) != (first.quality < 0)) return {};
    if (net[h.scores].shape.c != net[first.scores].shape.c || net[h.distances].shape.c != net[first.distances].shape.c)
      return {};
    if (h.quality >= 0 && net[h.quality].shape.c != 1) return {};
  }
  return heads;
}

/// The heads' maps in the order of a detector's outputs: scores by stride, then qualities, then distances.
inline std::vector<int> head_outputs(std::span<const graph::head> heads) {
  std::vector<int> ids;
  for (auto member : {&graph::head::scores, &graph::head::quality, &graph::head::distances})
    for (const auto& h : heads)
      if (h.*member >= 0) ids.push_back(h.*member);
  return ids;
}

}  // namespace octet::io::onnx

#endif
