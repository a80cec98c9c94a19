#include <octet/io/onnx/import.hpp>

#include <octet/graph/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <cstring>
#include <map>

#include "../graph/naive.hpp"

using namespace octet;
namespace op = octet::graph::op;
namespace pass = octet::graph::pass;

namespace {

/// The folder of test data, or nothing, said once.
std::optional<std::filesystem::path> data_folder() {
  const char* folder = std::getenv("OCTET_DATA");
  if (folder && *folder) return folder;
  MESSAGE("skipped: OCTET_DATA, the folder with the models and their golden outputs, is not set");
  return {};
}

graph::model load(const std::filesystem::path& path) {
  auto m = io::read_onnx(path);
  INFO((m ? "" : m.failure().what()));
  REQUIRE(m);
  return std::move(*m);
}

std::map<std::string, int> count_operations(const graph::network& net) {
  std::map<std::string, int> counts;
  for (const auto& n : net.nodes) ++counts[graph::name_of(n.op)];
  return counts;
}

std::map<nn::activation::kind, int> count_activations(const graph::network& net) {
  std::map<nn::activation::kind, int> counts;
  for (const auto& n : net.nodes)
    if (const auto* c = std::get_if<op::conv2d>(&n.op)) ++counts[c->act.function];
  return counts;
}

std::size_t count_parameters(const graph::network& net) {
  std::size_t count = 0;
  for (const auto& n : net.nodes)
    if (const auto* c = std::get_if<op::conv2d>(&n.op)) count += c->weights.size() + c->bias.size();
  return count;
}

using counts = std::map<std::string, int>;
using kind = nn::activation::kind;

}  // namespace

TEST_CASE("the ESNet models become 137 fused convolutions, with nothing decomposed left") {
  const auto data = data_folder();
  if (!data) return;
  for (const int size : {416, 320}) {
    CAPTURE(size);
    auto m = load(*data / "models" / ("picodet_s_" + std::to_string(size) + "_esnet.onnx"));
    CHECK(count_operations(m.net).at("conv2d") == 133);
    CHECK(count_parameters(m.net) == 983891);
    pass::simplify(m);
    CHECK(count_operations(m.net) == counts{{"input", 1},
                                            {"conv2d", 137},
                                            {"multiply", 13},
                                            {"shuffle", 10},
                                            {"resize_nearest", 2},
                                            {"max_pool", 1},
                                            {"global_average_pool", 13},
                                            {"concat", 31},
                                            {"slice", 20},
                                            {"add", 1}});
    CHECK(count_activations(m.net) ==
          std::map<kind, int>{
              {kind::none, 20}, {kind::clip, 13}, {kind::hard_swish, 87}, {kind::hard_sigmoid, 13}, {kind::sigmoid, 4}});
    CHECK(count_parameters(m.net) == 983891);
    CHECK(m.pre == preprocessing::imagenet(size, size));
    CHECK(m.projection == std::vector<float>{0, 1, 2, 3, 4, 5, 6, 7});
    CHECK(m.classes == 80);
    REQUIRE(m.heads.size() == 4);
    for (std::size_t i = 0; i < 4; ++i) {
      const auto& h = m.heads[i];
      const int cells = (size + h.stride - 1) / h.stride;
      CHECK(h.stride == 8 << i);
      CHECK(h.quality == -1);
      CHECK(m.net[h.scores].shape == extent{cells, cells, 80});
      CHECK(m.net[h.distances].shape == extent{cells, cells, 32});
      CHECK(m.net.outputs[i] == h.scores);
      CHECK(m.net.outputs[i + 4] == h.distances);
    }
    CHECK(m.net[m.heads[0].scores].name == "Conv_117.0");
  }
}

TEST_CASE("the XS model is cut at its heads, before its own decoding and suppression") {
  const auto data = data_folder();
  if (!data) return;
  auto m = load(*data / "models" / "picodet_xs_320_lcnet_postprocessed.onnx");
  pass::simplify(m);
  CHECK(count_operations(m.net) == counts{{"input", 1},
                                          {"conv2d", 98},
                                          {"multiply", 6},
                                          {"resize_nearest", 2},
                                          {"global_average_pool", 6},
                                          {"concat", 4},
                                          {"add", 1}});
  CHECK(count_activations(m.net) ==
        std::map<kind, int>{
            {kind::none, 4}, {kind::clip, 2}, {kind::hard_swish, 78}, {kind::hard_sigmoid, 2}, {kind::sigmoid, 12}});
  CHECK(count_parameters(m.net) == 696662);
  CHECK(m.net.input_shape() == extent{320, 320, 3});
  CHECK(m.pre == preprocessing::imagenet(320, 320));
  REQUIRE(m.projection.size() == 8);
  CHECK(m.projection[3] == doctest::Approx(3.000298).epsilon(1e-7));
  CHECK(m.projection[6] == doctest::Approx(6.000597).epsilon(1e-7));
  REQUIRE(m.heads.size() == 4);
  const char* names[4][3] = {{"Conv_64", "Conv_67", "Conv_65"},
                             {"Conv_74", "Conv_77", "Conv_75"},
                             {"Conv_84", "Conv_87", "Conv_85"},
                             {"Conv_94", "Conv_97", "Conv_95"}};
  for (std::size_t i = 0; i < 4; ++i) {
    const auto& h = m.heads[i];
    CHECK(h.stride == 8 << i);
    CHECK(m.net[h.scores].name == names[i][0]);
    CHECK(m.net[h.quality].name == names[i][1]);
    CHECK(m.net[h.distances].name == names[i][2]);
    CHECK(m.net[h.quality].shape.c == 1);
    CHECK(std::vector<int>{m.net.outputs[i], m.net.outputs[i + 4], m.net.outputs[i + 8]} ==
          std::vector<int>{h.scores, h.quality, h.distances});
  }
}

TEST_CASE("an imported network computes what the file's own runtime computed") {
  const auto data = data_folder();
  if (!data) return;
  auto m = load(*data / "models" / "picodet_s_320_esnet.onnx");
  pass::simplify(m);
  const auto floats = [&](const std::string& file) {
    const auto bytes = io::read_file(*data / "golden" / "picodet" / file);
    REQUIRE(bytes);
    std::vector<float> v(bytes->size() / 4);
    std::memcpy(v.data(), bytes->data(), bytes->size());
    return v;
  };
  const auto picture = floats("esnet_s_320_dog.in.image.f32");
  const std::size_t pixels = 320 * 320;
  REQUIRE(picture.size() == 3 * pixels);
  std::vector<double> input(picture.size());
  for (std::size_t i = 0; i < input.size(); ++i) input[i] = picture[i % 3 * pixels + i / 3];
  const auto maps = naive::run(m.net, input);
  for (std::size_t o = 0; o < 8; ++o) {
    const auto golden = floats("esnet_s_320_dog.out.save_infer_model_scale_" + std::to_string(o) + ".tmp_1.f32");
    const auto& found = maps[static_cast<std::size_t>(m.net.outputs[o])];
    REQUIRE(found.size() == golden.size());
    double worst = 0;
    for (std::size_t i = 0; i < golden.size(); ++i) worst = std::max(worst, std::abs(found[i] - golden[i]));
    CAPTURE(o);
    CHECK(worst < 1e-4);
  }
}
