#ifndef BENCHMARKS_NPU_MODEL_HPP
#define BENCHMARKS_NPU_MODEL_HPP

#include <octet/io/onnx/write_graph.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// PicoDet-S-NPU with random weights as an ONNX file: backbone LCNet x0.75, neck CSP-PAN of 96 channels, heads of four
/// layers each (PicoHeadV2), relu6; from the picture to the head tensors. It detects nothing and takes the time that the
/// trained one takes. The weights keep the spread of the maps.
class npu_model {
 public:
  static std::string to_onnx(int side) { return npu_model().build(side); }

 private:
  struct map {
    std::string name;
    int channels, side;
  };
  enum class act { none, relu, relu6, hard_sigmoid, sigmoid };

  map conv(const map& x, int channels, int kernel, int stride, act a, bool depthwise = false) {
    const int side = (x.side + 2 * (kernel / 2) - kernel) / stride + 1;
    const std::int64_t ic = depthwise ? 1 : x.channels, k = kernel, p = kernel / 2, s = stride;
    std::vector<float> weights(static_cast<std::size_t>(channels * ic * k * k)), bias(static_cast<std::size_t>(channels));
    std::normal_distribution<float> normal(0, std::sqrt(2.0f / static_cast<float>(ic * k * k)));
    for (float& w : weights) w = normal(bits_);
    for (float& b : bias) b = normal(bits_) / 4;
    const std::string name = fresh();
    const std::string w = onnx_.constant(name + ".w", {channels, ic, k, k}, std::span<const float>(weights));
    const std::string b = onnx_.constant(name + ".b", {channels}, std::span<const float>(bias));
    const std::int64_t groups = depthwise ? channels : 1;
    onnx_.node("Conv", {x.name, w, b}, name,
               {{"group", groups},
                {"kernel_shape", numbers{k, k}},
                {"pads", numbers{p, p, p, p}},
                {"strides", numbers{s, s}}});
    return {activate(name, a), channels, side};
  }
  map dw(const map& x, int kernel, int stride = 1) { return conv(x, x.channels, kernel, stride, act::relu6, true); }
  map pw(const map& x, int channels, act a = act::relu6) { return conv(x, channels, 1, 1, a); }
  map separable(const map& x, int channels, int kernel, int stride = 1) { return pw(dw(x, kernel, stride), channels); }

  std::string activate(const std::string& x, act a) {
    switch (a) {
      case act::none: return x;
      case act::relu: return onnx_.node("Relu", {x}, x + ".a");
      case act::relu6: return onnx_.node("Clip", {x, "zero", "six"}, x + ".a");
      case act::hard_sigmoid: return onnx_.node("HardSigmoid", {x}, x + ".a", {{"alpha", 1.0f / 6}, {"beta", 0.5f}});
      case act::sigmoid: return onnx_.node("Sigmoid", {x}, x + ".a");
    }
    return x;
  }
  map mean(const map& x) { return {onnx_.node("GlobalAveragePool", {x.name}, fresh()), x.channels, 1}; }
  map times(const map& x, const map& gate) { return {onnx_.node("Mul", {x.name, gate.name}, fresh()), x.channels, x.side}; }
  map add(const map& a, const map& b) { return {onnx_.node("Add", {a.name, b.name}, fresh()), a.channels, a.side}; }
  map concat(const map& a, const map& b) {
    return {onnx_.node("Concat", {a.name, b.name}, fresh(), {{"axis", std::int64_t{1}}}), a.channels + b.channels, a.side};
  }
  map twice(const map& x) {
    return {onnx_.node("Resize", {x.name, "", "scales"}, fresh(),
                       {{"coordinate_transformation_mode", std::string_view("asymmetric")},
                        {"mode", std::string_view("nearest")},
                        {"nearest_mode", std::string_view("floor")}}),
            x.channels, 2 * x.side};
  }
  map squeeze_excite(const map& x) {
    const map gate = pw(pw(mean(x), x.channels / 4, act::relu), x.channels, act::hard_sigmoid);
    return times(x, gate);
  }
  map csp(const map& a, const map& b) {
    const map x = concat(a, b), side = pw(x, 48);
    const map deep = separable(pw(pw(x, 48), 48), 48, 5);
    return pw(concat(deep, side), 96);
  }
  void head(map x) {
    for (int i = 0; i < 4; ++i) x = separable(x, 96, 5);
    const map excited = pw(times(x, pw(mean(x), 96, act::sigmoid)), 96);
    output(pw(excited, 80, act::sigmoid));
    output(pw(excited, 32, act::none));
    output(pw(conv(x, 1, 5, 1, act::relu6), 1, act::sigmoid));
  }
  void output(const map& x) { onnx_.output(x.name, {1, x.channels, x.side, x.side}); }

  std::string build(int side) {
    onnx_.constant("zero", {}, std::span<const float>(std::vector<float>{0}));
    onnx_.constant("six", {}, std::span<const float>(std::vector<float>{6}));
    onnx_.constant("scales", {4}, std::span<const float>(std::vector<float>{1, 1, 2, 2}));
    onnx_.input("image", {1, 3, side, side});
    map x = conv({"image", 3, side}, 16, 3, 2, act::relu6);
    x = separable(x, 24, 3);
    x = separable(separable(x, 48, 3, 2), 48, 3);
    const map c3 = separable(separable(x, 96, 3, 2), 96, 3);
    x = separable(c3, 192, 3, 2);
    for (int i = 0; i < 5; ++i) x = separable(x, 192, 5);
    const map c4 = x;
    x = pw(squeeze_excite(dw(x, 5, 2)), 384);
    const map c5 = pw(squeeze_excite(dw(x, 5)), 384);

    const map p3 = pw(c3, 96), p4 = pw(c4, 96), p5 = pw(c5, 96);
    const map down4 = csp(twice(p5), p4), out3 = csp(twice(down4), p3);
    const map out4 = csp(separable(out3, 96, 5, 2), down4), out5 = csp(separable(out4, 96, 5, 2), p5);
    const map out6 = add(separable(p5, 96, 5, 2), separable(out5, 96, 5, 2));
    for (const map& level : {out3, out4, out5, out6}) head(level);
    return onnx_.finish("picodet_s_npu", 8, 13, "octet", {});
  }

  using numbers = octet::io::onnx::graph_writer::numbers;
  std::string fresh() { return "n" + std::to_string(count_++); }

  octet::io::onnx::graph_writer onnx_;
  std::mt19937 bits_{20};
  int count_ = 0;
};

}  // namespace bench

#endif
