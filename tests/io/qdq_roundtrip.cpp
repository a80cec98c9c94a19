#include <octet/io/onnx/qdq_read.hpp>

#include "qdq_sample.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace octet;
namespace integer = octet::graph::integer;
namespace op = octet::graph::op;
using graph::integer_model;
using graph::multipliers;

namespace {

std::span<const std::byte> bytes_of(const std::string& s) { return std::as_bytes(std::span(s.data(), s.size())); }

void require_equal(const multipliers& a, const multipliers& b) {
  REQUIRE(a.mantissa == b.mantissa);
  REQUIRE(a.shift == b.shift);
}
void require_equal(const op::input&, const op::input&) {}
void require_equal(const op::concat&, const op::concat&) {}
void require_equal(const op::slice& a, const op::slice& b) {
  REQUIRE(std::pair(a.first, a.count) == std::pair(b.first, b.count));
}
void require_equal(const op::shuffle& a, const op::shuffle& b) { REQUIRE(a.groups == b.groups); }
void require_equal(const op::resize_nearest& a, const op::resize_nearest& b) { REQUIRE(a.factor == b.factor); }
void require_equal(const op::max_pool& a, const op::max_pool& b) { REQUIRE(a.geometry == b.geometry); }
void require_equal(const integer::conv2d& a, const integer::conv2d& b) {
  REQUIRE(a.geometry == b.geometry);
  REQUIRE(a.act == b.act);
  REQUIRE(a.weights == b.weights);
  REQUIRE(a.weight_scale == b.weight_scale);
  REQUIRE(a.bias == b.bias);
  REQUIRE(a.folded_bias == b.folded_bias);
  REQUIRE(a.pad == b.pad);
  REQUIRE(a.fraction == b.fraction);
  require_equal(a.first, b.first);
  require_equal(a.second, b.second);
  REQUIRE(a.zero_point == b.zero_point);
  REQUIRE(a.lo == b.lo);
  REQUIRE(a.hi == b.hi);
  REQUIRE(a.table == b.table);
}
void require_equal(const integer::add& a, const integer::add& b) {
  REQUIRE(a.a == b.a);
  REQUIRE(a.b == b.b);
  REQUIRE(a.shift == b.shift);
  REQUIRE(a.out_zero == b.out_zero);
}
template <class F>
requires requires(const F& f) { f.scale; }
void require_equal(const F& a, const F& b) {
  require_equal(a.scale, b.scale);
  REQUIRE(a.out_zero == b.out_zero);
}

void require_equal(const integer_model& a, const integer_model& b) {
  REQUIRE(a.name == b.name);
  REQUIRE(a.classes == b.classes);
  REQUIRE(a.projection == b.projection);
  REQUIRE(a.pre == b.pre);
  REQUIRE(a.net.outputs == b.net.outputs);
  REQUIRE(a.heads.size() == b.heads.size());
  for (std::size_t i = 0; i < a.heads.size(); ++i) {
    const graph::head &x = a.heads[i], &y = b.heads[i];
    REQUIRE(x.stride == y.stride);
    REQUIRE(std::vector{x.scores, x.quality, x.distances} == std::vector{y.scores, y.quality, y.distances});
  }
  REQUIRE(a.net.size() == b.net.size());
  REQUIRE(a.quantizations == b.quantizations);
  for (int id = 0; id < a.net.size(); ++id) {
    CAPTURE(id);
    const auto &x = a.net[id], &y = b.net[id];
    REQUIRE(x.name == y.name);
    REQUIRE(x.inputs == y.inputs);
    REQUIRE(x.shape == y.shape);
    REQUIRE(x.op.index() == y.op.index());
    std::visit([&]<class F>(const F& f) { require_equal(f, std::get<F>(y.op)); }, x.op);
  }
}

std::string text_of(result<integer_model> r) { return r ? "read" : r.failure().what(); }

/// The file with every occurrence of `from` replaced by text of the same length.
std::string replaced(std::string file, const std::string& from, const std::string& to) {
  REQUIRE(from.size() == to.size());
  REQUIRE(file.find(from) != std::string::npos);
  for (std::size_t at = 0; (at = file.find(from, at)) != std::string::npos; at += to.size())
    file.replace(at, from.size(), to);
  return file;
}

}  // namespace

TEST_CASE("what is written is read back in every dialect, and written again gives the same bytes") {
  for (const io::qdq_dialect& dialect : io::qdq_dialects)
    for (unsigned seed = 0; seed < 20; ++seed) {
      CAPTURE(std::string(dialect.name));
      const auto scales = dialect.symmetric ? sample::scales::symmetric
                          : seed % 2        ? sample::scales::per_channel
                                            : sample::scales::per_map;
      const integer_model m = sample::detector(seed, scales);
      const std::string file = io::to_onnx(m, dialect);
      auto r = io::import_quantized_onnx(bytes_of(file), "sample");
      REQUIRE_MESSAGE(r, (r ? "" : r.failure().what()));
      require_equal(m, *r);
      CHECK(io::to_onnx(*r, dialect) == file);
    }
}

TEST_CASE("a dialect that cannot spell a model says so, and writes nothing") {
  const auto file = std::filesystem::temp_directory_path() / "octet_test_dialect.onnx";
  std::filesystem::remove(file);
  for (const auto scales : {sample::scales::per_channel, sample::scales::per_map}) {
    const auto written = io::write_onnx(sample::detector(1, scales), file, io::qdq_symmetric);
    REQUIRE_FALSE(written);
    const std::string text = written.failure().what();
    CHECK_MESSAGE(text.find("map 'image' has a zero point other than 0") != text.npos, text);
    CHECK_MESSAGE(text.find("recipe npu") != text.npos, text);
    CHECK_FALSE(std::filesystem::exists(file));
  }
  CHECK(io::choose_dialect("u8", false)->unsigned_maps);
  CHECK(io::choose_dialect("symmetric", true)->symmetric);
  CHECK_FALSE(io::choose_dialect("symmetric", false));
  CHECK_FALSE(io::choose_dialect("qdq 1", true));
}

TEST_CASE("biases kept as real numbers stay what the accumulator adds") {
  integer_model m = sample::detector(5, sample::scales::symmetric);
  auto& conv = std::get<integer::conv2d>(m.net[1].op);
  for (std::size_t oc = 0; oc < conv.bias.size(); ++oc)
    conv.bias[oc] = (oc % 2 ? -1 : 1) * (8'000'000 + static_cast<int>(oc));
  derive_constants(m);
  auto r = io::import_quantized_onnx(bytes_of(io::to_onnx(m, io::qdq_symmetric)));
  REQUIRE_MESSAGE(r, (r ? "" : r.failure().what()));
  require_equal(m, *r);
}

TEST_CASE("categories come back as they were, and files without them stay as they are") {
  integer_model m = sample::detector(4, sample::scales::per_channel);
  const std::string plain = io::to_onnx(m);
  CHECK(plain.find("octet.categories") == std::string::npos);
  for (int k = 0; k < m.classes; ++k) m.categories.push_back({0, "id " + std::to_string(k), "name \"" + std::to_string(k)});
  const auto back = io::import_quantized_onnx(bytes_of(io::to_onnx(m)));
  REQUIRE(back);
  CHECK(back->categories == m.categories);
  m.categories.pop_back();
  CHECK(text_of(io::import_quantized_onnx(bytes_of(io::to_onnx(m)))).find("octet.categories: lists") != std::string::npos);
  for (const char* wrong : {"", "[", "{}", "[1]", "[[1]]", "[[1,\"a\",2]]", "[[1.5,\"a\"]]", "[[1,\"a\"],[1,\"b\"]]",
                            "[[1,2]]", "[[1,\"a\"]] x"})
    CHECK_FALSE_MESSAGE(io::onnx::parse_categories(wrong), wrong);
}

TEST_CASE("a model without heads keeps its outputs, the quantised input among them") {
  sample s(3, sample::scales::per_channel, {6, 8, 3});
  const int deep = s.conv(0, 4, 3, 1, 1, nn::activation::clip(-nn::activation::infinity, 0.5f));
  const integer_model m = s.finish({s.rescale(deep), 0, deep});
  auto r = io::import_quantized_onnx(bytes_of(io::to_onnx(m)));
  REQUIRE_MESSAGE(r, (r ? "" : r.failure().what()));
  require_equal(m, *r);
}

TEST_CASE("files are written whole or not at all") {
  const auto folder = std::filesystem::temp_directory_path() / "octet_test_qdq";
  std::filesystem::create_directories(folder);
  const integer_model m = sample::detector(1, sample::scales::per_channel);
  REQUIRE(io::write_onnx(m, folder / "m.onnx"));
  REQUIRE(io::write_onnx(m, folder / "m.onnx"));
  auto r = io::read_quantized_onnx(folder / "m.onnx");
  REQUIRE(r);
  require_equal(m, *r);
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 1);
  CHECK_FALSE(io::write_onnx(m, folder / "none" / "m.onnx"));
  std::filesystem::create_directory(folder / "taken");
  CHECK_FALSE(io::write_onnx(m, folder / "taken"));
  CHECK(std::distance(std::filesystem::directory_iterator(folder), {}) == 2);
  std::filesystem::remove_all(folder);
  CHECK_FALSE(io::read_quantized_onnx(folder / "m.onnx"));
}

TEST_CASE("a file of another form is refused by name") {
  const std::string good = io::to_onnx(sample::detector(2, sample::scales::per_map));
  const auto parsed = io::onnx::parse(bytes_of(good));
  REQUIRE(parsed);
  CHECK(io::onnx::is_quantized(*parsed));
  const std::string plain = replaced(good, "octet.format", "other.format");
  const auto other = io::onnx::parse(bytes_of(plain));
  REQUIRE(other);
  CHECK_FALSE(io::onnx::is_quantized(*other));

  const struct {
    const char *from, *to, *says;
  } cases[] = {
      {"octet.format", "other.format", "octet.format"},
      {"qdq 1", "qdq 2", "'qdq 2 u8'; accepted: 'qdq 1 u8', 'qdq 1', 'qdq 1 symmetric'"},
      {"qdq 1 u8", "qdq 1 s8", "'qdq 1 s8'; accepted"},
      {"octet.preprocessing", "other.preprocessing", "octet.preprocessing"},
      {"cubic 32x24", "cubic 24x32", "32 x 24"},
      {"cubic 32x24", "block 32x24", "block"},
      {"octet.heads", "other.heads", "octet.heads"},
      {"8 scores_8", "8 scores_9", "scores_9"},
      {"16 scores_16", "06 scores_16", "octet.heads"},
      {"0 1 2 3", "0 1 x 3", "octet.projection"},
      {"GlobalAveragePool", "GlobalMaximumPool", "GlobalMaximumPool"},
      {"QuantizeLinear", "QuantizeRadial", "QuantizeRadial"},
      {"asymmetric", "half_pixel", "byte "},
      {"/conv", "/con5", "byte "},
  };
  for (const auto& c : cases) {
    const std::string text = text_of(io::import_quantized_onnx(bytes_of(replaced(good, c.from, c.to)), "m.onnx"));
    CHECK_MESSAGE(text.starts_with("m.onnx: "), text);
    CHECK_MESSAGE(text.find(c.says) != std::string::npos, c.to << ": " << text);
  }
}

TEST_CASE("values that the arithmetic cannot hold are refused") {
  const auto refused = [](auto&& change, const char* says) {
    integer_model m = sample::detector(4, sample::scales::per_channel);
    change(m);
    const std::string text = text_of(io::import_quantized_onnx(bytes_of(io::to_onnx(m))));
    CHECK_MESSAGE(text.find(says) != std::string::npos, text);
  };
  const auto conv = [](integer_model& m) -> integer::conv2d& { return std::get<integer::conv2d>(m.net[1].op); };
  refused([&](auto& m) { conv(m).bias[2] = 2147483000; }, "channel 2 overflow");
  refused([&](auto& m) { conv(m).weight_scale[1] = -0.01f; }, "weight scale 1 is not a positive number");
  refused([&](auto& m) { conv(m).weight_scale[1] = 0.0f; }, "weight scale 1 is not a positive number");
  refused([&](auto& m) { conv(m).weight_scale[1] = NAN; }, "element 1 is not a finite number");
  refused([&](auto& m) { conv(m).weight_scale[1] = 1e30f; }, "too far apart");
  refused([&](auto& m) { m.quantizations[0].step = 0; }, "its scale is not a positive number");
  refused([&](auto& m) { m.quantizations[0].step = INFINITY; }, "not a finite number");
  refused([&](auto& m) { m.quantizations[0].gain[1] = -1; }, "a gain is not a positive number");
  refused([&](auto& m) { conv(m).act = nn::activation::hard_sigmoid(-1.0f, 0.5f); }, "positive alpha");
  refused([&](auto& m) { conv(m).act = nn::activation::clip(1, 0); }, "not in order");
  refused([&](auto& m) { m.pre.stddev[0] = 0; }, "cubic 32x24");
}
