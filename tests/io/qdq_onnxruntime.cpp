#include <octet/io/onnx/qdq_write.hpp>

#include "qdq_compare.hpp"
#include "qdq_sample.hpp"

#include <doctest/doctest.h>

using namespace octet;
using namespace octet::graph;

namespace {

/// Both on random pictures.
steps compare(const integer_model& m, peer_mode mode, int pictures = 4) {
  comparison both(m, mode);
  std::mt19937 rng(5);
  std::uniform_real_distribution<float> pixel(-2.1f, 2.5f);
  std::vector<float> picture(m.net.input_shape().size());
  for (int n = 0; n < pictures; ++n) {
    for (float& p : picture) p = pixel(rng);
    both.run({picture.data(), m.net.input_shape()});
  }
  return both.found;
}

sample::scales scales_for(const io::qdq_dialect& d, unsigned seed) {
  if (d.symmetric) return sample::scales::symmetric;
  return seed % 2 ? sample::scales::per_channel : sample::scales::per_map;
}

constexpr auto all = onnxruntime_peer::optimisation::all, disabled = onnxruntime_peer::optimisation::disabled;
constexpr auto fast = onnxruntime_peer::products::fast, exact = onnxruntime_peer::products::exact;

/// The ways of running a file that are right on every processor.
const peer_mode right[] = {{io::qdq_u8, all, fast},         {io::qdq_u8, disabled, fast},
                           {io::qdq_s8, all, exact},        {io::qdq_s8, disabled, fast},
                           {io::qdq_symmetric, all, exact}, {io::qdq_symmetric, disabled, fast}};

std::string name_of(const peer_mode& m) {
  return std::string(m.dialect.name) + (m.level == disabled ? ", not optimised" : "") +
         (m.products == exact ? ", exact products" : "");
}

void add(steps& sum, const steps& s) {
  sum.total += s.total, sum.one += s.one, sum.more += s.more, sum.largest = std::max(sum.largest, s.largest);
}

}  // namespace

TEST_CASE("each operation computes in onnxruntime what it computes here") {
  if (!onnxruntime_peer::available()) return;
  using nn::activation;
  const std::pair<std::string, int (*)(sample&)> operations[] = {
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
    for (const peer_mode& mode : right) {
      steps found;
      for (unsigned seed = 0; seed < 8; ++seed) {
        sample s(seed, scales_for(mode.dialect, seed), {13, 15, 4});
        const int last = build(s);
        add(found, compare(s.finish({last}), mode));
      }
      CHECK_MESSAGE(found.largest <= 1, name << " (" << name_of(mode) << "): " << found.largest << " steps");
      // The sigmoid's table has 256 entries per unit of its argument, so that more values take the other side of a tie.
      const std::size_t one_in = name == "sigmoid" ? 10 : 500;
      CHECK_MESSAGE(found.one * one_in <= found.total,
                    name << " (" << name_of(mode) << "): " << found.one << " of " << found.total);
    }
}

TEST_CASE("a network of all operations gives the same heads in onnxruntime") {
  if (!onnxruntime_peer::available()) return;
  for (const peer_mode& mode : right)
    for (unsigned seed = 0; seed < 6; ++seed) {
      const steps found = compare(sample::detector(seed, scales_for(mode.dialect, seed)), mode);
      INFO(name_of(mode));
      CHECK(found.more * 1000 <= found.total);
      CHECK(found.one * 10 <= found.total);  // the heads are sigmoids
    }
}

TEST_CASE("how far onnxruntime is off where it may saturate") {
  if (!onnxruntime_peer::available()) return;
  for (const peer_mode& mode : {peer_mode{io::qdq_s8, all, fast}, {io::qdq_symmetric, all, fast}}) {
    steps found;
    for (unsigned seed = 0; seed < 8; ++seed) {
      sample s(seed, scales_for(mode.dialect, seed), {13, 15, 4});
      const int last = s.conv(0, 7, 3, 1, 1, nn::activation::none());
      add(found, compare(s.finish({last}), mode));
    }
    MESSAGE(
        "a convolution 3x3 in " << name_of(mode) << ", with products in 16 bits where the processor has no VNNI: of "
                                << found.total << " values " << found.one << " differ by one step, " << found.more
                                << " by more, at most by " << found.largest
                                << std::string(found.more * 1000 > found.total ? "; pairs of products saturate here" : ""));
    CHECK(found.total > 0);
  }
}
