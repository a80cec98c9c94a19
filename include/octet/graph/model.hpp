#ifndef OCTET_GRAPH_MODEL_HPP
#define OCTET_GRAPH_MODEL_HPP

#include <octet/core/preprocessing.hpp>
#include <octet/graph/network.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace octet::graph {

/// The maps of one pyramid level that decoding needs, as node indices.
struct head {
  int stride = 8;      ///< network-input pixels per cell
  int scores = -1;     ///< [H,W,K] class probabilities (after the sigmoid)
  int quality = -1;    ///< [H,W,1] probability that multiplies under a square root, or -1 (PicoHeadV2's align branch)
  int distances = -1;  ///< [H,W,4*bins] logits of the distance distribution, sides in the order left, top, right, bottom
};

/// What a class is called in the annotations that taught it.
struct category {
  std::int64_t id = 0;                ///< where ids are numbers
  std::optional<std::string> text{};  ///< the id, where ids are texts
  std::string name{};
  friend bool operator==(const category&, const category&) = default;
};

/// A detector: the network, what its outputs mean, and how pictures are prepared for it.
struct model {
  std::string name;
  network net;
  std::vector<head> heads;        ///< ascending stride
  std::vector<float> projection;  ///< what each bin of a distance distribution stands for, in strides: 0, 1, ... reg_max
  octet::preprocessing pre;
  int classes = 80;
  std::vector<category> categories{};  ///< one per class in the order of the labels, or none: not known
};

}  // namespace octet::graph

#endif
