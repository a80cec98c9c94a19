#ifndef OCTET_TESTS_IO_QDQ_COMPARE_HPP
#define OCTET_TESTS_IO_QDQ_COMPARE_HPP

#include "onnxruntime_peer.hpp"

#include <octet/graph/derive_constants.hpp>
#include <octet/graph/integer_backend.hpp>
#include <octet/io/onnx/qdq_write.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>
#include <vector>

/// How many values of two implementations are equal, one step apart, or further.
struct steps {
  std::size_t total = 0, one = 0, more = 0;
  int largest = 0;
};

/// Adds the difference of two int8 values.
inline void count(steps& s, int a, int b) {
  const int d = std::abs(a - b);
  ++s.total, s.one += d == 1, s.more += d > 1, s.largest = std::max(s.largest, d);
}

/// The output [1,C,H,W] of onnxruntime for map `id`, as int8 [H,W,C].
inline std::vector<std::int8_t> quantised(const octet::graph::integer_model& m, int id, const onnxruntime_peer::array& a) {
  const octet::extent e = m.net[id].shape;
  REQUIRE(a.shape == std::vector<std::int64_t>{1, e.c, e.h, e.w});
  std::vector<std::int8_t> q(e.size());
  const auto channels = static_cast<std::size_t>(e.c);
  for (std::size_t c = 0; c < channels; ++c)
    for (std::size_t i = 0; i < e.pixels(); ++i)
      q[i * channels + c] = octet::graph::detail::quantize(
          a.values[c * e.pixels() + i], m.quantizations[static_cast<std::size_t>(id)], static_cast<int>(c));
  return q;
}

/// A picture [H,W,C] as onnxruntime takes it.
inline onnxruntime_peer::array planes(octet::map_view<const float> picture) {
  onnxruntime_peer::array x{{1, picture.c, picture.h, picture.w}, {}};
  for (int c = 0; c < picture.c; ++c)
    for (int i = 0; i < picture.h * picture.w; ++i) x.values.push_back(picture.pixel(0, i)[c]);
  return x;
}

/// What onnxruntime is given, and how it runs it.
struct peer_mode {
  octet::io::qdq_dialect dialect = octet::io::qdq_u8;
  onnxruntime_peer::optimisation level = onnxruntime_peer::optimisation::all;
  onnxruntime_peer::products products = onnxruntime_peer::products::fast;
};

/// An integer network and its exported file in onnxruntime, run side by side.
class comparison {
 public:
  comparison(const octet::graph::integer_model& m, peer_mode mode)
      : model_(m),
        peer_(onnxruntime_peer::load(octet::io::to_onnx(m, mode.dialect), mode.level, mode.products)),
        program_(m.net),
        arena_(program_) {
    REQUIRE_MESSAGE(peer_, (peer_ ? "" : peer_.failure().what()));
  }

  /// Runs both on the picture [H,W,C] of real numbers; counts the differences of all outputs in int8 steps.
  void run(octet::map_view<const float> picture) {
    const auto in = program_.map(arena_, 0);
    for (int i = 0; i < in.h * in.w; ++i)
      for (int c = 0; c < in.c; ++c)
        in.pixel(0, i)[c] = octet::graph::detail::quantize(picture.pixel(0, i)[c], model_.quantizations[0], c);
    program_.run(arena_);
    const auto outputs = peer_->run("image", planes(picture));
    REQUIRE_MESSAGE(outputs, (outputs ? "" : outputs.failure().what()));
    REQUIRE(outputs->size() == model_.net.outputs.size());
    for (int id : model_.net.outputs) {
      const auto other = quantised(model_, id, outputs->at(octet::io::onnx::detail::output_name(model_, id)));
      const auto map = program_.map(arena_, id);
      for (int i = 0; i < map.h * map.w; ++i)
        for (int c = 0; c < map.c; ++c) count(found, map.pixel(0, i)[c], other[static_cast<std::size_t>(i * map.c + c)]);
    }
  }

  steps found;

 private:
  const octet::graph::integer_model& model_;
  octet::result<onnxruntime_peer> peer_;
  octet::graph::integer_program program_;
  octet::graph::integer_program::arena arena_;
};

/// The same for every operation by itself: each computes from the maps that onnxruntime has computed.
class operation_comparison {
 public:
  explicit operation_comparison(const octet::graph::integer_model& m) : found(m.net.nodes.size()), model_(m) {
    model_.heads.clear();
    model_.net.outputs.clear();
    for (int id = 0; id < m.net.size(); ++id) {
      model_.net.outputs.push_back(id);
      layers_.push_back(backend::prepare(m.net[id].op, shape_before(id)));
    }
    peer_.emplace(onnxruntime_peer::load(octet::io::to_onnx(model_)));
    REQUIRE_MESSAGE(*peer_, (*peer_ ? "" : peer_->failure().what()));
  }

  void run(octet::map_view<const float> picture) {
    const auto outputs = (*peer_)->run("image", planes(picture));
    REQUIRE_MESSAGE(outputs, (outputs ? "" : outputs.failure().what()));
    std::vector<std::vector<std::int8_t>> maps;
    for (int id = 0; id < model_.net.size(); ++id) {
      maps.push_back(quantised(model_, id, outputs->at("output_" + std::to_string(id))));
      const auto& n = model_.net[id];
      if (n.inputs.empty() || std::holds_alternative<octet::graph::op::slice>(n.op)) continue;  // nothing is computed
      std::vector<octet::map_view<const std::int8_t>> in;
      for (int i : n.inputs) in.emplace_back(maps[static_cast<std::size_t>(i)].data(), model_.net[i].shape);
      std::vector<std::int8_t> out(n.shape.size());
      octet::graph::aligned_buffer scratch(backend::scratch_size(n.op, shape_before(id)));
      backend::run(n.op, layers_[static_cast<std::size_t>(id)], in, {out.data(), n.shape}, {0, n.shape.h},
                   scratch.data());
      for (std::size_t i = 0; i < out.size(); ++i) count(found[static_cast<std::size_t>(id)], out[i], maps.back()[i]);
    }
  }

  std::vector<steps> found;  ///< per node

 private:
  using backend = octet::graph::integer_backend<>;

  octet::extent shape_before(int id) const {
    const auto& n = model_.net[id];
    return n.inputs.empty() ? n.shape : model_.net[n.inputs.front()].shape;
  }

  octet::graph::integer_model model_;
  std::vector<backend::layer> layers_;
  std::optional<octet::result<onnxruntime_peer>> peer_;
};

#endif
