#ifndef OCTET_GRAPH_MODEL_HPP
#define OCTET_GRAPH_MODEL_HPP

#include <octet/core/preprocessing.hpp>
#include <octet/graph/network.hpp>

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

/// A detector: the network, what its outputs mean, and how pictures are prepared for it.
struct model {
  std::string name;
  network net;
  std::vector<head> heads;        ///< ascending stride
  std::vector<float> projection;  ///< what each bin of a distance distribution stands for, in strides: 0, 1, ... reg_max
  octet::preprocessing pre;
  int classes = 80;
};

}  // namespace octet::graph

#endif
