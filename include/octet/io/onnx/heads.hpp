#ifndef OCTET_IO_ONNX_HEADS_HPP
#define OCTET_IO_ONNX_HEADS_HPP

#include <octet/graph/model.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

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

/// Heads whose scores are exported before their sigmoid.
struct raw_heads {
  std::vector<graph::head> heads{};  ///< ascending stride; empty: none, or not to be told
  std::string doubt{};               ///< where maps look like such heads and are not to be told: why, and what helps
};

/// Finds heads among `maps` of which none is behind a sigmoid: per level two maps, alike on all levels. Where the number of
/// classes is given, the map of so many channels is the scores. Otherwise there must be two levels, and the map of 32, 64
/// or 68 channels (8 bins as in PicoDet, 16 or 17) is the distances; but not if both are of these, nor if the other map has
/// 4 channels (one box) or a quarter as many (each anchor's score beside its box).
inline raw_heads recognise_raw_heads(const graph::network& net, std::span<const int> maps, std::optional<int> classes = {}) {
  std::vector<std::pair<int, std::vector<int>>> levels;
  const extent in = net.input_shape();
  for (int id : maps) {
    const extent e = net[id].shape;
    const int stride = detail::stride_of(in.w, e.w);
    if (detail::is_probability(net[id].op) || stride == 0 || detail::stride_of(in.h, e.h) != stride) return {};
    auto level = std::ranges::find(levels, stride, &std::pair<int, std::vector<int>>::first);
    if (level == levels.end()) level = levels.insert(level, {stride, {}});
    level->second.push_back(id);
  }
  const auto channels = [&](int id) { return net[id].shape.c; };
  for (auto& [stride, pair] : levels) {
    if (pair.size() != 2) return {};
    std::ranges::sort(pair, {}, channels);
  }
  std::ranges::sort(levels);
  if (levels.empty()) return {};
  const int few = channels(levels[0].second[0]), many = channels(levels[0].second[1]);
  for (const auto& [stride, pair] : levels)
    if (channels(pair[0]) != few || channels(pair[1]) != many) return {};

  const auto has_bins = [](int c) { return c % 4 == 0 && c >= 8; };
  const auto fits = [&](int scores, int distances) {
    if (classes) return scores == *classes && has_bins(distances);
    const bool usual = distances == 32 || distances == 64 || distances == 68;
    return levels.size() > 1 && usual && scores != 4 && scores * 4 != distances;
  };
  const bool first = fits(few, many), second = fits(many, few);
  if (first == second || few == many) {
    if (!has_bins(few) && !has_bins(many)) return {};
    return {.doubt = "its outputs are two maps per level, of " + std::to_string(few) + " and " + std::to_string(many) +
                     " channels, neither behind a sigmoid, and which of them are the scores" +
                     (classes ? " of " + std::to_string(*classes) + " classes" : "") +
                     " cannot be told; the number of classes (--classes N, import_options::classes) or an export with the "
                     "sigmoid inside is expected to help"};
  }
  raw_heads found;
  for (const auto& [stride, pair] : levels)
    found.heads.push_back({.stride = stride, .scores = pair[first ? 0 : 1], .distances = pair[first ? 1 : 0]});
  return found;
}

/// Why no heads were recognised among the outputs, for a message.
inline std::string no_heads(const graph::network& net, std::optional<int> classes = {}) {
  const std::string doubt = recognise_raw_heads(net, net.outputs, classes).doubt;
  if (!doubt.empty()) return doubt;
  std::string found;
  for (std::size_t i = 0; i < net.outputs.size() && i < 4; ++i) {
    const extent e = net[net.outputs[i]].shape;
    found += (i ? ", " : "") + std::to_string(e.h) + "x" + std::to_string(e.w) + "x" + std::to_string(e.c);
  }
  return "no detection heads found among its outputs (" + found + (net.outputs.size() > 4 ? ", ..." : "") +
         "); PicoDet's are accepted: per level one map of scores and one of 4 * bins channels";
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
