#ifndef OCTET_GRAPH_CARRY_HPP
#define OCTET_GRAPH_CARRY_HPP

#include <octet/graph/integer_network.hpp>

#include <cmath>
#include <variant>
#include <vector>

namespace octet::graph {

/// Where the quantization of a node's output comes from.
enum class origin : unsigned char {
  measured,  ///< from what an observer has seen there
  fixed,     ///< from the operation: probabilities are [0,1] in the recipe's scheme
  carried,   ///< from the inputs: the operation only moves values
};

inline origin origin_of(const operation& o) {
  if (const auto* c = std::get_if<op::conv2d>(&o)) {
    using kind = nn::activation::kind;
    return c->act.function == kind::sigmoid || c->act.function == kind::hard_sigmoid ? origin::fixed : origin::measured;
  }
  const bool moves = std::holds_alternative<op::slice>(o) || std::holds_alternative<op::shuffle>(o) ||
                     std::holds_alternative<op::resize_nearest>(o) || std::holds_alternative<op::max_pool>(o) ||
                     std::holds_alternative<op::concat>(o);
  return moves ? origin::carried : origin::measured;
}

/// One scale and zero point for so many channels.
inline quantization uniform_quantization(int channels, qparams q) {
  const auto n = static_cast<std::size_t>(channels);
  return {q.scale, std::vector<float>(n, 1.0f), std::vector<std::int8_t>(n, static_cast<std::int8_t>(q.zero_point))};
}

/// The quantization that follows from the inputs' where an operation only moves values; a concat needs inputs with one
/// common step.
inline quantization carry(const operation& o, const std::vector<const quantization*>& in) {
  quantization q{in.front()->step, {}, {}};
  for (const quantization* x : in) {
    OCTET_EXPECTS(x->step == q.step);
    q.gain.insert(q.gain.end(), x->gain.begin(), x->gain.end());
    q.zero_point.insert(q.zero_point.end(), x->zero_point.begin(), x->zero_point.end());
  }
  if (const auto* s = std::get_if<op::slice>(&o)) {
    const quantization all = q;
    q.gain.assign(all.gain.begin() + s->first, all.gain.begin() + s->first + s->count);
    q.zero_point.assign(all.zero_point.begin() + s->first, all.zero_point.begin() + s->first + s->count);
  }
  if (const auto* s = std::get_if<op::shuffle>(&o)) {
    const quantization all = q;
    const std::size_t groups = static_cast<std::size_t>(s->groups), size = all.gain.size() / groups;
    for (std::size_t g = 0; g < groups; ++g)
      for (std::size_t k = 0; k < size; ++k) {
        q.gain[k * groups + g] = all.gain[g * size + k];
        q.zero_point[k * groups + g] = all.zero_point[g * size + k];
      }
  }
  return q;
}

}  // namespace octet::graph

#endif
