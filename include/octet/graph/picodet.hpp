#ifndef OCTET_GRAPH_PICODET_HPP
#define OCTET_GRAPH_PICODET_HPP

#include <octet/graph/model.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace octet::graph {

/// The measures of a PicoDet: backbone LCNet, neck CSP-PAN or LC-PAN, head PicoHeadV2. The defaults are PicoDet-S-NPU's.
struct picodet_measures {
  int side = 416;  ///< of the square input, a multiple of 32
  int classes = 80;
  std::array<int, 6> backbone{16, 24, 48, 96, 192, 384};  ///< channels after the stem and the five stages
  int blocks = 5;                                         ///< in the longest stage, besides its first one
  int neck = 96;                                          ///< channels of neck and heads, even
  int tower = 4;                                          ///< depthwise separable layers of each head
  int bins = 8;                                           ///< of a distance's distribution
  bool light_neck = false;                                ///< LC-PAN: depthwise separable layers instead of CSP ones
  nn::activation act = nn::activation::relu6();
};

/// PicoDet-XS, 320 pixels: LCNet x0.35, LC-PAN, hard-swish; 696,662 parameters.
constexpr picodet_measures picodet_xs_measures() noexcept {
  return {.side = 320,
          .backbone = {8, 16, 24, 48, 88, 176},
          .tower = 2,
          .light_neck = true,
          .act = nn::activation::hard_swish()};
}

namespace detail {

class picodet_builder {
 public:
  picodet_builder(const picodet_measures& how, unsigned seed) : how_(how), bits_(seed) {}

  model build() {
    const auto& c = how_.backbone;
    net().nodes.push_back({"image", op::input{}, {}, {how_.side, how_.side, 3}});
    int x = conv("stem", 0, c[0], 3, 2, how_.act);
    x = separable("b2", x, c[1], 3);
    x = separable("b3.1", separable("b3.0", x, c[2], 3, 2), c[2], 3);
    const int c3 = separable("b4.1", separable("b4.0", x, c[3], 3, 2), c[3], 3);
    x = separable("b5.0", c3, c[4], 3, 2);
    for (int i = 1; i <= how_.blocks; ++i) x = separable("b5." + std::to_string(i), x, c[4], 5);
    const int c4 = x;
    x = excited("b6.0", x, c[5], 2);
    const int c5 = excited("b6.1", x, c[5], 1);

    const int n = how_.neck;
    const int p3 = pointwise("neck.c3", c3, n), p4 = pointwise("neck.c4", c4, n), p5 = pointwise("neck.c5", c5, n);
    const int down4 = csp("neck.down4", twice("neck.up5", p5), p4), out3 = csp("neck.down3", twice("neck.up4", down4), p3);
    const int out4 = csp("neck.up4", separable("neck.s4", out3, n, 5, 2), down4);
    const int out5 = csp("neck.up5", separable("neck.s5", out4, n, 5, 2), p5);
    const int first = separable("neck.first6", p5, n, 5, 2), second = separable("neck.second6", out5, n, 5, 2);
    const int out6 = push("neck.p6", op::add{}, {first, second}, shape(first));
    int stride = 8;
    for (const int level : {out3, out4, out5, out6}) head(level, stride), stride *= 2;
    for (int k = 0; k < how_.bins; ++k) m_.projection.push_back(static_cast<float>(k));
    m_.pre = preprocessing::unit(how_.side, how_.side);
    m_.classes = how_.classes;
    m_.name = "picodet";
    return std::move(m_);
  }

 private:
  network& net() { return m_.net; }
  extent shape(int id) { return net()[id].shape; }
  int push(std::string name, operation o, std::vector<int> inputs, extent e) {
    net().nodes.push_back({std::move(name), std::move(o), std::move(inputs), e});
    return net().size() - 1;
  }

  /// Weights uniform with the variance 2 / fan-in (He et al. 2015), times `gain`; biases 0 or as given.
  int conv(std::string name, int x, int channels, int kernel, int stride, nn::activation act, int groups = 1, float gain = 1,
           float bias = 0) {
    const int pad = kernel / 2;
    op::conv2d f;
    f.geometry = {shape(x).c, channels, kernel, kernel, stride, pad, pad, pad, pad, groups};
    f.act = act;
    const auto side = static_cast<std::size_t>(kernel);
    f.weights = tensor<float, 4>::from_shape(
        {static_cast<std::size_t>(channels), side, side, static_cast<std::size_t>(f.geometry.ic / groups)});
    const float bound = gain * std::sqrt(6.0f / static_cast<float>(f.geometry.depth()));
    for (float& w : f.weights) w = bound * (static_cast<float>(bits_() >> 8) * 0x1p-23f - 1);
    f.bias.assign(static_cast<std::size_t>(channels), bias);
    const extent out = f.geometry.output(shape(x));
    return push(std::move(name), std::move(f), {x}, out);
  }
  int pointwise(std::string name, int x, int channels, nn::activation act) {
    return conv(std::move(name), x, channels, 1, 1, act);
  }
  int pointwise(std::string name, int x, int channels) { return pointwise(std::move(name), x, channels, how_.act); }
  int depthwise(std::string name, int x, int kernel, int stride) {
    return conv(std::move(name), x, shape(x).c, kernel, stride, how_.act, shape(x).c);
  }
  int separable(const std::string& name, int x, int channels, int kernel, int stride = 1) {
    return pointwise(name + ".pw", depthwise(name + ".dw", x, kernel, stride), channels);
  }
  int mean(std::string name, int x) { return push(std::move(name), op::global_average_pool{}, {x}, {1, 1, shape(x).c}); }
  int times(std::string name, int x, int gate) { return push(std::move(name), op::multiply{}, {x, gate}, shape(x)); }
  int concat(std::string name, int a, int b) {
    const extent e = shape(a);
    return push(std::move(name), op::concat{}, {a, b}, {e.h, e.w, e.c + shape(b).c});
  }
  int twice(std::string name, int x) {
    const extent e = shape(x);
    return push(std::move(name), op::resize_nearest{2}, {x}, {2 * e.h, 2 * e.w, e.c});
  }
  int excited(const std::string& name, int x, int channels, int stride) {
    x = depthwise(name + ".dw", x, 5, stride);
    const int c = shape(x).c;
    const int squeezed = pointwise(name + ".squeeze", mean(name + ".mean", x), c / 4, nn::activation::relu());
    const int gate = pointwise(name + ".excite", squeezed, c, nn::activation::hard_sigmoid(1.0f / 6, 0.5f));
    return pointwise(name + ".pw", times(name + ".gated", x, gate), channels);
  }
  int csp(const std::string& name, int a, int b) {
    const int x = concat(name + ".in", a, b);
    if (how_.light_neck) return separable(name + ".second", separable(name + ".first", x, 2 * how_.neck, 5), how_.neck, 5);
    const int half = how_.neck / 2, side = pointwise(name + ".short", x, half);
    const int deep =
        separable(name + ".deep", pointwise(name + ".block", pointwise(name + ".main", x, half), half), half, 5);
    return pointwise(name + ".out", concat(name + ".both", deep, side), how_.neck);
  }
  void head(int x, int stride) {
    const std::string name = "head" + std::to_string(stride);
    const int n = how_.neck;
    for (int i = 0; i < how_.tower; ++i) x = separable(name + ".tower" + std::to_string(i), x, n, 5);
    const int gate = pointwise(name + ".gate", mean(name + ".mean", x), n, nn::activation::sigmoid());
    const int excited = pointwise(name + ".excited", times(name + ".gated", x, gate), n);
    octet::graph::head h{stride};
    // Scores begin near 0.01, as most cells see nothing.
    h.scores = conv(name + ".scores", excited, how_.classes, 1, 1, nn::activation::sigmoid(), 1, 0.1f, -4.6f);
    h.distances = conv(name + ".distances", excited, 4 * how_.bins, 1, 1, nn::activation::none(), 1, 0.1f);
    const int aligned = conv(name + ".align", x, 1, 5, 1, how_.act, 1, 1, 1);
    h.quality = conv(name + ".quality", aligned, 1, 1, 1, nn::activation::sigmoid(), 1, 0.1f);
    for (const int id : {h.scores, h.distances, h.quality}) net().outputs.push_back(id);
    m_.heads.push_back(h);
  }

  picodet_measures how_;
  std::mt19937 bits_;
  model m_;
};

}  // namespace detail

/// A PicoDet with random weights, the same for the same seed on every machine; pictures enter as values in [0,1].
/// Source: PaddleDetection's configs/picodet/picodet_s_416_coco_npu.yml, batch norms folded.
inline model make_picodet(const picodet_measures& how = {}, unsigned seed = 1) {
  OCTET_EXPECTS(how.side > 0 && how.side % 32 == 0 && how.classes > 0 && how.neck % 2 == 0 && how.bins >= 2);
  return detail::picodet_builder(how, seed).build();
}

}  // namespace octet::graph

#endif
