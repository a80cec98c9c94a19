#ifndef OCTET_PTQ_ANALYSE_HPP
#define OCTET_PTQ_ANALYSE_HPP

#include <octet/core/fixed_point.hpp>
#include <octet/graph/float_backend.hpp>
#include <octet/graph/integer_backend.hpp>
#include <octet/graph/layer_error.hpp>
#include <octet/ptq/dequantize_weights.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

namespace octet::ptq {

/// Runs both networks on the same pictures and adds up the error of every map, in the order of the integer network. The
/// error of a layer includes what it inherits from the layers before it. Two more runs of the float network, one with the
/// integer network's weights and one with its maps' grids, tell where the error comes from.
/// Cost: three float runs and an integer one per picture.
class analyser {
 public:
  analyser(const graph::float_program& real, const graph::integer_program& integer, const graph::integer_model& m)
      : real_(real),
        integer_(integer),
        model_(m),
        rough_(dequantize_weights(real.network(), m)),
        real_arena_(real),
        grid_arena_(real),
        rough_arena_(rough_),
        integer_arena_(integer),
        values_(real.network().nodes.size()),
        row_of_(real.network().nodes.size(), -1) {
    std::unordered_map<std::string, int> by_name;
    for (int id = 0; id < real.network().size(); ++id) by_name[real.network()[id].name] = id;
    for (int id = 0; id < integer.network().size(); ++id) {
      const auto& n = integer.network()[id];
      const auto at = by_name.find(n.name);
      twin_.push_back(at == by_name.end() ? -1 : at->second);
      if (twin_.back() >= 0) row_of_[static_cast<std::size_t>(twin_.back())] = id;
      rows_.push_back(describe(id));
    }
  }

  /// Where the caller writes the picture: real numbers for the one, int8 for the other network.
  map_view<float> real_input() { return real_.map(real_arena_, 0); }
  map_view<std::int8_t> integer_input() { return integer_.map(integer_arena_, 0); }

  void run() {
    copy(real_.map(real_arena_, 0), real_.map(grid_arena_, 0));
    copy(real_.map(real_arena_, 0), rough_.map(rough_arena_, 0));
    real_.run(real_arena_, [&](int id, map_view<const float> x) {
      auto& v = values_[static_cast<std::size_t>(id)];
      v.clear();
      for (int y = 0; y < x.h; ++y)
        for (int i = 0; i < x.w; ++i) v.insert(v.end(), x.pixel(y, i), x.pixel(y, i) + x.c);
      if (const int row = row_of_[static_cast<std::size_t>(id)]; row >= 0) look(row, x);
    });
    rough_.run(rough_arena_, [&](int id, map_view<const float> x) {
      if (const int row = row_of_[static_cast<std::size_t>(id)]; row >= 0) this->row(row).weight_noise += distance(id, x);
    });
    real_.run(grid_arena_, [&](int id, map_view<const float>) {
      const int row = row_of_[static_cast<std::size_t>(id)];
      if (row < 0) return;
      const map_view<float> x = real_.map(grid_arena_, id);
      for (int y = 0; y < x.h; ++y)
        for (int i = 0; i < x.w; ++i)
          for (int c = 0; c < x.c; ++c) x.pixel(y, i)[c] = real_of(row, c, rounded(row, c, x.pixel(y, i)[c]));
      this->row(row).activation_noise += distance(id, x);
    });
    integer_.run(integer_arena_, [&](int id, map_view<const std::int8_t> x) {
      if (twin_[static_cast<std::size_t>(id)] >= 0) compare(id, x);
    });
  }

  const std::vector<graph::layer_error>& rows() const noexcept { return rows_; }

 private:
  graph::layer_error& row(int id) { return rows_[static_cast<std::size_t>(id)]; }
  const graph::quantization& grid(int id) const { return model_.quantizations[static_cast<std::size_t>(id)]; }

  graph::layer_error describe(int id) const {
    const auto& n = integer_.network()[id];
    graph::layer_error r{n.name, twin_.back() >= 0 ? graph::name_of(real_.network()[twin_.back()].op) : "rescale", n.inputs};
    for (int c = 0; c < n.shape.c; ++c) r.scale.push_back(static_cast<float>(grid(id).scale(c)));
    r.lo.assign(r.scale.size(), (std::numeric_limits<float>::max)());
    r.hi.assign(r.scale.size(), std::numeric_limits<float>::lowest());
    if (const auto* f = std::get_if<graph::integer::conv2d>(&n.op)) {
      const auto [least, most] = std::minmax_element(f->weight_scale.begin(), f->weight_scale.end());
      r.weight_scale_spread = static_cast<double>(*most) / static_cast<double>(*least);
    }
    return r;
  }

  double rounded(int id, int c, float x) const {
    return rounding::half_even{}(static_cast<double>(x) / grid(id).scale(c)) +
           grid(id).zero_point[static_cast<std::size_t>(c)];
  }
  float real_of(int id, int c, double code) const {
    return static_cast<float>(grid(id).scale(c) *
                              (clamp(code, -128.0, 127.0) - grid(id).zero_point[static_cast<std::size_t>(c)]));
  }

  static void copy(map_view<float> from, map_view<float> to) {
    for (int y = 0; y < from.h; ++y)
      for (int i = 0; i < from.w; ++i) std::copy_n(from.pixel(y, i), from.c, to.pixel(y, i));
  }

  void look(int id, map_view<const float> x) {
    graph::layer_error& r = row(id);
    for (int y = 0; y < x.h; ++y)
      for (int i = 0; i < x.w; ++i)
        for (int c = 0; c < x.c; ++c) {
          const auto at = static_cast<std::size_t>(c);
          const float v = x.pixel(y, i)[c];
          r.lo[at] = (std::min)(r.lo[at], v), r.hi[at] = (std::max)(r.hi[at], v);
          const double code = rounded(id, c, v), off = static_cast<double>(v) - static_cast<double>(real_of(id, c, code));
          r.rounding_noise += off * off;
          r.clipped += code < -128 || code > 127 ? 1 : 0;
          ++r.codes[static_cast<std::size_t>(clamp((code + 192) / 4, 0.0, 95.0))];
        }
    r.values += static_cast<double>(x.shape().size());
  }

  double distance(int real_id, map_view<const float> x) const {
    const float* real = values_[static_cast<std::size_t>(real_id)].data();
    double sum = 0;
    for (int y = 0; y < x.h; ++y)
      for (int i = 0; i < x.w; ++i, real += x.c)
        for (int c = 0; c < x.c; ++c) {
          const double d = static_cast<double>(x.pixel(y, i)[c]) - static_cast<double>(real[c]);
          sum += d * d;
        }
    return sum;
  }

  void compare(int id, map_view<const std::int8_t> x) {
    const float* real = values_[static_cast<std::size_t>(twin_[static_cast<std::size_t>(id)])].data();
    graph::layer_error& r = row(id);
    for (int y = 0; y < x.h; ++y)
      for (int i = 0; i < x.w; ++i, real += x.c)
        for (int c = 0; c < x.c; ++c) {
          const double a = static_cast<double>(real[c]),
                       b = grid(id).scale(c) * (x.pixel(y, i)[c] - grid(id).zero_point[static_cast<std::size_t>(c)]);
          r.signal += a * a, r.quantised_signal += b * b, r.dot += a * b, r.noise += (a - b) * (a - b);
        }
  }

  const graph::float_program& real_;
  const graph::integer_program& integer_;
  const graph::integer_model& model_;
  const graph::float_program rough_;  // with the integer network's weights
  graph::float_program::arena real_arena_, grid_arena_, rough_arena_;
  graph::integer_program::arena integer_arena_;
  std::vector<std::vector<float>> values_;  // per float node
  std::vector<int> twin_;                   // float node of each integer node, -1 without
  std::vector<int> row_of_;                 // integer node of each float node, -1 without
  std::vector<graph::layer_error> rows_;
};

}  // namespace octet::ptq

#endif
