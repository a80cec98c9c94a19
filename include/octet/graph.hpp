#ifndef OCTET_GRAPH_HPP
#define OCTET_GRAPH_HPP

#include <octet/graph/aligned_buffer.hpp>
#include <octet/graph/carry.hpp>
#include <octet/graph/derive_constants.hpp>
#include <octet/graph/executor.hpp>
#include <octet/graph/float_backend.hpp>
#include <octet/graph/float_operations.hpp>
#include <octet/graph/fork_join.hpp>
#include <octet/graph/gather.hpp>
#include <octet/graph/integer_backend.hpp>
#include <octet/graph/integer_network.hpp>
#include <octet/graph/layer_error.hpp>
#include <octet/graph/lower_conv.hpp>
#include <octet/graph/model.hpp>
#include <octet/graph/network.hpp>
#include <octet/graph/pass/fold_batch_norm.hpp>
#include <octet/graph/pass/fuse_activation.hpp>
#include <octet/graph/pass/fuse_hard_swish.hpp>
#include <octet/graph/pass/live.hpp>
#include <octet/graph/pass/remove_dead.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/graph/pass/split_shared_head.hpp>
#include <octet/graph/picodet.hpp>
#include <octet/graph/plan.hpp>
#include <octet/graph/program.hpp>
#include <octet/graph/run_concat.hpp>
#include <octet/graph/tensor.hpp>
#include <octet/graph/value_range.hpp>

#endif
