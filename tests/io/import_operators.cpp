#include <octet/io/onnx/import.hpp>

#include <doctest/doctest.h>

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <random>

#include "../graph/naive.hpp"
#include "onnx_bytes.hpp"

using namespace octet;
using namespace onnx_bytes;
namespace op = octet::graph::op;
using doctest::Approx;

namespace {

octet::graph::model load(const model& file) {
  const auto bytes = file.bytes();
  auto m = io::import_onnx(as_bytes(bytes), "small.onnx");
  INFO((m ? "" : m.failure().what()));
  REQUIRE(m);
  return std::move(*m);
}

/// A model of one picture input, [1,4,2,3], named x.
model picture(std::int64_t batch = 1) { return model().input(port("x", {batch, 4, 2, 3})); }

std::vector<double> ramp(std::size_t count) {
  std::vector<double> v(count);
  for (std::size_t i = 0; i < count; ++i) v[i] = 0.25 * static_cast<double>(i) - 2;
  return v;
}

/// The first output of a model for the input ramp(24).
std::vector<double> evaluate(const octet::graph::model& m) {
  return naive::run(m.net, ramp(24))[static_cast<std::size_t>(m.net.outputs[0])];
}

/// The first output of a model with one node, x -> y, and constants c0, c1, ...
template <class... Constant>
std::vector<double> evaluate(const std::string& type, const names& inputs, const names& attributes,
                             const Constant&... constants) {
  auto file = picture().node(type, inputs, {"y"}, attributes).output("y");
  (file.constant(constants), ...);
  return evaluate(load(file));
}

void check_each(const std::vector<double>& found, double (*expected)(double)) {
  const auto x = ramp(24);
  REQUIRE(found.size() == x.size());
  for (std::size_t i = 0; i < x.size(); ++i) CHECK(found[i] == Approx(expected(x[i])));
}

}  // namespace

TEST_CASE("weights come from raw_data, float_data packed or not, and Constant nodes, and [OC,IC,KH,KW] is turned over") {
  numbers w(3 * 4 * 2 * 2);
  for (std::size_t i = 0; i < w.size(); ++i) w[i] = static_cast<float>(i);
  const numbers bias{10, 20, 30};
  const integers shape{3, 4, 2, 2};
  const auto x = port("x", {1, 4, 5, 6});
  std::vector<model> forms;
  for (auto in : {storage::raw, storage::typed, storage::unpacked})
    forms.push_back(model().input(x).constant(tensor("w", shape, w, in)).constant(tensor("b", {3}, bias, in)));
  forms.push_back(model().input(x).input(port("w", shape)).constant(tensor("w", shape, w)).constant(tensor("b", {3}, bias)));
  forms.push_back(model().input(x).node("Constant", {}, {"w"}, {tensor_attribute("value", tensor("", shape, w))}));
  forms.back()
      .node("Constant", {}, {"b0"}, {tensor_attribute("value", tensor("", {3}, bias))})
      .node("Identity", {"b0"}, {"b"});
  for (auto& form : forms) {
    const auto m = load(form.node("Conv", {"x", "w", "b"}, {"y"}, {attribute("strides", integers{2, 2})}).output("y"));
    const auto& conv = std::get<op::conv2d>(m.net[m.net.outputs[0]].op);
    CHECK(m.net[m.net.outputs[0]].shape == extent{2, 3, 3});
    CHECK(conv.bias == bias);
    CHECK(conv.geometry.weight_count() == w.size());
    for (std::size_t o = 0; o < 3; ++o)
      for (std::size_t c = 0; c < 4; ++c)
        for (std::size_t k = 0; k < 4; ++k) CHECK(conv.weights(o, k / 2, k % 2, c) == w[(o * 4 + c) * 4 + k]);
  }
}

TEST_CASE("weights of other floating-point types become float32, from raw_data and from their fields") {
  const numbers values{0, -0.0f, 1, -2.5f, 65504, 6.103515625e-05f, 5.9604644775390625e-08f, 0.333251953125f};
  const std::vector<std::uint16_t> half{0, 0x8000, 0x3c00, 0xc100, 0x7bff, 0x0400, 0x0001, 0x3555};
  for (const int type : {10, 16, 11})
    for (const bool raw : {true, false}) {
      std::vector<double> doubles(values.begin(), values.end());
      std::vector<std::uint16_t> bits(half);
      if (type == 16)
        for (std::size_t i = 0; i < bits.size(); ++i)
          bits[i] = static_cast<std::uint16_t>(std::bit_cast<std::uint32_t>(values[i]) >> 16);
      std::string s;
      pbf_writer w(s);
      for (const int d : {1, 8, 1, 1}) w.add_int64(1, d);
      w.add_int32(2, type);
      w.add_string(8, "w");
      if (raw && type == 11) w.add_bytes(9, reinterpret_cast<const char*>(doubles.data()), 64);
      if (raw && type != 11) w.add_bytes(9, reinterpret_cast<const char*>(bits.data()), 16);
      if (!raw && type == 11) w.add_packed_double(10, doubles.begin(), doubles.end());
      if (!raw && type != 11) w.add_packed_int32(5, bits.begin(), bits.end());
      CAPTURE(type);
      CAPTURE(raw);
      const auto m = load(model()
                              .input(port("x", {1, 8, 5, 6}, type))
                              .constant(s)
                              .node("Cast", {"x"}, {"a"}, {attribute("to", std::int64_t{1})})
                              .node("Cast", {"w"}, {"b"}, {attribute("to", std::int64_t{10})})
                              .node("Conv", {"a", "b"}, {"y"})
                              .output("y"));
      const auto& conv = std::get<op::conv2d>(m.net[m.net.outputs[0]].op);
      for (std::size_t i = 0; i < 8; ++i) {
        const float cut = std::bit_cast<float>(std::bit_cast<std::uint32_t>(values[i]) & 0xffff0000u);
        CHECK(conv.weights(0, 0, 0, i) == (type == 16 ? cut : values[i]));
      }
    }
}

TEST_CASE("initializers that nothing reads may hold anything") {
  const auto m = load(picture().constant(tensor("dead", {1, 7, 1, 1}, numbers{1})).node("Relu", {"x"}, {"y"}).output("y"));
  CHECK(m.net.size() == 2);
}

TEST_CASE("a dynamic batch is one picture") {
  const auto m = load(picture(-1).node("Relu", {"x"}, {"y"}).output("y"));
  CHECK(m.net.input_shape() == extent{2, 3, 4});
}

TEST_CASE("activations") {
  check_each(evaluate("Relu", {"x"}, {}), [](double x) { return std::max(x, 0.0); });
  check_each(evaluate("Clip", {"x"}, {attribute("min", -1.0f), attribute("max", 2.0f)}),
             [](double x) { return std::clamp(x, -1.0, 2.0); });
  check_each(evaluate("Clip", {"x", "lo", "hi"}, {}, tensor("lo", {}, numbers{-1}), tensor("hi", {1}, numbers{2})),
             [](double x) { return std::clamp(x, -1.0, 2.0); });
  check_each(evaluate("Clip", {"x", "", "hi"}, {}, tensor("hi", {}, numbers{2})), [](double x) { return std::min(x, 2.0); });
  check_each(evaluate("HardSigmoid", {"x"}, {}), [](double x) { return std::clamp(0.2f * x + 0.5, 0.0, 1.0); });
  check_each(evaluate("HardSigmoid", {"x"}, {attribute("alpha", 0.25f), attribute("beta", 0.75f)}),
             [](double x) { return std::clamp(0.25 * x + 0.75, 0.0, 1.0); });
  check_each(evaluate("HardSwish", {"x"}, {}), [](double x) { return x * std::clamp(x + 3, 0.0, 6.0) / 6; });
  check_each(evaluate("Sigmoid", {"x"}, {}), [](double x) { return 1 / (1 + std::exp(-x)); });
}

TEST_CASE("arithmetic with a constant on either side, for the whole map or for each channel") {
  const auto two = tensor("c", {}, numbers{2}), each = tensor("c", {4, 1, 1}, numbers{1, 2, 4, 8});
  check_each(evaluate("Add", {"c", "x"}, {}, two), [](double x) { return x + 2; });
  check_each(evaluate("Sub", {"x", "c"}, {}, two), [](double x) { return x - 2; });
  check_each(evaluate("Sub", {"c", "x"}, {}, two), [](double x) { return 2 - x; });
  check_each(evaluate("Mul", {"x", "c"}, {}, two), [](double x) { return x * 2; });
  check_each(evaluate("Div", {"x", "c"}, {}, two), [](double x) { return x / 2; });
  const auto x = ramp(24);
  const auto product = evaluate("Mul", {"x", "c"}, {}, each), quotient = evaluate("Div", {"x", "c"}, {}, each);
  for (std::size_t i = 0; i < 24; ++i) {
    CHECK(product[i] == x[i] * (1 << i % 4));
    CHECK(quotient[i] == x[i] / (1 << i % 4));
  }
}

TEST_CASE("batch normalisation becomes one factor and one offset for each channel") {
  const auto y = evaluate("BatchNormalization", {"x", "scale", "bias", "mean", "variance"}, {attribute("epsilon", 0.25f)},
                          tensor("scale", {4}, numbers{1, 2, 3, 4}), tensor("bias", {4}, numbers{5, 6, 7, 8}),
                          tensor("mean", {4}, numbers{-1, 0, 1, 2}), tensor("variance", {4}, numbers{0, 0.75f, 2, 3.75f}));
  const auto x = ramp(24);
  const double deviation[] = {0.5, 1, 1.5, 2};
  for (std::size_t i = 0; i < 24; ++i) {
    const double c = static_cast<double>(i % 4);
    CHECK(y[i] == Approx((x[i] - (c - 1)) / deviation[i % 4] * (c + 1) + c + 5));
  }
}

TEST_CASE("a product takes a gate from either side") {
  for (const auto& inputs : {names{"x", "g"}, names{"g", "x"}}) {
    const auto m = load(picture().node("GlobalAveragePool", {"x"}, {"g"}).node("Mul", inputs, {"y"}).output("y"));
    const auto x = ramp(24);
    const auto y = evaluate(m);
    for (std::size_t i = 0; i < 24; ++i) CHECK(y[i] == Approx(x[i] * (x[i % 4] + x[20 + i % 4]) / 2));
  }
}

TEST_CASE("global average pool is also a ReduceMean over rows and columns") {
  const auto expected = evaluate("GlobalAveragePool", {"x"}, {});
  CHECK(evaluate("ReduceMean", {"x"}, {attribute("axes", integers{2, 3})}) == expected);
  CHECK(evaluate("ReduceMean", {"x", "axes"}, {}, tensor("axes", integers{-1, -2})) == expected);
}

TEST_CASE("slices of channels by attribute and by input, from either end and beyond it") {
  const auto sliced = [](model file, const names& inputs, const names& attributes = {}) {
    const auto m = load(file.node("Slice", inputs, {"y"}, attributes).output("y"));
    const auto& n = m.net[m.net.outputs[0]];
    CHECK(n.shape.h == 2);
    CHECK(n.shape.w == 3);
    CHECK(n.shape.c == std::get<op::slice>(n.op).count);
    return std::array{std::get<op::slice>(n.op).first, n.shape.c};
  };
  const auto by_attribute = [&](std::int64_t first, std::int64_t last, std::int64_t axis) {
    return sliced(
        picture(), {"x"},
        {attribute("starts", integers{first}), attribute("ends", integers{last}), attribute("axes", integers{axis})});
  };
  const auto by_input = [&](const integers& starts, const integers& ends, const integers& axes, const integers& steps) {
    return sliced(picture()
                      .constant(tensor("s", starts, storage::typed))
                      .constant(tensor("e", ends))
                      .constant(tensor("a", axes))
                      .constant(tensor("t", steps)),
                  {"x", "s", "e", "a", "t"});
  };
  constexpr std::int64_t most = std::numeric_limits<std::int64_t>::max(), least = std::numeric_limits<std::int64_t>::min();
  CHECK(by_attribute(1, 3, 1) == std::array{1, 2});
  CHECK(by_attribute(-3, -1, -3) == std::array{1, 2});
  CHECK(by_input({1}, {most}, {1}, {1}) == std::array{1, 3});
  CHECK(by_input({least}, {2}, {-3}, {1}) == std::array{0, 2});
  CHECK(by_input({-1}, {9}, {1}, {1}) == std::array{3, 1});
  CHECK(by_input({0, 2, -2}, {1, 4, most}, {0, 1, 2}, {1, 1, 1}) == std::array{2, 2});
  CHECK(sliced(picture().constant(tensor("s", integers{0, 1})).constant(tensor("e", integers{1, 2})), {"x", "s", "e"}) ==
        std::array{1, 1});
  CHECK(sliced(picture()
                   .constant(tensor("s", integers{1}))
                   .constant(tensor("e", integers{2}))
                   .constant(tensor("a", integers{1})),
               {"x", "s", "e", "a"}) == std::array{1, 1});
}

TEST_CASE("split by attribute, by input and into equal parts") {
  const auto part = [](model file, const names& inputs, const names& attributes) {
    return load(file.node("Split", inputs, {"a", "b"}, attributes).output("b"));
  };
  const auto axis = attribute("axis", std::int64_t{1});
  const auto by_attribute = part(picture(), {"x"}, {axis, attribute("split", integers{1, 3})});
  const auto by_input = part(picture().constant(tensor("s", integers{1, 3}, storage::typed)), {"x", "s"}, {axis});
  for (const auto* m : {&by_attribute, &by_input}) {
    const auto& n = m->net[m->net.outputs[0]];
    CHECK(n.name == "b");
    CHECK(n.shape == extent{2, 3, 3});
    CHECK(std::get<op::slice>(n.op).first == 1);
  }
  const auto equal = part(picture(), {"x"}, {axis});
  CHECK(equal.net[equal.net.outputs[0]].shape == extent{2, 3, 2});
  CHECK(std::get<op::slice>(equal.net[equal.net.outputs[0]].op).first == 2);
}

TEST_CASE("reshape, transpose, reshape is a channel shuffle, whatever stands for the batch") {
  for (std::int64_t batch : {1, 0, -1}) {
    const auto m = load(picture()
                            .constant(tensor("split", integers{batch, 2, 2, 2, 3}))
                            .constant(tensor("join", integers{batch, 4, 2, 3}))
                            .node("Reshape", {"x", "split"}, {"a"})
                            .node("Transpose", {"a"}, {"b"}, {attribute("perm", integers{0, 2, 1, 3, 4})})
                            .node("Reshape", {"b", "join"}, {"y"})
                            .output("y"));
    REQUIRE(m.net.size() == 2);
    const auto x = ramp(24), y = evaluate(m);
    const std::size_t from[] = {0, 2, 1, 3};
    for (std::size_t i = 0; i < 24; ++i) CHECK(y[i] == x[i / 4 * 4 + from[i % 4]]);
  }
}

TEST_CASE("resize and upsample by a whole factor") {
  const auto scales = tensor("s", {4}, numbers{1, 1, 2, 2}), roi = tensor("roi", {0}, numbers{});
  const auto expected = evaluate("Upsample", {"x", "s"}, {attribute("mode", "nearest")}, scales);
  REQUIRE(expected.size() == 96);
  const auto x = ramp(24);
  for (std::size_t i = 0; i < 96; ++i) CHECK(expected[i] == x[(i / 48 * 3 + i / 4 % 6 / 2) * 4 + i % 4]);
  CHECK(evaluate("Resize", {"x", "roi", "s"}, {attribute("coordinate_transformation_mode", "half_pixel")}, scales, roi) ==
        expected);
  CHECK(evaluate("Resize", {"x", "", "s"},
                 {attribute("coordinate_transformation_mode", "asymmetric"), attribute("nearest_mode", "floor")},
                 scales) == expected);
  CHECK(evaluate("Resize", {"x", "", "", "sizes"}, {}, tensor("sizes", integers{1, 4, 4, 6})) == expected);
}

TEST_CASE("a head's reshape and transpose leave its map as it is; heads are found by their sizes") {
  auto file = model().input(port("image", {1, 3, 64, 64}));
  const auto conv = [&](const std::string& from, const std::string& to, std::int64_t in, std::int64_t out,
                        std::int64_t stride) {
    file.constant(tensor("w" + to, {out, in, 1, 1}, numbers(static_cast<std::size_t>(in * out), 0.5f)));
    file.node("Conv", {from, "w" + to}, {to}, {attribute("strides", integers{stride, stride})});
  };
  file.constant(tensor("shape", integers{1, -1, 5})).constant(tensor("joined", integers{0, 32, -1}));
  for (std::string level : {"8", "16"}) {
    conv("image", "body" + level, 3, 4, std::stoi(level));
    conv("body" + level, "cls" + level, 4, 5, 1);
    conv("body" + level, "reg" + level, 4, 32, 1);
    file.node("Sigmoid", {"cls" + level}, {"prob" + level});
    file.node("Transpose", {"prob" + level}, {"nhwc" + level}, {attribute("perm", integers{0, 2, 3, 1})});
    file.node("Reshape", {"nhwc" + level, "shape"}, {"scores" + level});
    file.node("Reshape", {"reg" + level, "joined"}, {"flat" + level});
    file.node("Transpose", {"flat" + level}, {"boxes" + level}, {attribute("perm", integers{0, 2, 1})});
  }
  for (const char* name : {"boxes16", "scores16", "boxes8", "scores8"}) file.output(name);
  const auto m = load(file);
  REQUIRE(m.heads.size() == 2);
  CHECK(m.classes == 5);
  CHECK(m.projection.size() == 8);
  CHECK(m.heads[0].stride == 8);
  CHECK(m.heads[1].stride == 16);
  CHECK(m.net[m.heads[1].scores].shape == extent{4, 4, 5});
  CHECK(m.net[m.heads[1].distances].shape == extent{4, 4, 32});
  CHECK(m.net.outputs == std::vector<int>{m.heads[0].scores, m.heads[1].scores, m.heads[0].distances, m.heads[1].distances});
}

namespace {

/// Two levels, each with two convolutions of so many channels and no sigmoid behind them.
std::string raw_heads(std::int64_t a, std::int64_t b, bool turned = false) {
  auto file = model().input(port("image", {1, 3, 64, 64}));
  for (std::string level : {"8", "16"}) {
    const auto stride = std::stoll(level);
    for (const auto& [name, channels] : {std::pair{"a" + level, a}, {"b" + level, b}}) {
      file.constant(tensor("w" + name, {channels, 3, 1, 1}, numbers(static_cast<std::size_t>(channels * 3), 0.5f)));
      file.node("Conv", {"image", "w" + name}, {name}, {attribute("strides", integers{stride, stride})});
    }
  }
  for (const char* name : {"a8", "b8", "a16", "b16"})
    file.output((name[0] == 'a') == turned ? "b" + std::string(name + 1) : "a" + std::string(name + 1));
  return file.bytes();
}

}  // namespace

TEST_CASE("scores that are exported before their sigmoid are known by the number of channels, or by that of classes") {
  const auto read = [](const std::string& bytes, std::optional<int> classes = {}) {
    auto m = io::import_onnx(as_bytes(bytes), "raw.onnx", {.classes = classes});
    REQUIRE(m);
    return std::move(*m);
  };
  const auto known = [](const octet::graph::model& m, int scores, int distances) {
    REQUIRE(m.heads.size() == 2);
    CHECK(m.classes == scores);
    CHECK(m.projection.size() == static_cast<std::size_t>(distances) / 4);
    for (const auto& h : m.heads) {
      const auto* sigmoid = std::get_if<op::activate>(&m.net[h.scores].op);
      CHECK((sigmoid && sigmoid->act == octet::nn::activation::sigmoid()));
      CHECK(m.net[h.scores].shape == extent{64 / h.stride, 64 / h.stride, scores});
      CHECK(m.net[h.distances].shape == extent{64 / h.stride, 64 / h.stride, distances});
    }
  };
  for (const bool turned : {false, true}) {
    known(read(raw_heads(80, 32, turned)), 80, 32);
    known(read(raw_heads(32, 1, turned)), 1, 32);
    known(read(raw_heads(3, 68, turned)), 3, 68);
    known(read(raw_heads(80, 40, turned), 80), 80, 40);
    known(read(raw_heads(80, 40, turned), 40), 40, 80);
    known(read(raw_heads(64, 32, turned), 64), 64, 32);
    known(read(raw_heads(8, 32, turned), 8), 8, 32);
  }
  // Two kinds of bins; bins of no known kind; equal; one box; one box for each of eight anchors.
  const std::pair<int, int> doubtful[] = {{64, 32}, {80, 40}, {32, 32}, {4, 32}, {8, 32}};
  for (const auto& [a, b] : doubtful) {
    const auto m = read(raw_heads(a, b));
    CHECK(m.heads.empty());
    const std::string says = io::onnx::no_heads(m.net);
    for (const std::string& part : {std::to_string(a), std::to_string(b), std::string("--classes N")})
      CHECK_MESSAGE(says.find(part) != says.npos, says);
  }
  CHECK(read(raw_heads(32, 32), 32).heads.empty());
  CHECK(read(raw_heads(80, 32), 5).heads.empty());
  const auto boxes = read(raw_heads(3, 4));
  CHECK(boxes.heads.empty());
  CHECK(io::onnx::no_heads(boxes.net).find("8x8x3, 8x8x4") != std::string::npos);
}

TEST_CASE("preprocessing is read from the metadata, or deduced from the activation") {
  const auto with = [](const std::string& type) {
    return model().input(port("image", {1, 3, 8, 16})).node(type, {"image"}, {"y"}).output("y");
  };
  CHECK(load(with("Relu")).pre == preprocessing::unit(16, 8));
  CHECK(load(with("HardSwish")).pre == preprocessing::imagenet(16, 8));
  const preprocessing own{16, 8, {0.1f, 0.2f, 0.3f}, {1.5f, 0.25f, 1.0f / 3}, preprocessing::filter::linear};
  CHECK(load(with("Relu").metadata("octet.preprocessing", io::onnx::to_text(own))).pre == own);
}

TEST_CASE("preprocessing text reads back the same floats") {
  CHECK(io::onnx::to_text(preprocessing::imagenet(416, 320)) ==
        "cubic 416x320 rgb mean 0.485 0.456 0.406 std 0.229 0.224 0.225");
  std::mt19937 rng(7);
  std::uniform_real_distribution<float> any(1e-3f, 300.0f);
  for (int i = 0; i < 200; ++i) {
    const preprocessing p{
        1 + i, 7, {any(rng), -any(rng), any(rng)}, {any(rng), any(rng), any(rng)}, preprocessing::filter(i % 2)};
    const auto back = io::onnx::parse_preprocessing(io::onnx::to_text(p));
    REQUIRE(back);
    CHECK(*back == p);
  }
}
