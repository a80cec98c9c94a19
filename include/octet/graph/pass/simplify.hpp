#ifndef OCTET_GRAPH_PASS_SIMPLIFY_HPP
#define OCTET_GRAPH_PASS_SIMPLIFY_HPP

#include <octet/graph/pass/fold_batch_norm.hpp>
#include <octet/graph/pass/fuse_activation.hpp>
#include <octet/graph/pass/fuse_hard_swish.hpp>
#include <octet/graph/pass/remove_dead.hpp>
#include <octet/graph/pass/split_shared_head.hpp>

namespace octet::graph::pass {

/// All passes in the order that lets each find the most: what calibration, quantisation and execution expect. Idempotent.
inline void simplify(model& m) {
  fold_batch_norm(m.net);
  fuse_hard_swish(m.net);
  split_shared_head(m.net);
  fuse_activation(m.net);
  remove_dead(m);
}

}  // namespace octet::graph::pass

#endif
