#ifndef OCTET_TESTS_IO_QDQ_COMPARE_HPP
#define OCTET_TESTS_IO_QDQ_COMPARE_HPP

#include "onnxruntime_peer.hpp"

#include <octet/graph/derive_constants.hpp>
#include <octet/graph/integer_backend.hpp>
#include <octet/io/onnx/qdq_write.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>

/// How many values of two implementations are equal, one step apart, or further.
struct steps {
  std::size_t total = 0, one = 0, more = 0;
  int largest = 0;
};

/// An integer network and its exported file in onnxruntime, run side by side.
class comparison {
 public:
  comparison(const octet::graph::integer_model& m, onnxruntime_peer::optimisation level)
      : model_(m), peer_(onnxruntime_peer::load(octet::io::to_onnx(m), level)), program_(m.net), arena_(program_) {
    REQUIRE_MESSAGE(peer_, (peer_ ? "" : peer_.failure().what()));
  }

  /// Runs both on the picture [H,W,C] of real numbers; counts the differences of all outputs in int8 steps.
  void run(octet::map_view<const float> picture) {
    using octet::graph::detail::quantize;
    const auto in = program_.map(arena_, 0);
    onnxruntime_peer::array x{{1, in.c, in.h, in.w}, {}};
    for (int c = 0; c < in.c; ++c)
      for (int i = 0; i < in.h * in.w; ++i) {
        x.values.push_back(picture.pixel(0, i)[c]);
        in.pixel(0, i)[c] = quantize(x.values.back(), model_.quantizations[0], c);
      }
    program_.run(arena_);
    const auto outputs = peer_->run("image", x);
    REQUIRE_MESSAGE(outputs, (outputs ? "" : outputs.failure().what()));
    REQUIRE(outputs->size() == model_.net.outputs.size());
    for (int id : model_.net.outputs) {
      const auto& other = outputs->at(octet::io::onnx::detail::output_name(model_, id));
      const auto map = program_.map(arena_, id);
      REQUIRE(other.shape == std::vector<std::int64_t>{1, map.c, map.h, map.w});
      const float* real = other.values.data();
      for (int c = 0; c < map.c; ++c)
        for (int i = 0; i < map.h * map.w; ++i) {
          const int d =
              std::abs(map.pixel(0, i)[c] - quantize(*real++, model_.quantizations[static_cast<std::size_t>(id)], c));
          ++found.total, found.one += d == 1, found.more += d > 1, found.largest = std::max(found.largest, d);
        }
    }
  }

  steps found;

 private:
  const octet::graph::integer_model& model_;
  octet::result<onnxruntime_peer> peer_;
  octet::graph::integer_program program_;
  octet::graph::integer_program::arena arena_;
};

#endif
