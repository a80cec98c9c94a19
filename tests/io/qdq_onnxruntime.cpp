#include <octet/io/onnx/qdq_write.hpp>

#include "qdq_compare.hpp"
#include "qdq_sample.hpp"

#include <doctest/doctest.h>

using namespace octet;
using namespace octet::graph;

namespace {

/// Both on random pictures.
steps compare(const integer_model& m, onnxruntime_peer::optimisation level, int pictures = 4) {
  comparison both(m, level);
  std::mt19937 rng(5);
  std::uniform_real_distribution<float> pixel(-2.1f, 2.5f);
  std::vector<float> picture(m.net.input_shape().size());
  for (int n = 0; n < pictures; ++n) {
    for (float& p : picture) p = pixel(rng);
    both.run({picture.data(), m.net.input_shape()});
  }
  return both.found;
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
      {"concat",
       [](sample& s) {
         return s.concat({0, s.to(0, 0), 0});
       }},
      {"slice", [](sample& s) { return s.slice(0, 1, 2); }},
      {"shuffle", [](sample& s) { return s.shuffle(0, 2); }},
      {"resize", [](sample& s) { return s.resize(0, 2); }},
      {"max pool",
       [](sample& s) {
         return s.max_pool(0, {3, 2, 1});
       }},
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
      CHECK_MESSAGE(all.one * one_in <= all.total,
                    name << " at level " << static_cast<int>(level) << ": " << all.one << " of " << all.total);
    }
}

TEST_CASE("a network of all operations gives the same heads in onnxruntime") {
  if (!onnxruntime_peer::available()) return;
  for (auto level : levels)
    for (unsigned seed = 0; seed < 6; ++seed) {
      const steps found = compare(sample::detector(seed, seed % 2), level);
      CHECK(found.more * 1000 <= found.total);
      CHECK(found.one * 10 <= found.total);  // the heads are sigmoids
    }
}
