#include <octet/io/onnx/import.hpp>

#include <octet/graph/pass/simplify.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "counting_new.hpp"
#include "mutate.hpp"
#include "onnx_bytes.hpp"

using namespace octet;

namespace {

/// Bytes outside of large tensors, and the last byte of each length before a name or a tensor.
mutate::places find_places(std::span<const std::byte> bytes) {
  const auto file = io::onnx::parse(bytes);
  REQUIRE(file);
  const char* begin = reinterpret_cast<const char*>(bytes.data());
  mutate::places where;
  std::vector<bool> bulk(bytes.size());
  const auto length = [&](std::string_view s) {
    if (s.data() > begin) where.lengths.push_back(static_cast<std::size_t>(s.data() - begin) - 1);
  };
  const auto tensor = [&](const io::onnx::tensor& t) {
    length(t.body);
    if (t.body.size() <= 64) return;
    const auto at = static_cast<std::size_t>(t.body.data() - begin);
    std::fill_n(bulk.begin() + static_cast<std::ptrdiff_t>(at + 24), t.body.size() - 48, true);
  };
  for (const auto& t : file->initializers) tensor(t);
  for (const auto& n : file->nodes) {
    for (auto list : {&n.inputs, &n.outputs})
      for (auto name : *list) length(name);
    for (auto name : {n.name, n.type}) length(name);
    for (const auto& a : n.attributes) {
      length(a.name);
      if (!a.t.body.empty()) tensor(a.t);
    }
  }
  for (const auto& p : file->inputs) length(p.name);
  for (std::size_t i = 0; i < bulk.size(); ++i)
    if (!bulk[i]) where.structure.push_back(i);
  return where;
}

/// What every network must keep to, however it came about.
bool consistent(const graph::network& net) {
  for (int id = 0; id < net.size(); ++id) {
    const auto& n = net[id];
    if (n.shape.h < 1 || n.shape.w < 1 || n.shape.c < 1) return false;
    if (n.inputs.empty() != (id == 0)) return false;
    for (int i : n.inputs)
      if (i < 0 || i >= id) return false;
    if (const auto* f = std::get_if<graph::op::conv2d>(&n.op)) {
      const extent in = net[n.inputs[0]].shape;
      if (f->geometry.ic != in.c || f->geometry.output(in) != n.shape) return false;
      if (f->weights.size() != f->geometry.weight_count() || f->bias.size() != static_cast<std::size_t>(n.shape.c))
        return false;
    }
    if (const auto* f = std::get_if<graph::op::slice>(&n.op))
      if (f->first < 0 || f->count != n.shape.c || f->first + f->count > net[n.inputs[0]].shape.c) return false;
  }
  for (int o : net.outputs)
    if (o < 0 || o >= net.size()) return false;
  return !net.outputs.empty();
}

result<graph::model> import_alone(std::span<const std::byte> bytes, const std::string& name) {
  return io::import_onnx(bytes, name);
}

template <class Import>
void check_mutations(const std::string& name, std::span<const std::byte> bytes, unsigned count, Import import) {
  const auto undamaged = import(bytes, name);
  INFO((undamaged ? "" : undamaged.failure().what()));
  REQUIRE(undamaged);
  counting_new::allow(24 * bytes.size() + (32u << 20));
  unsigned read = 0, refused = 0, wrong = 0;
  const double longest = mutate::run(name, bytes, find_places(bytes), count, [&](std::span<const std::byte> mutated) {
    auto m = import(mutated, name);
    if (!m) {
      ++refused;
      wrong += std::strlen(m.failure().what()) < name.size() + 10;
      return;
    }
    wrong += !consistent(m->net);
    if (read++ % 64 == 0) {
      graph::pass::simplify(*m);
      wrong += !consistent(m->net);
    }
  });
  MESSAGE(name << ": " << read << " read, " << refused << " refused, longest " << longest << " s, at most "
               << (counting_new::peak_bytes() >> 20) << " MiB");
  CHECK(wrong == 0);
  CHECK(read > count / 100);
  CHECK(refused > count / 10);
  CHECK(longest < 5);
}

}  // namespace

TEST_CASE("a small model survives 10,000 mutations") {
  using namespace onnx_bytes;
  const auto bytes =
      onnx_bytes::model()
          .input(port("x", {-1, 3, 8, 8}))
          .constant(tensor("w", {4, 3, 3, 3}, numbers(108, 0.5f), storage::typed))
          .constant(tensor("lo", {}, numbers{0}))
          .constant(tensor("shape", integers{1, 2, 2, -1, 8}, storage::typed))
          .constant(tensor("join", integers{0, 4, -1, 8}))
          .constant(tensor("scales", {4}, numbers{1, 1, 2, 2}))
          .constant(tensor("first", integers{-2}))
          .constant(tensor("last", integers{9}, storage::typed))
          .constant(tensor("axis", integers{1}))
          .node("Conv", {"x", "w"}, {"a"},
                {attribute("pads", integers{1, 1, 1, 1}), attribute("kernel_shape", integers{3, 3})})
          .node("Clip", {"a", "lo", ""}, {"b"})
          .node("Reshape", {"b", "shape"}, {"c"})
          .node("Transpose", {"c"}, {"d"}, {attribute("perm", integers{0, 2, 1, 3, 4})})
          .node("Reshape", {"d", "join"}, {"e"})
          .node("Split", {"e"}, {"f", "g"}, {attribute("axis", std::int64_t{1}), attribute("split", integers{1, 3})})
          .node("Slice", {"g", "first", "last", "axis"}, {"part"})
          .node("Concat", {"part", "f"}, {"h"}, {attribute("axis", std::int64_t{1})})
          .node("Resize", {"h", "", "scales"}, {"i"}, {attribute("mode", "nearest")})
          .node("MaxPool", {"i"}, {"j"}, {attribute("kernel_shape", integers{3, 3}), attribute("strides", integers{2, 2})})
          .output("j")
          .metadata("octet.preprocessing", "cubic 8x8 rgb mean 0 0 0 std 1 1 1")
          .bytes();
  check_mutations("small.onnx", as_bytes(bytes), 10000, import_alone);
}

TEST_CASE("a model with weights in another file survives 2,000 mutations") {
  using namespace onnx_bytes;
  namespace fs = std::filesystem;
  const fs::path folder = fs::temp_directory_path() / ("octet_mutate_" + std::to_string(std::random_device()()));
  fs::create_directories(folder);
  std::ofstream(folder / "w.data", std::ios::binary) << std::string(2000, '\x3c');
  const auto external = [](const std::string& name, const integers& dims, const names& entries) {
    std::string s;
    pbf_writer w(s);
    w.add_packed_int64(1, dims.begin(), dims.end());
    w.add_int32(2, 1);
    w.add_string(8, name);
    for (std::size_t i = 0; i < entries.size(); i += 2) {
      std::string entry;
      pbf_writer e(entry);
      e.add_string(1, entries[i]);
      e.add_string(2, entries[i + 1]);
      w.add_message(13, entry);
    }
    w.add_int32(14, 1);
    return s;
  };
  const auto bytes = onnx_bytes::model()
                         .input(port("x", {1, 3, 8, 8}))
                         .constant(external("w", {4, 3, 3, 3}, {"location", "w.data", "offset", "64", "length", "432"}))
                         .constant(external("b", {4}, {"location", "w.data", "offset", "1984"}))
                         .node("Conv", {"x", "w", "b"}, {"a"})
                         .output("a")
                         .bytes();
  check_mutations("beside.onnx", as_bytes(bytes), 2000,
                  [&](std::span<const std::byte> mutated, const std::string& name) -> result<graph::model> {
                    auto file = io::onnx::parse(mutated);
                    if (!file) return file.failure().within(name);
                    const auto beside = io::onnx::read_external_data(*file, folder / name);
                    if (!beside) return beside.failure().within(name);
                    auto m = io::onnx::detail::importer(*file, {}).run();
                    return m ? std::move(m) : result<graph::model>(m.failure().within(name));
                  });
  fs::remove_all(folder);
}

TEST_CASE("real models survive 10,000 mutations each") {
  const char* data = std::getenv("OCTET_DATA");
  if (!data || !*data) {
    MESSAGE("skipped: OCTET_DATA, the folder with the models, is not set");
    return;
  }
  for (const char* name :
       {"picodet_s_416_esnet.onnx", "picodet_s_320_esnet.onnx", "picodet_xs_320_lcnet_postprocessed.onnx"}) {
    const auto bytes = io::read_file(std::filesystem::path(data) / "models" / name);
    REQUIRE(bytes);
    check_mutations(name, *bytes, 10000, import_alone);
  }
}
