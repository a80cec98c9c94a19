#include <octet/io/onnx/import.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <limits>

#include "onnx_bytes.hpp"

using namespace octet;
using namespace onnx_bytes;

namespace {

/// A model that fails, how, and what the message must name.
struct bad {
  const char* what;
  std::string bytes;
  errc code;
  names mentions;
};

model image() { return model().input(port("x", {1, 4, 6, 6})); }

std::string one(const std::string& type, const names& inputs, const names& attributes = {}, const names& constants = {}) {
  auto m = image();
  for (const auto& c : constants) m.constant(c);
  return m.node(type, inputs, {"y"}, attributes).output("y").bytes();
}

std::string weights(integers dims = {2, 4, 3, 3}, std::size_t count = 72, float value = 1) {
  return tensor("w", dims, numbers(count, value));
}

std::string conv(const names& attributes, const std::string& w = weights()) {
  return one("Conv", {"x", "w"}, attributes, {w});
}

numbers with(float special) {
  numbers v(72, 1.0f);
  v[41] = special;
  return v;
}

std::string external_tensor() {
  std::string s, entry;
  pbf_writer e(entry);
  e.add_string(1, "location");
  e.add_string(2, "weights.bin");
  pbf_writer w(s);
  w.add_string(8, "w");
  w.add_message(13, entry);
  w.add_int32(14, 1);
  return s;
}

std::string tensor_of_type(int type) {
  std::string s;
  pbf_writer w(s);
  for (int d : {2, 4, 3, 3}) w.add_int64(1, d);
  w.add_int32(2, type);
  w.add_string(8, "w");
  w.add_bytes(9, std::string(144, '\0'));
  return s;
}

std::string half_tensor(std::uint16_t first) {
  std::string s, values(144, '\0');
  std::memcpy(values.data(), &first, sizeof first);
  pbf_writer w(s);
  for (int d : {2, 4, 3, 3}) w.add_int64(1, d);
  w.add_int32(2, 10);
  w.add_string(8, "w");
  w.add_bytes(9, values);
  return s;
}

std::string relu_of(const std::string& input) { return model().input(input).node("Relu", {"x"}, {"y"}).output("y").bytes(); }

constexpr float nan = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
constexpr std::int64_t huge = std::int64_t{1} << 62;

std::vector<bad> bad_models() {
  const auto good = conv({});
  const auto axis = attribute("axis", std::int64_t{1});
  return {
      {"no graph", image().bytes().substr(0, 2), errc::missing, {"no graph", "complete"}},
      {"half a file", good.substr(0, good.size() / 2), errc::syntax, {"ends at byte", "graph", "cut off"}},
      {"wrong lengths", std::string("\x08\x07\x3a\x02\x0a\x7f", 6), errc::syntax, {"byte 4", "protobuf"}},
      {"no opset", good.substr(0, good.rfind('\x42')), errc::missing, {"operator set", "complete"}},
      {"old opset", image().opset(6).node("Relu", {"x"}, {"y"}).output("y").bytes(), errc::unsupported, {"6", "7 to 22"}},
      {"no outputs", image().node("Relu", {"x"}, {"y"}).bytes(), errc::missing, {"output"}},
      {"unknown output", image().node("Relu", {"x"}, {"y"}).output("z").bytes(), errc::invalid, {"'z'"}},
      {"output is a constant",
       image().constant(tensor("c", {1}, numbers{1})).output("c").bytes(),
       errc::unsupported,
       {"constant"}},
      {"no picture",
       model().input(port("x", {1, 4})).node("Relu", {"x"}, {"y"}).output("y").bytes(),
       errc::missing,
       {"[N,C,H,W]"}},
      {"two pictures",
       image().input(port("z", {1, 3, 2, 2})).node("Relu", {"x"}, {"y"}).output("y").bytes(),
       errc::unsupported,
       {"'x'", "'z'"}},
      {"integer picture", relu_of(port("x", {1, 3, 8, 8}, 7)), errc::unsupported, {"'x'", "int64", "float32"}},
      {"picture of bytes", relu_of(port("x", {1, 3, 8, 8}, 2)), errc::unsupported, {"'x'", "uint8", "float16"}},
      {"batch of 8", relu_of(port("x", {8, 3, 8, 8})), errc::unsupported, {"[8,3,8,8]", "batch 1"}},
      {"dynamic height", relu_of(port("x", {1, 3, -1, 8})), errc::unsupported, {"[1,3,-1,8]", "--size WxH"}},
      {"huge picture", relu_of(port("x", {1, 3, huge, 8})), errc::unsupported, {"16384"}},
      {"wrong order",
       image().node("Relu", {"a"}, {"y"}).node("Relu", {"x"}, {"a"}).output("y").bytes(),
       errc::invalid,
       {"Relu_0", "'a'"}},
      {"name twice",
       image().node("Relu", {"x"}, {"y"}).node("Relu", {"y"}, {"y"}).output("y").bytes(),
       errc::invalid,
       {"Relu_1", "twice"}},
      {"initializer twice", image().constant(weights()).constant(weights()).output("x").bytes(), errc::invalid, {"'w'"}},
      {"unknown operator", one("LSTM", {"x"}), errc::unsupported, {"LSTM_0", "LSTM", "accepted", "Conv", "HardSwish"}},
      {"average pool", one("AveragePool", {"x"}), errc::unsupported, {"AveragePool_0", "accepted"}},
      {"unknown attribute", one("Relu", {"x"}, {attribute("slope", 1.0f)}), errc::unsupported, {"Relu_0", "'slope'"}},
      {"missing input", one("Relu", {}), errc::missing, {"Relu_0", "input 0"}},
      {"dilation",
       conv({attribute("dilations", integers{2, 2})}),
       errc::unsupported,
       {"Conv_0", "'dilations'", "[2,2]", "1 to 1"}},
      {"uneven strides", conv({attribute("strides", integers{1, 2})}), errc::unsupported, {"Conv_0", "'strides'"}},
      {"stride 0", conv({attribute("strides", integers{0, 0})}), errc::unsupported, {"Conv_0", "'strides'", "[0,0]"}},
      {"negative pads", conv({attribute("pads", integers{-1, 0, 0, 0})}), errc::unsupported, {"Conv_0", "'pads'"}},
      {"three pads", conv({attribute("pads", integers{1, 1, 1})}), errc::unsupported, {"Conv_0", "4 values"}},
      {"auto_pad", conv({attribute("auto_pad", "SAME_UPPER")}), errc::unsupported, {"Conv_0", "SAME_UPPER", "NOTSET"}},
      {"groups do not fit",
       conv({attribute("group", std::int64_t{3})}),
       errc::invalid,
       {"Conv_0", "3 groups", "4 channels"}},
      {"group 0", conv({attribute("group", std::int64_t{0})}), errc::invalid, {"Conv_0", "0 groups"}},
      {"group is a float", conv({attribute("group", 1.0f)}), errc::invalid, {"Conv_0", "'group'"}},
      {"kernel_shape differs",
       conv({attribute("kernel_shape", integers{5, 5})}),
       errc::invalid,
       {"Conv_0", "'kernel_shape'"}},
      {"kernel too large", conv({}, weights({1, 4, 7, 7}, 196)), errc::invalid, {"Conv_0", "kernel"}},
      {"weights of rank 3", conv({}, weights({2, 4, 3}, 24)), errc::unsupported, {"Conv_0", "[2,4,3]"}},
      {"weights cut short", conv({}, weights({2, 4, 3, 3}, 71)), errc::invalid, {"Conv_0", "'w'", "71", "[2,4,3,3]"}},
      {"dimensions overflow", conv({}, weights({huge, 4, huge, 3})), errc::invalid, {"Conv_0", "'w'"}},
      {"negative dimension", conv({}, weights({-2, 4, 3, 3})), errc::invalid, {"byte", "-2"}},
      {"nine dimensions", conv({}, weights({1, 1, 1, 1, 1, 2, 4, 3, 3})), errc::limit, {"byte", "8 dimensions"}},
      {"no weights", conv({}, weights({0, 4, 3, 3}, 0)), errc::invalid, {"Conv_0", "[0,4,3,3]"}},
      {"weights of uint32", conv({}, tensor_of_type(12)), errc::unsupported, {"Conv_0", "'w'", "uint32", "float32"}},
      {"weights of no type", conv({}, tensor_of_type(99)), errc::unsupported, {"Conv_0", "'w'", "number 99"}},
      {"too few doubles", conv({}, tensor_of_type(11)), errc::invalid, {"Conv_0", "'w'", "18 elements"}},
      {"infinite half", conv({}, half_tensor(0x7c00)), errc::invalid, {"Conv_0", "'w'", "element 0", "finite"}},
      {"a cast to integers",
       one("Cast", {"x"}, {attribute("to", std::int64_t{7})}),
       errc::unsupported,
       {"Cast_0", "int64", "float16"}},
      {"weights elsewhere", conv({}, external_tensor()), errc::unsupported, {"'w'", "'weights.bin'", "path"}},
      {"quantised",
       one("QuantizeLinear", {"x"}),
       errc::unsupported,
       {"already quantised", "QuantizeLinear_0", "FP32 model"}},
      {"quantised by its weights",
       image().node("Relu", {"x"}, {"a"}).node("QLinearConv", {"a"}, {"y"}).output("y").bytes(),
       errc::unsupported,
       {"already quantised", "QLinearConv_1", "FP32 model"}},
      {"quantised by Octet",
       image().node("Relu", {"x"}, {"y"}).output("y").metadata("octet.format", "qdq 1").bytes(),
       errc::unsupported,
       {"already quantised", "by Octet", "FP32 model"}},
      {"weights computed",
       image().node("Relu", {"x"}, {"w"}).node("Conv", {"x", "w"}, {"y"}).output("y").bytes(),
       errc::unsupported,
       {"Conv_1", "'w'", "constant"}},
      {"NaN weight",
       conv({}, tensor("w", {2, 4, 3, 3}, with(nan))),
       errc::invalid,
       {"Conv_0", "'w'", "element 41", "finite"}},
      {"infinite weight",
       conv({}, tensor("w", {2, 4, 3, 3}, with(-infinity), storage::typed)),
       errc::invalid,
       {"Conv_0", "element 41"}},
      {"NaN bias",
       one("Conv", {"x", "w", "b"}, {}, {weights(), tensor("b", {2}, numbers{0, nan})}),
       errc::invalid,
       {"Conv_0", "'b'"}},
      {"short bias",
       one("Conv", {"x", "w", "b"}, {}, {weights(), tensor("b", {1}, numbers{0})}),
       errc::invalid,
       {"Conv_0", "bias"}},
      {"NaN in Clip", one("Clip", {"x"}, {attribute("min", nan)}), errc::invalid, {"Clip_0", "'min'"}},
      {"empty Clip", one("Clip", {"x"}, {attribute("min", 2.0f), attribute("max", 1.0f)}), errc::invalid, {"Clip_0", "min"}},
      {"division by 0", one("Div", {"x", "c"}, {}, {tensor("c", {}, numbers{0})}), errc::invalid, {"Div_0", "finite"}},
      {"constant along a row",
       one("Add", {"x", "c"}, {}, {tensor("c", {6}, numbers(6, 1))}),
       errc::unsupported,
       {"Add_0", "[6]", "[C,1,1]"}},
      {"variance -1",
       one("BatchNormalization", {"x", "c", "c", "c", "v"}, {},
           {tensor("c", {4}, numbers(4, 1)), tensor("v", {4}, numbers(4, -1))}),
       errc::invalid,
       {"BatchNormalization_0", "variance"}},
      {"split sums to 5",
       one("Split", {"x"}, {axis, attribute("split", integers{5})}),
       errc::invalid,
       {"Split_0", "4 channels"}},
      {"split overflows", one("Split", {"x"}, {axis, attribute("split", integers{huge})}), errc::invalid, {"Split_0"}},
      {"split of rows",
       one("Split", {"x"}, {attribute("axis", std::int64_t{2})}),
       errc::unsupported,
       {"Split_0", "'axis'", "2"}},
      {"slice of rows",
       one("Slice", {"x"},
           {attribute("starts", integers{0}), attribute("ends", integers{2}), attribute("axes", integers{2})}),
       errc::unsupported,
       {"Slice_0", "axis 2", "channels"}},
      {"slice with a step",
       one("Slice", {"x", "s", "s", "s", "t"}, {}, {tensor("s", integers{1}), tensor("t", integers{2})}),
       errc::unsupported,
       {"Slice_0", "step is 2"}},
      {"slice of nothing",
       one("Slice", {"x"},
           {attribute("starts", integers{3}), attribute("ends", integers{3}), attribute("axes", integers{1})}),
       errc::invalid,
       {"Slice_0", "4 channels"}},
      {"slice twice along an axis",
       one("Slice", {"x"},
           {attribute("starts", integers{0, 0}), attribute("ends", integers{2, 2}), attribute("axes", integers{1, -3})}),
       errc::invalid,
       {"Slice_0", "[1,-3]"}},
      {"slice along axis 4",
       one("Slice", {"x"},
           {attribute("starts", integers{0}), attribute("ends", integers{2}), attribute("axes", integers{huge})}),
       errc::invalid,
       {"Slice_0", "axes"}},
      {"slice without ends", one("Slice", {"x"}, {attribute("starts", integers{0})}), errc::missing, {"Slice_0", "ends"}},
      {"slice of two starts",
       one("Slice", {"x"}, {attribute("starts", integers{0, 1}), attribute("ends", integers{2})}),
       errc::invalid,
       {"Slice_0", "2 starts and 1 ends"}},
      {"slice at a computed place", one("Slice", {"x", "x", "x"}, {}), errc::unsupported, {"Slice_0", "'x'", "constant"}},
      {"concat of rows",
       one("Concat", {"x", "x"}, {attribute("axis", std::int64_t{2})}),
       errc::unsupported,
       {"Concat_0", "'axis'"}},
      {"concat of a constant", one("Concat", {"x", "w"}, {axis}, {weights()}), errc::unsupported, {"Concat_0", "'w'"}},
      {"reshape to nothing",
       one("Reshape", {"x", "s"}, {}, {tensor("s", integers{7, 7})}),
       errc::unsupported,
       {"Reshape_0", "[7,7]"}},
      {"two unknowns",
       one("Reshape", {"x", "s"}, {}, {tensor("s", integers{1, -1, -1})}),
       errc::unsupported,
       {"Reshape_0", "[1,-1,-1]"}},
      {"reshape by floats",
       one("Reshape", {"x", "s"}, {}, {tensor("s", {3}, numbers{1, 4, 36})}),
       errc::unsupported,
       {"Reshape_0", "'s'", "int64"}},
      {"transpose to NWHC",
       one("Transpose", {"x"}, {attribute("perm", integers{0, 3, 2, 1})}),
       errc::unsupported,
       {"Transpose_0", "axes"}},
      {"linear resize",
       one("Resize", {"x", "", "s"}, {attribute("mode", "linear")}, {tensor("s", {4}, numbers{1, 1, 2, 2})}),
       errc::unsupported,
       {"Resize_0", "linear", "nearest"}},
      {"resize by 1.5",
       one("Resize", {"x", "", "s"}, {}, {tensor("s", {4}, numbers{1, 1, 1.5f, 1.5f})}),
       errc::unsupported,
       {"Resize_0", "[1,1,f,f]"}},
      {"resize off by half",
       one("Resize", {"x", "", "s"}, {attribute("nearest_mode", "floor")}, {tensor("s", {4}, numbers{1, 1, 2, 2})}),
       errc::unsupported,
       {"Resize_0", "half_pixel", "floor"}},
      {"pool window of 2x3",
       one("MaxPool", {"x"}, {attribute("kernel_shape", integers{2, 3})}),
       errc::unsupported,
       {"MaxPool_0", "equal"}},
      {"pool without window", one("MaxPool", {"x"}), errc::invalid, {"MaxPool_0", "window"}},
      {"pool rounds up",
       one("MaxPool", {"x"}, {attribute("kernel_shape", integers{2, 2}), attribute("ceil_mode", std::int64_t{1})}),
       errc::unsupported,
       {"MaxPool_0", "'ceil_mode'"}},
      {"preprocessing for another size",
       model()
           .input(port("x", {1, 3, 8, 8}))
           .node("Relu", {"x"}, {"y"})
           .output("y")
           .metadata("octet.preprocessing", "cubic 9x8 rgb mean 0 0 0 std 1 1 1")
           .bytes(),
       errc::invalid,
       {"octet.preprocessing", "9x8"}},
      {"preprocessing without a deviation",
       model()
           .input(port("x", {1, 3, 8, 8}))
           .node("Relu", {"x"}, {"y"})
           .output("y")
           .metadata("octet.preprocessing", "cubic 8x8 rgb mean 0 0 0 std 1 0 1")
           .bytes(),
       errc::syntax,
       {"octet.preprocessing", "accepted", "std 0.229"}},
  };
}

}  // namespace

TEST_CASE("each kind of bad model gives one error that names file, place and what is accepted") {
  for (const auto& b : bad_models()) {
    CAPTURE(b.what);
    const auto m = io::import_onnx(as_bytes(b.bytes), "bad.onnx");
    REQUIRE_FALSE(m);
    const std::string text = m.failure().what();
    CAPTURE(text);
    CHECK(m.failure().code() == b.code);
    CHECK(text.starts_with("bad.onnx: "));
    CHECK(text.find('\n') == std::string::npos);
    for (const auto& fragment : b.mentions) CHECK_MESSAGE(text.find(fragment) != std::string::npos, fragment);
  }
}

TEST_CASE("the first obstacle on the picture's way is the error, not what follows from it") {
  const auto bytes = model()
                         .input(port("x", {1, 3, 8, 8}))
                         .input(port("scale_factor", {1, 2}))
                         .node("Sqrt", {"scale_factor"}, {"s"})
                         .node("Elu", {"x"}, {"a"})
                         .node("Relu", {"a"}, {"b"})
                         .node("Mul", {"b", "s"}, {"y"})
                         .output("y")
                         .bytes();
  const auto m = io::import_onnx(as_bytes(bytes));
  REQUIRE_FALSE(m);
  CHECK(std::string(m.failure().what()).find("'Elu_1' (Elu)") != std::string::npos);
}

TEST_CASE("unprintable names are shown as question marks") {
  const auto bytes = image().node("Relu", {"a\nb\xff"}, {"y"}).output("y").bytes();
  const auto m = io::import_onnx(as_bytes(bytes));
  REQUIRE_FALSE(m);
  CHECK(std::string(m.failure().what()).find("'a?b?'") != std::string::npos);
}

TEST_CASE("a small file cannot make the graph copy a large constant without end") {
  auto m = model().input(port("x", {1, 64, 4, 4})).constant(tensor("w", {64, 64, 1, 1}, numbers(4096, 1.0f)));
  std::string from = "x";
  for (int i = 0; i < 400; ++i) {
    std::string to = "y" + std::to_string(i);
    m.node("Conv", {from, "w"}, {to});
    from = to;
  }
  const auto bytes = m.output(from).bytes();
  const auto r = io::import_onnx(as_bytes(bytes));
  REQUIRE_FALSE(r);
  CHECK(r.failure().code() == errc::limit);
}

TEST_CASE("the counts of nodes and names are limited") {
  std::string nodes;
  for (int i = 0; i < 70000; ++i) pbf_writer(nodes).add_message(1, std::string());
  std::string bytes;
  pbf_writer(bytes).add_message(7, nodes);
  const auto r = io::onnx::parse(as_bytes(bytes));
  REQUIRE_FALSE(r);
  CHECK(r.failure().code() == errc::limit);
  CHECK(std::string(r.failure().what()).find("too many nodes") != std::string::npos);
}

TEST_CASE("a size fixes what a file leaves open, and replaces what it states where the graph allows that") {
  const auto size_of = [](const std::string& bytes, int width, int height) -> std::string {
    const auto m = io::import_onnx(as_bytes(bytes), "bad.onnx", {io::picture_size{width, height}});
    if (!m) return m.failure().what();
    CHECK(m->pre.width == m->net.input_shape().w);
    CHECK(m->pre.height == m->net.input_shape().h);
    return std::to_string(m->net.input_shape().w) + "x" + std::to_string(m->net.input_shape().h);
  };
  CHECK(size_of(relu_of(port("x", {-1, 3, -1, -1})), 12, 8) == "12x8");
  CHECK(size_of(relu_of(port("x", {1, 3, 8, -1})), 12, 8) == "12x8");
  CHECK(size_of(relu_of(port("x", {1, 3, 8, 12})), 12, 8) == "12x8");
  CHECK(size_of(relu_of(port("x", {1, 3, 4, 4})), 12, 8) == "12x8");
  CHECK(size_of(relu_of(port("x", {1, 3, 4, 4})), 1 << 20, 8).find("up to 16384") != std::string::npos);
  const auto shaped = model()
                          .input(port("x", {1, 4, 6, 6}))
                          .constant(tensor("s", integers{1, 2, 2, 6, 6}))
                          .node("Reshape", {"x", "s"}, {"y"})
                          .output("y")
                          .bytes();
  const std::string refused = size_of(shaped, 12, 8);
  for (const char* part : {"--size 12x8", "[1,4,6,6]", "Reshape_0"}) CHECK(refused.find(part) != std::string::npos);
}

TEST_CASE("a file that is not there") {
  const auto r = io::read_onnx("no_such_file.onnx");
  REQUIRE_FALSE(r);
  CHECK(r.failure().code() == errc::io);
  CHECK(std::string(r.failure().what()).find("no_such_file.onnx") != std::string::npos);
}
