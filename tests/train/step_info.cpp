// Prints a small detector, a labelled batch, and what one step of training gives, as JSON for torch_step.py.
#include "describe.hpp"

#include <octet/graph/picodet.hpp>
#include <octet/io/json_writer.hpp>
#include <octet/train/differentiable.hpp>
#include <octet/train/normalised_convolutions.hpp>
#include <octet/train/sampler.hpp>
#include <octet/train/supervision.hpp>
#include <octet/train/synchronised_batch.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>
#include <string_view>
#include <vector>

namespace {

using namespace octet;
using describing::describe;
using describing::write;

constexpr int side = 96, classes = 3;

/// Objects of all sizes: of each other's reach, of the whole picture, and none.
std::vector<std::vector<labelled_box>> labels() {
  return {{{{8, 10, 62, 58}, 0}, {{30, 22, 88, 90}, 1}},
          {{{1, 2, 95, 94}, 2}, {{50, 50, 74, 71}, 0}, {{6, 40, 33, 79}, 2}},
          {{{20, 5, 80, 70}, 1}},
          {}};
}

/// Stripes that differ from picture to picture: norms of deep layers would enlarge the rounding errors of noise alone.
std::vector<float> picture(float i, train::random_source& random) {
  std::vector<float> x;
  for (int y = 0; y < side; ++y)
    for (int at = 0; at < side; ++at)
      for (int c = 0; c < 3; ++c) {
        const float wave = std::sin((0.05f + 0.04f * i) * static_cast<float>(at) + 0.07f * (2 - i) * static_cast<float>(y) +
                                    static_cast<float>(c) * (1 + i));
        x.push_back(0.5f + (0.15f + 0.1f * i) * wave + 0.1f * static_cast<float>(random.unit() - 0.5));
      }
  return x;
}

/// Factors, offsets and biases that differ from their start, so that every gradient counts. Offsets put most values
/// between relu6's bounds: a deep network that is normalised and cut at zero multiplies rounding errors layer by layer.
void perturb(train::parameters& p, train::random_source& random) {
  for (std::size_t r = 0; r < p.ranges.size(); ++r) {
    const auto& [name, role, first, count] = p.ranges[r];
    const auto values = p.in(std::span(p.values), r);
    const bool scores = name.ends_with(".scores");
    for (float& x : values) {
      const auto by = static_cast<float>(random.unit() - 0.5);
      if (role == train::role::norm) x += 0.6f * by + (x == 0 ? 2.0f : 0.0f);
      if (role == train::role::bias) x = (scores ? -0.5f : x) + by;
      if (role == train::role::weight && name.starts_with("head") && !name.ends_with(".pw")) x += 0.05f * by;
    }
  }
}

template <class Assigner>
void step(io::json_writer& out, const char* name, const graph::model& m, const train::differentiable<>& net,
          std::span<const std::vector<float>> pictures) {
  const train::supervision<Assigner> supervise;
  const auto objects = labels();
  std::vector<train::lesson> lessons(pictures.size());
  std::vector<float> gradient(net.parameters().values.size());
  train::synchronised_batch batch(net, static_cast<int>(pictures.size()), 2);
  const auto at = [](int i) { return static_cast<std::size_t>(i); };
  const double loss = batch([&](int i, map_view<float> to) { std::ranges::copy(pictures[at(i)], to.data); },
                            [&](int i, const train::workspace& w) {
                              lessons[at(i)] = supervise.prepare(m, w, objects[at(i)]);
                              return lessons[at(i)].weight;
                            },
                            [&](int i, train::workspace& w, double weights) {
                              return supervise.teach(m, w, objects[at(i)], lessons[at(i)], weights);
                            },
                            gradient);
  train::parameters followed = net.parameters();
  batch.follow(followed, 0);
  out.key(name).begin_object().member("loss", loss);
  write(out, "gradient", gradient);
  write(out, "followed", followed.values);
  out.key("objects").begin_array();
  for (const train::lesson& l : lessons) {
    out.begin_array();
    for (const train::assignment& a : l.wanted) out.value(a.object);
    out.end_array();
  }
  out.end_array().end_object();
}

}  // namespace

int main() {
  const graph::model m = graph::make_picodet(
      {.side = side, .classes = classes, .backbone = {8, 8, 16, 16, 24, 32}, .blocks = 1, .neck = 16, .tower = 2}, 3);
  const std::vector<char> norms = train::normalised_convolutions(m.net);
  train::differentiable<> net(m.net, {}, norms);
  train::random_source random{5};
  train::parameters p = net.parameters();
  perturb(p, random);
  net.load(p.values);
  std::vector<std::vector<float>> pictures;
  for (std::size_t i = 0; i < labels().size(); ++i) pictures.push_back(picture(static_cast<float>(i), random));

  io::json_writer out(0);
  out.begin_object();
  describe(out, m, norms, p, labels());
  out.key("pictures").begin_array();
  for (const auto& x : pictures) {
    out.begin_array();
    for (const float v : x) out.value(v);
    out.end_array();
  }
  out.end_array();
  step<train::task_aligned>(out, "task_aligned", m, net, pictures);
  step<train::adaptive_selection>(out, "adaptive_selection", m, net, pictures);
  std::fputs(out.end_object().take().c_str(), stdout);
}
