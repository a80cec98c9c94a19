#ifndef OCTET_PTQ_ANALYSE_HPP
#define OCTET_PTQ_ANALYSE_HPP

#include <octet/graph/float_backend.hpp>
#include <octet/graph/integer_backend.hpp>

#include <cmath>
#include <string>
#include <unordered_map>
#include <vector>

namespace octet::ptq {

/// How well one map of the integer network agrees with the float network's.
struct layer_error {
  std::string name;
  const char* op = "";
  double signal = 0, noise = 0;  ///< sums of squares of the float values and of the differences
  double dot = 0, quantised_signal = 0;

  /// Signal to quantisation noise in decibels; infinite without noise.
  double sqnr_db() const { return 10.0 * std::log10(signal / noise); }
  double cosine() const { return dot / std::sqrt(signal * quantised_signal); }
};

/// Runs both networks on the same pictures and adds up the error of every map, in the order of the integer network. The
/// error of a layer includes what it inherits from the layers before it.
class analyser {
 public:
  analyser(const graph::float_program& real, const graph::integer_program& integer, const graph::integer_model& m)
      : real_(real),
        integer_(integer),
        model_(m),
        real_arena_(real),
        integer_arena_(integer),
        values_(real.network().nodes.size()) {
    std::unordered_map<std::string, int> by_name;
    for (int id = 0; id < real.network().size(); ++id) by_name[real.network()[id].name] = id;
    for (const auto& n : integer.network().nodes) {
      const auto at = by_name.find(n.name);
      twin_.push_back(at == by_name.end() ? -1 : at->second);
      rows_.push_back({n.name, kind_of(n)});
    }
  }

  /// Where the caller writes the picture: real numbers for the one, int8 for the other network.
  map_view<float> real_input() { return real_.map(real_arena_, 0); }
  map_view<std::int8_t> integer_input() { return integer_.map(integer_arena_, 0); }

  void run() {
    real_.run(real_arena_, [&](int id, map_view<const float> x) {
      auto& v = values_[static_cast<std::size_t>(id)];
      v.clear();
      for (int y = 0; y < x.h; ++y)
        for (int i = 0; i < x.w; ++i) v.insert(v.end(), x.pixel(y, i), x.pixel(y, i) + x.c);
    });
    integer_.run(integer_arena_, [&](int id, map_view<const std::int8_t> x) {
      if (twin_[static_cast<std::size_t>(id)] >= 0) compare(id, x);
    });
  }

  const std::vector<layer_error>& rows() const noexcept { return rows_; }

 private:
  const char* kind_of(const graph::integer_network::node& n) const {
    const int t = twin_.back();
    return t >= 0                                                  ? graph::name_of(real_.network()[t].op)
           : std::holds_alternative<graph::integer::rescale>(n.op) ? "rescale"
                                                                   : "";
  }

  void compare(int id, map_view<const std::int8_t> x) {
    const auto& q = model_.quantizations[static_cast<std::size_t>(id)];
    const float* real = values_[static_cast<std::size_t>(twin_[static_cast<std::size_t>(id)])].data();
    layer_error& row = rows_[static_cast<std::size_t>(id)];
    for (int y = 0; y < x.h; ++y)
      for (int i = 0; i < x.w; ++i, real += x.c)
        for (int c = 0; c < x.c; ++c) {
          const double a = real[c], b = q.scale(c) * (x.pixel(y, i)[c] - q.zero_point[static_cast<std::size_t>(c)]);
          row.signal += a * a, row.quantised_signal += b * b, row.dot += a * b, row.noise += (a - b) * (a - b);
        }
  }

  const graph::float_program& real_;
  const graph::integer_program& integer_;
  const graph::integer_model& model_;
  graph::float_program::arena real_arena_;
  graph::integer_program::arena integer_arena_;
  std::vector<std::vector<float>> values_;  // per float node
  std::vector<int> twin_;                   // float node of each integer node, -1 without
  std::vector<layer_error> rows_;
};

}  // namespace octet::ptq

#endif
