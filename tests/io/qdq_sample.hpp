#ifndef OCTET_TESTS_IO_QDQ_SAMPLE_HPP
#define OCTET_TESTS_IO_QDQ_SAMPLE_HPP

#include <octet/graph/derive_constants.hpp>

#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

/// Small integer networks with random weights whose maps stay within their int8 ranges, so that a comparison of two
/// implementations is one of arithmetic and not of saturation.
class sample {
 public:
  /// Scales and zero points of channels, one of each for a map, or one scale and no zero point.
  enum class scales { per_channel, per_map, symmetric };

  sample(unsigned seed, scales s, octet::extent input) : rng_(seed), scales_(s) {
    model_.name = "sample";
    model_.pre = octet::preprocessing::imagenet(input.w, input.h);
    push("image", octet::graph::op::input{}, {}, input, range(input.c, -2.2f, 2.6f));
  }

  octet::graph::integer_model finish(std::vector<int> outputs) {
    model_.net.outputs = std::move(outputs);
    octet::graph::derive_constants(model_);
    return model_;
  }

  /// A network with every operation that the form knows, and two pyramid levels of heads.
  static octet::graph::integer_model detector(unsigned seed, scales kind) {
    using octet::nn::activation;
    sample s(seed, kind, {24, 32, 3});
    const int stem = s.conv(0, 12, 3, 2, 1, activation::hard_swish());
    const int pool = s.max_pool(stem, {3, 2, 1});
    const int deep = s.conv(s.conv(pool, 12, 3, 1, 12, activation::none()), 16, 1, 1, 1, activation::relu());
    const int gate =
        s.conv(s.conv(s.mean(deep), 4, 1, 1, 1, activation::relu()), 16, 1, 1, 1, activation::hard_sigmoid(0.2f, 0.5f));
    const int excited = s.multiply(deep, gate);
    const int left = s.slice(excited, 0, 8),
              right = s.conv(s.slice(excited, 8, 8), 8, 5, 1, 8, activation::clip(-1.0f, 6.0f));
    const int mixed = s.shuffle(s.concat({s.to(left, right), right}), 2);
    const int wide = s.add(
        s.conv(s.resize(s.conv(mixed, 12, 3, 2, 4, activation::relu6()), 2), 16, 1, 1, 1, activation::hard_swish()), mixed);
    std::vector<int> outputs;
    for (auto [map, stride] : {std::pair{wide, 8}, {s.conv(wide, 16, 5, 2, 16, activation::hard_swish()), 16}}) {
      octet::graph::head h{stride, s.conv(map, 5, 1, 1, 1, activation::sigmoid()), -1,
                           s.conv(map, 16, 1, 1, 1, activation::none())};
      if (stride == 8) h.quality = s.conv(map, 1, 1, 1, 1, activation::sigmoid());
      for (int id : {h.scores, h.quality, h.distances})
        if (id >= 0) outputs.push_back(id);
      s.model_.heads.push_back(h);
    }
    s.model_.classes = 5;
    s.model_.projection = {0.0f, 1.0f, 2.0f, 3.0000002f};
    return s.finish(outputs);
  }

  octet::extent shape(int id) const { return model_.net[id].shape; }

  int conv(int x, int channels, int kernel, int stride, int groups, octet::nn::activation act) {
    using kind = octet::nn::activation::kind;
    const octet::extent in = shape(x);
    octet::graph::integer::conv2d f;
    const int pad = kernel / 2;
    f.geometry = {.ic = in.c,
                  .oc = channels,
                  .kh = kernel,
                  .kw = kernel,
                  .stride = stride,
                  .pad_top = pad,
                  .pad_left = pad,
                  .pad_bottom = pad,
                  .pad_right = pad,
                  .groups = groups};
    f.act = act;
    const auto& q = model_.quantizations[static_cast<std::size_t>(x)];
    const auto k = static_cast<std::size_t>(kernel), depth = static_cast<std::size_t>(f.geometry.depth());
    f.weights = octet::graph::tensor<std::int8_t, 4>::from_shape(
        {static_cast<std::size_t>(channels), k, k, static_cast<std::size_t>(in.c / groups)});
    for (std::size_t oc = 0; oc < static_cast<std::size_t>(channels); ++oc) {
      std::vector<float> w;
      float largest = 0;
      for (std::size_t i = 0; i < depth; ++i) {
        const int c = static_cast<int>(oc) / (channels / groups) * (in.c / groups) + static_cast<int>(i) % (in.c / groups);
        w.push_back(uniform(-1.5f, 1.5f) / std::sqrt(static_cast<float>(depth)) / q.gain[static_cast<std::size_t>(c)]);
        largest = std::max(largest, std::fabs(w.back()));
      }
      f.weight_scale.push_back(largest / 127);
      for (std::size_t i = 0; i < depth; ++i)
        f.weights.data()[oc * depth + i] = static_cast<std::int8_t>(std::lround(w[i] / f.weight_scale.back()));
      f.bias.push_back(static_cast<std::int32_t>(std::lround(uniform(-0.5f, 0.5f) / (q.step * f.weight_scale.back()))));
    }
    const bool unit = act.function == kind::sigmoid || act.function == kind::hard_sigmoid;
    const float low = act.function == kind::none ? -4.0f : act.function == kind::clip ? std::max(act.a, -4.0f) : -0.4f;
    const octet::extent out = f.geometry.output(in);
    return push("conv", std::move(f), {x}, out, unit ? probabilities(channels) : range(channels, low, 4.0f));
  }
  int add(int a, int b) { return push("add", octet::graph::integer::add{}, {a, b}, shape(a), range(shape(a).c, -5, 6)); }
  int multiply(int x, int gate) {
    return push("gated", octet::graph::integer::multiply{}, {x, gate}, shape(x), range(shape(x).c, 0, 4));
  }
  int mean(int x) {
    return push("mean", octet::graph::integer::global_average_pool{}, {x}, {1, 1, shape(x).c}, range(shape(x).c, -1, 3));
  }
  int rescale(int x) { return push("again", octet::graph::integer::rescale{}, {x}, shape(x), range(shape(x).c, -4, 5)); }
  /// The values of x with the step of `like`, so that both can be joined.
  int to(int x, int like) {
    octet::graph::quantization q = range(shape(x).c, -1, 5);
    q.step = quantization(like).step;
    return push("", octet::graph::integer::rescale{}, {x}, shape(x), q);
  }
  int slice(int x, int first, int count) {
    octet::graph::quantization q{quantization(x).step, {}, {}};
    for (int c = first; c < first + count; ++c) take(q, x, c);
    return push("part", octet::graph::op::slice{first, count}, {x}, {shape(x).h, shape(x).w, count}, q);
  }
  int concat(std::vector<int> inputs) {
    octet::graph::quantization q{quantization(inputs[0]).step, {}, {}};
    for (int x : inputs)
      for (int c = 0; c < shape(x).c; ++c) take(q, x, c);
    const octet::extent e{shape(inputs[0]).h, shape(inputs[0]).w, static_cast<int>(q.gain.size())};
    return push("joined", octet::graph::op::concat{}, std::move(inputs), e, q);
  }
  int shuffle(int x, int groups) {
    octet::graph::quantization q{quantization(x).step, {}, {}};
    const int channels = shape(x).c;
    for (int c = 0; c < channels; ++c) take(q, x, c % groups * (channels / groups) + c / groups);
    return push("shuffled", octet::graph::op::shuffle{groups}, {x}, shape(x), q);
  }
  int resize(int x, int factor) {
    const octet::extent e = shape(x);
    return push("larger", octet::graph::op::resize_nearest{factor}, {x}, {e.h * factor, e.w * factor, e.c}, quantization(x));
  }
  int max_pool(int x, octet::nn::pool_geometry g) {
    return push("largest", octet::graph::op::max_pool{g}, {x}, g.output(shape(x)), quantization(x));
  }

 private:
  const octet::graph::quantization& quantization(int x) const { return model_.quantizations[static_cast<std::size_t>(x)]; }
  void take(octet::graph::quantization& q, int x, int c) const {
    q.gain.push_back(quantization(x).gain[static_cast<std::size_t>(c)]);
    q.zero_point.push_back(quantization(x).zero_point[static_cast<std::size_t>(c)]);
  }
  float uniform(float lo, float hi) { return std::uniform_real_distribution<float>(lo, hi)(rng_); }

  static octet::graph::quantization plain(int channels, float step, std::int8_t zero) {
    const auto n = static_cast<std::size_t>(channels);
    return {step, std::vector<float>(n, 1.0f), std::vector<std::int8_t>(n, zero)};
  }
  octet::graph::quantization probabilities(int channels) const {
    return scales_ == scales::symmetric ? plain(channels, 1.0f / 127, 0) : plain(channels, 1.0f / 255, -128);
  }
  octet::graph::quantization range(int channels, float lo, float hi) {
    // The sums of steps that are no simple fractions of each other do not fall on ties.
    if (scales_ == scales::symmetric) return plain(channels, std::max(-lo, hi) / uniform(126, 127), 0);
    const auto zero = static_cast<int>(std::lround(-128 - lo / (hi - lo) * 255));
    auto q = plain(channels, (hi - lo) / 255, static_cast<std::int8_t>(zero));
    if (scales_ == scales::per_map) return q;
    for (float& g : q.gain) g = std::exp2(uniform(-1.0f, 1.0f));
    if (rng_() % 2)
      for (auto& z : q.zero_point)
        z = static_cast<std::int8_t>(std::max(-128, std::min(127, zero + static_cast<int>(rng_() % 31) - 15)));
    return q;
  }
  int push(std::string name, octet::graph::integer_operation o, std::vector<int> inputs, octet::extent e,
           octet::graph::quantization q) {
    if (!name.empty() && !inputs.empty()) name += std::to_string(model_.net.size());
    model_.net.nodes.push_back({std::move(name), std::move(o), std::move(inputs), e});
    model_.quantizations.push_back(std::move(q));
    return model_.net.size() - 1;
  }

  std::mt19937 rng_;
  scales scales_;
  octet::graph::integer_model model_;
};

#endif
