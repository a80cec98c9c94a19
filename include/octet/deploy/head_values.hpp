#ifndef OCTET_DEPLOY_HEAD_VALUES_HPP
#define OCTET_DEPLOY_HEAD_VALUES_HPP

#include <octet/data/preprocess.hpp>
#include <octet/detect/decode.hpp>
#include <octet/detect/values.hpp>
#include <octet/graph/float_backend.hpp>
#include <octet/graph/integer_backend.hpp>

#include <cstdint>
#include <vector>

/// The two forms of a detector. Each names its model and program, prepares pictures for the input map, and tells what the
/// elements of head i stand for.
namespace octet::deploy {

struct float_form {
  using model = graph::model;
  using program = graph::float_program;

  explicit float_form(const model& m) : prepare(m.pre) {}
  detect::level<detect::real> level(std::size_t) const { return {}; }

  data::preprocessor<float> prepare;
};

/// Operations as graph::integer_backend takes them.
template <class Operations = nn::operations_for<>>
class basic_integer_form {
 public:
  using model = graph::integer_model;
  using program = graph::program<graph::integer_backend<Operations>>;

  explicit basic_integer_form(const model& m) : prepare(m.pre, input_parameters(m)) {
    for (const graph::head& h : m.heads) {
      heads_.push_back(
          {parameters(m, h.scores), h.quality < 0 ? tables{} : parameters(m, h.quality), parameters(m, h.distances)});
    }
  }
  detect::level<detect::per_channel> level(std::size_t i) const {
    detect::level<detect::per_channel> l;
    l.of_scores = heads_[i].scores.view();
    l.of_quality = heads_[i].quality.view();
    l.of_distances = heads_[i].distances.view();
    return l;
  }

  data::preprocessor<std::int8_t> prepare;

 private:
  struct tables {
    std::vector<float> scale;
    std::vector<std::int8_t> zero_point;
    detect::per_channel view() const { return {scale.data(), zero_point.data()}; }
  };
  struct head {
    tables scores, quality, distances;
  };

  static tables parameters(const model& m, int node) {
    const graph::quantization& q = m.quantizations[static_cast<std::size_t>(node)];
    tables t{{}, q.zero_point};
    for (int c = 0; c < static_cast<int>(q.gain.size()); ++c) t.scale.push_back(static_cast<float>(q.scale(c)));
    return t;
  }
  static std::vector<qparams> input_parameters(const model& m) {
    const tables t = parameters(m, 0);
    std::vector<qparams> all;
    for (std::size_t c = 0; c < t.scale.size(); ++c) all.push_back({t.scale[c], t.zero_point[c]});
    return all;
  }

  std::vector<head> heads_;
};

using integer_form = basic_integer_form<>;

}  // namespace octet::deploy

#endif
