#include <octet/io/onnx/qdq_write.hpp>

#include "onnxruntime_peer.hpp"
#include "qdq_sample.hpp"

#include <octet/graph/integer_backend.hpp>

#include <doctest/doctest.h>

using namespace octet;
using namespace octet::graph;

namespace {

/// How many values of two implementations are equal, one step apart, or further.
struct steps {
  std::size_t total = 0, one = 0, more = 0;
  int largest = 0;
};

/// Runs the integer network and its exported file on the same random pictures and compares the outputs in int8 steps.
steps compare(const integer_model& m, onnxruntime_peer::optimisation level, int pictures = 4) {
  const auto peer = onnxruntime_peer::load(io::to_onnx(m), level);
  REQUIRE_MESSAGE(peer, (peer ? "" : peer.failure().what()));
  const integer_program p(m.net);
  integer_program::arena arena(p);
  std::mt19937 rng(5);
  std::uniform_real_distribution<float> pixel(-2.1f, 2.5f);
  steps found;
  for (int n = 0; n < pictures; ++n) {
    const auto in = p.map(arena, 0);
    onnxruntime_peer::array x{{1, in.c, in.h, in.w}, {}};
    for (int c = 0; c < in.c; ++c)
      for (int i = 0; i < in.h * in.w; ++i) {
        x.values.push_back(pixel(rng));
        in.pixel(0, i)[c] = graph::detail::quantize(x.values.back(), m.quantizations[0], c);
      }
    p.run(arena);
    const auto outputs = peer->run("image", x);
    REQUIRE_MESSAGE(outputs, (outputs ? "" : outputs.failure().what()));
    REQUIRE(outputs->size() == m.net.outputs.size());
    for (int id : m.net.outputs) {
      const auto& other = outputs->at(io::onnx::detail::output_name(m, id));
      const auto map = p.map(arena, id);
      REQUIRE(other.shape == std::vector<std::int64_t>{1, map.c, map.h, map.w});
      const auto& q = m.quantizations[static_cast<std::size_t>(id)];
      for (int c = 0; c < map.c; ++c)
        for (int i = 0; i < map.h * map.w; ++i) {
          const float real = other.values[static_cast<std::size_t>(c * map.h * map.w + i)];
          const int d = std::abs(map.pixel(0, i)[c] - graph::detail::quantize(real, q, c));
          ++found.total, found.one += d == 1, found.more += d > 1, found.largest = std::max(found.largest, d);
        }
    }
  }
  return found;
}

constexpr auto levels = {onnxruntime_peer::optimisation::disabled, onnxruntime_peer::optimisation::all};

}  // namespace

TEST_CASE("each operation computes in onnxruntime what it computes here") {
  if (!onnxruntime_peer::available()) return;
  using nn::activation;
  const std::pair<const char*, int (*)(sample&)> operations[] = {
      {"input", [](sample&) { return 0; }},
      {"conv 3x3", [](sample& s) { return s.conv(0, 7, 3, 1, 1, activation::none()); }},
      {"conv 5x5 stride 2", [](sample& s) { return s.conv(0, 7, 5, 2, 1, activation::relu()); }},
      {"conv 1x1 groups", [](sample& s) { return s.conv(0, 6, 1, 1, 2, activation::clip(-0.5f, 1.5f)); }},
      {"depthwise", [](sample& s) { return s.conv(0, 4, 3, 2, 4, activation::relu6()); }},
      {"hard-swish", [](sample& s) { return s.conv(0, 8, 3, 1, 1, activation::hard_swish()); }},
      {"hard-sigmoid", [](sample& s) { return s.conv(0, 8, 1, 1, 1, activation::hard_sigmoid(0.2f, 0.5f)); }},
      {"sigmoid", [](sample& s) { return s.conv(0, 8, 1, 1, 1, activation::sigmoid()); }},
      {"add", [](sample& s) { return s.add(0, s.rescale(0)); }},
      {"gate", [](sample& s) { return s.multiply(0, s.conv(0, 4, 15, 15, 1, activation::hard_sigmoid(0.2f, 0.5f))); }},
      {"mean", [](sample& s) { return s.mean(0); }},
      {"rescale", [](sample& s) { return s.rescale(0); }},
      {"concat", [](sample& s) { return s.concat({0, s.to(0, 0), 0}); }},
      {"slice", [](sample& s) { return s.slice(0, 1, 2); }},
      {"shuffle", [](sample& s) { return s.shuffle(0, 2); }},
      {"resize", [](sample& s) { return s.resize(0, 2); }},
      {"max pool", [](sample& s) { return s.max_pool(0, {3, 2, 1}); }},
  };
  for (const auto& [name, build] : operations)
    for (auto level : levels) {
      steps all;
      for (unsigned seed = 0; seed < 8; ++seed) {
        sample s(seed, seed % 2, {13, 15, 4});
        const int last = build(s);
        const steps found = compare(s.finish({last}), level);
        all.total += found.total, all.one += found.one, all.largest = std::max(all.largest, found.largest);
      }
      CHECK_MESSAGE(all.largest <= 1, name << " at level " << static_cast<int>(level) << ": " << all.largest << " steps");
      // The sigmoid's table has 256 entries per unit of its argument, so that more values take the other side of a tie.
      const std::size_t one_in = std::string_view(name) == "sigmoid" ? 10 : 500;
      CHECK_MESSAGE(all.one * one_in <= all.total, name << " at level " << static_cast<int>(level) << ": " << all.one << " of " << all.total);
    }
}

TEST_CASE("a network of all operations gives the same heads in onnxruntime") {
  if (!onnxruntime_peer::available()) return;
  for (auto level : levels)
    for (unsigned seed = 0; seed < 6; ++seed) {
      const steps found = compare(sample::detector(seed, seed % 2), level);
      CHECK(found.more * 1000 <= found.total);
      CHECK(found.one * 20 <= found.total);
    }
}
