#include <octet/io/onnx/float_write.hpp>

#include <octet/graph/float_backend.hpp>
#include <octet/graph/picodet.hpp>
#include <octet/io/onnx/import.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

using namespace octet;

TEST_CASE("a float model that is written and read computes the same heads, of one class or of many") {
  for (const int classes : {1, 3, 365}) {
    CAPTURE(classes);
    const graph::model m = graph::make_picodet(
        {.side = 64, .classes = classes, .backbone = {4, 8, 8, 8, 8, 8}, .blocks = 1, .neck = 8, .tower = 1}, 5);
    const std::string bytes = io::to_onnx(m);
    // Nothing but layers from the one input of fixed size to the heads, for compilers that take no more.
    const auto file = io::onnx::parse(std::as_bytes(std::span(bytes)));
    REQUIRE(file);
    REQUIRE(file->inputs.size() == 1);
    CHECK(file->inputs[0].dims == std::vector<std::int64_t>{1, 3, 64, 64});
    CHECK(file->outputs.size() == m.net.outputs.size());
    for (const auto& node : file->nodes)
      for (const char* other : {"BatchNormalization", "NonMaxSuppression", "TopK", "Shape", "Gather", "Constant"})
        CHECK(node.type != other);
    auto back = io::import_onnx(std::as_bytes(std::span(bytes)), "memory");
    REQUIRE(back);
    CHECK(back->classes == classes);
    CHECK(back->pre.width == 64);
    REQUIRE(back->heads.size() == m.heads.size());
    const auto run = [](const graph::model& x) {
      const graph::float_program program(x.net);
      graph::float_program::arena arena(program);
      const auto input = program.map(arena, 0);
      for (std::size_t i = 0; i < input.shape().size(); ++i) input.data[i] = static_cast<float>(i % 23) / 23;
      program.run(arena);
      std::vector<float> heads;
      for (const graph::head& h : x.heads)
        for (const int id : {h.scores, h.distances, h.quality}) {
          if (id < 0) continue;
          const auto map = program.map(arena, id);
          heads.insert(heads.end(), map.data, map.data + map.shape().size());
        }
      return heads;
    };
    const auto before = run(m), after = run(*back);
    REQUIRE(before.size() == after.size());
    for (std::size_t i = 0; i < before.size(); ++i) CHECK(after[i] == doctest::Approx(before[i]).epsilon(1e-5).scale(0.01));
  }
}

TEST_CASE("categories of a float model come back as they were") {
  graph::model m =
      graph::make_picodet({.side = 64, .classes = 3, .backbone = {4, 8, 8, 8, 8, 8}, .blocks = 1, .neck = 8, .tower = 1}, 5);
  m.categories = {{7,
                   {},
                   "r\xc3\xb6"
                   "d \"A\""},
                  {90, {}, "mavi\\n"},
                  {11, {}, "\xe7\xbb\xbf\xe8\x89\xb2"}};
  const std::string bytes = io::to_onnx(m);
  const auto back = io::import_onnx(std::as_bytes(std::span(bytes)), "memory");
  REQUIRE(back);
  CHECK(back->categories == m.categories);
}
