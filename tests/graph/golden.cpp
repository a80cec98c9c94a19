#include <octet/graph/float_backend.hpp>

#include <octet/graph/pass/simplify.hpp>
#include <octet/io/onnx/import.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

using namespace octet;

namespace {

std::vector<float> read_floats(const std::string& path) {
  std::ifstream f(path, std::ios::binary);
  REQUIRE_MESSAGE(f, path);
  const std::string bytes((std::istreambuf_iterator<char>(f)), {});
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

/// Largest difference between a map [H,W,C] and raw values [H*W,C].
double difference(map_view<const float> map, const std::vector<float>& want) {
  REQUIRE(map.shape().size() == want.size());
  double worst = 0;
  std::size_t k = 0;
  for (int y = 0; y < map.h; ++y)
    for (int x = 0; x < map.w; ++x)
      for (int c = 0; c < map.c; ++c) worst = std::max(worst, std::fabs(double{map.pixel(y, x)[c]} - want[k++]));
  return worst;
}

}  // namespace

// Origin: onnxruntime 1.30 on CPU, see golden/picodet of the test data.
TEST_CASE("FP32 execution equals onnxruntime within 1e-4 on every output") {
  const char* data = std::getenv("OCTET_DATA");
  if (!data) {
    MESSAGE("skipped: set OCTET_DATA to a folder with models/ and golden/picodet/");
    return;
  }
  for (const std::string size : {"416", "320"}) {
    CAPTURE(size);
    auto m = io::read_onnx(std::string(data) + "/models/picodet_s_" + size + "_esnet.onnx");
    REQUIRE_MESSAGE(m, m.failure().what());
    graph::pass::simplify(*m);
    const graph::float_program program(m->net);
    graph::float_program::arena arena(program);
    const std::string stem = std::string(data) + "/golden/picodet/esnet_s_" + size + "_dog.";
    const auto picture = read_floats(stem + "in.image.f32");  // [3,H,W]
    const auto in = program.map(arena, 0);
    for (int c = 0; c < 3; ++c)
      for (int y = 0; y < in.h; ++y)
        for (int x = 0; x < in.w; ++x) in.pixel(y, x)[c] = picture[static_cast<std::size_t>((c * in.h + y) * in.w + x)];
    program.run(arena);
    REQUIRE(m->net.outputs.size() == 8);
    for (std::size_t i = 0; i < 8; ++i) {
      CAPTURE(i);
      const auto want = read_floats(stem + "out.save_infer_model_scale_" + std::to_string(i) + ".tmp_1.f32");
      CHECK(difference(program.map(arena, m->net.outputs[i]), want) < 1e-4);
    }
    const auto& memory = program.memory();
    MESSAGE("arena " << memory.arena_bytes << " bytes, lower bound " << memory.lower_bound << ", sum of all maps "
                     << memory.sum_bytes);
    CHECK(memory.arena_bytes < memory.sum_bytes / 4);
  }
}
