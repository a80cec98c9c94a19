#include <octet/io/onnx/external_data.hpp>

#include <octet/io/onnx/import.hpp>

#include <doctest/doctest.h>

#include <cstring>
#include <fstream>

#include "onnx_bytes.hpp"

using namespace octet;
using namespace onnx_bytes;
namespace fs = std::filesystem;

namespace {

/// A folder that is gone afterwards.
struct folder {
  fs::path place = fs::temp_directory_path() / ("octet_external_" + std::to_string(std::rand()));
  folder() { fs::create_directories(place / "models" / "below"); }
  ~folder() { fs::remove_all(place); }
  folder(const folder&) = delete;
};

void write(const fs::path& path, const std::string& bytes) { std::ofstream(path, std::ios::binary) << bytes; }

using entries = std::vector<std::pair<std::string, std::string>>;

std::string external(const std::string& name, const integers& dims, const entries& where, int type = 1) {
  std::string s;
  pbf_writer w(s);
  w.add_packed_int64(1, dims.begin(), dims.end());
  w.add_int32(2, type);
  w.add_string(8, name);
  for (const auto& [key, value] : where) {
    std::string entry;
    pbf_writer e(entry);
    e.add_string(1, key);
    e.add_string(2, value);
    w.add_message(13, entry);
  }
  w.add_int32(14, 1);
  return s;
}

std::string floats_from(float first, std::size_t count) {
  std::string s;
  for (std::size_t i = 0; i < count; ++i) {
    const float x = first + static_cast<float>(i);
    s.append(reinterpret_cast<const char*>(&x), sizeof x);
  }
  return s;
}

/// A convolution [3,4,1,1] whose weights and bias are the given tensors, in the folder's `models/m.onnx`.
result<graph::model> read(const folder& f, const std::string& weights,
                          const std::string& bias = tensor("b", {3}, numbers{1, 2, 3})) {
  write(f.place / "models" / "m.onnx", model()
                                           .input(port("x", {1, 4, 5, 6}))
                                           .constant(weights)
                                           .node("Constant", {}, {"b"}, {tensor_attribute("value", bias)})
                                           .node("Conv", {"x", "w", "b"}, {"y"})
                                           .output("y")
                                           .bytes());
  return io::read_onnx(f.place / "models" / "m.onnx");
}

void check_weights(const result<graph::model>& m) {
  INFO((m ? "" : m.failure().what()));
  REQUIRE(m);
  const auto& conv = std::get<graph::op::conv2d>(m->net[m->net.outputs[0]].op);
  for (std::size_t i = 0; i < 12; ++i) CHECK(conv.weights(i / 4, 0, 0, i % 4) == 5 + static_cast<float>(i));
  CHECK(conv.bias == numbers{1, 2, 3});
}

void check_refused(const result<graph::model>& m, const names& says) {
  REQUIRE_FALSE(m);
  const std::string text = m.failure().what();
  CAPTURE(text);
  CHECK(text.find("m.onnx: ") != std::string::npos);
  CHECK(text.find('\n') == std::string::npos);
  for (const auto& part : says) CHECK_MESSAGE(text.find(part) != std::string::npos, part);
}

const integers shape{3, 4, 1, 1};

}  // namespace

TEST_CASE("weights are read from files in the model's folder and below, with or without offset and length") {
  const folder f;
  write(f.place / "models" / "w", floats_from(5, 12));
  write(f.place / "models" / "m.onnx.data", std::string(64, 'x') + floats_from(1, 3) + floats_from(5, 12) + "rest");
  write(f.place / "models" / "below" / "w", floats_from(5, 12));
  check_weights(read(f, external("w", shape, {{"location", "w"}})));
  check_weights(read(f, external("w", shape, {{"location", "./w"}, {"offset", "0"}, {"length", "48"}, {"checksum", "?"}})));
  check_weights(read(f, external("w", shape, {{"location", "below/w"}})));
  check_weights(read(f, external("w", shape, {{"length", "48"}, {"offset", "76"}, {"location", "m.onnx.data"}}),
                     external("", {3}, {{"location", "m.onnx.data"}, {"offset", "64"}})));
}

TEST_CASE("a model of 16-bit weights in another file") {
  const folder f;
  std::string half;
  for (int i = 0; i < 12; ++i) {
    const std::uint32_t bits = std::bit_cast<std::uint32_t>(static_cast<float>(5 + i));
    const auto x = static_cast<std::uint16_t>(bits >> 16);
    half.append(reinterpret_cast<const char*>(&x), 2);
  }
  write(f.place / "models" / "w", half);
  check_weights(read(f, external("w", shape, {{"location", "w"}}, 16)));
}

TEST_CASE("a file that is named wrongly, is not there or holds too little is named") {
  const folder f;
  const fs::path models = f.place / "models";
  write(models / "w", floats_from(5, 12));
  write(models / "short", floats_from(5, 11));
  write(models / "pointer", "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 48\n");
  write(f.place / "outside", floats_from(5, 12));
  const auto refused = [&](const entries& where, const names& says) {
    check_refused(read(f, external("w", shape, where)), says);
  };
  refused({}, {"'w'", "''", "model's folder"});
  refused({{"location", "none"}}, {"'w'", (models / "none").string(), "not there", "external_data=False"});
  refused({{"location", "../outside"}}, {"'../outside'", "model's folder"});
  refused({{"location", "below/../w"}}, {"'below/../w'", "model's folder"});
  refused({{"location", (f.place / "outside").string()}}, {"outside'", "model's folder"});
  refused({{"location", "below"}}, {"below", "no regular file"});
  refused({{"location", std::string("w\0", 2)}}, {"'w?'", "model's folder"});
  refused({{"location", "short"}}, {"'w'", "[3,4,1,1]", "float32", "short", "byte 44"});
  refused({{"location", "pointer"}}, {"pointer", "git lfs pull"});
  refused({{"location", "w"}, {"offset", "4"}}, {"'w'", "byte 4", "byte 48"});
  refused({{"location", "w"}, {"offset", "49"}}, {"'offset' is 49", "byte 48"});
  refused({{"location", "w"}, {"offset", "18446744073709551615"}}, {"'offset'", "byte 48"});
  refused({{"location", "w"}, {"offset", "18446744073709551616"}}, {"'offset'", "'18446744073709551616'", "number"});
  refused({{"location", "w"}, {"offset", "-1"}}, {"'offset'", "'-1'", "number"});
  refused({{"location", "w"}, {"length", "48 bytes"}}, {"'length'", "'48 bytes'", "number"});
  refused({{"location", "w"}, {"length", "44"}}, {"'length' is 44", "[3,4,1,1]", "48"});
  refused({{"location", "w"}, {"length", "4800000"}}, {"'length' is 4800000", "48"});
  const std::int64_t huge = std::int64_t{1} << 40;
  check_refused(read(f, external("w", {huge, huge, 1, 1}, {{"location", "w"}})), {"'w'", "byte 48"});
  check_refused(read(f, external("w", {huge, 4, 1, 1}, {{"location", "w"}, {"length", "48"}})), {"'w'"});
}

TEST_CASE("links are followed only where they stay in the model's folder, or in that of the file that the model is") {
  const folder f;
  const fs::path models = f.place / "models";
  write(f.place / "outside", floats_from(5, 12));
  write(models / "below" / "w", floats_from(5, 12));
  std::error_code problem;
  fs::create_symlink(f.place / "outside", models / "leaves", problem);
  if (problem) return;  // no links on this file system
  fs::create_symlink(fs::path("below") / "w", models / "stays");
  fs::create_symlink("..", models / "up");
  fs::create_symlink("loop", models / "loop");
  check_refused(read(f, external("w", shape, {{"location", "leaves"}})), {"'w'", "leaves", "a link to", "model's folder"});
  check_refused(read(f, external("w", shape, {{"location", "up/outside"}})), {"'w'", "a link to", "model's folder"});
  check_refused(read(f, external("w", shape, {{"location", "loop"}})), {"loop"});
  check_weights(read(f, external("w", shape, {{"location", "stays"}})));
  // A cache of downloads: names in one folder, contents in another.
  fs::create_directories(f.place / "names");
  fs::create_directories(f.place / "contents");
  REQUIRE(read(f, external("w", shape, {{"location", "stays"}})));
  fs::rename(models / "m.onnx", f.place / "contents" / "1");
  write(f.place / "contents" / "2", floats_from(5, 12));
  fs::create_symlink("../contents/1", f.place / "names" / "m.onnx");
  fs::create_symlink("../contents/2", f.place / "names" / "stays");
  check_weights(io::read_onnx(f.place / "names" / "m.onnx"));
}
