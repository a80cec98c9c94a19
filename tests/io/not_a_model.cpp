#include <octet/io/onnx/parse.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace octet;
using namespace std::string_literals;

namespace {

struct other {
  const char* what;
  std::string bytes;
  std::vector<std::string> says;
};

const std::string pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:"
    "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

std::string archive(const std::string& name) {
  return "PK\x03\x04\x14\0\0\0\0\0"s + std::string(16, '\0') + static_cast<char>(name.size()) + "\0\0\0"s + name + "data"s;
}

std::string with_windows_ends(std::string text) {
  for (std::size_t at = 0; (at = text.find('\n', at)) != text.npos; at += 2) text.insert(at, 1, '\r');
  return text;
}

const std::vector<other> others{
    {"nothing", "", {"is empty", "again"}},
    {"zeros", std::string(5000, '\0'), {"zeros", "again"}},
    {"a git-LFS pointer", pointer, {"git-LFS pointer", "12345 bytes", "git lfs pull"}},
    {"one of Windows", with_windows_ends(pointer), {"git-LFS pointer", "12345 bytes", "git lfs pull"}},
    {"one with a byte order mark", "\xef\xbb\xbf" + pointer, {"git-LFS pointer"}},
    {"one cut off", pointer.substr(0, 30), {"git-LFS pointer", "git lfs pull"}},
    {"a web page", "\n  <!DOCTYPE html><html><head>", {"web page", "raw address"}},
    {"one in lower case", "<html lang=\"en\">", {"web page"}},
    {"XML", "<?xml version='1.0'?><Error><Code>AccessDenied</Code>", {"XML"}},
    {"JSON", "{\"message\": \"Not Found\"}", {"JSON"}},
    {"text", "Entry not found\n", {"text", "'Entry not found'", "download"}},
    {"text in UTF-16", "\xff\xfe<\0h\0"s, {"UTF-16"}},
    {"a PyTorch checkpoint", archive("best/data.pkl"), {"PyTorch", "zip", "export", "ONNX"}},
    {"an old one", "\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19.more"s, {"PyTorch", "export"}},
    {"a Keras model", archive("model.weights.h5"), {"Keras", "export"}},
    {"a packed model", archive("model.onnx"), {"zip", ".onnx", "unpack"}},
    {"another archive", archive("readme.txt"), {"zip", "unpack"}},
    {"HDF5", "\x89HDF\r\n\x1a\n\0\0"s, {"HDF5", "Keras", "export"}},
    {"TensorFlow Lite", "\x1c\0\0\0TFL3\x14\0"s, {"TensorFlow Lite", "export"}},
    {"onnxruntime's form", "\x1c\0\0\0ORTM\x14\0"s, {"onnxruntime", ".ort"}},
    {"safetensors", "\x40\0\0\0\0\0\0\0{\"a\":{}}"s, {"safetensors", "export"}},
    {"Paddle", "\x0a\xb9\x02\x08\x00\x10\xff"s, {"Paddle", "paddle2onnx"}},
    {"TensorFlow", "\x0a\x2b\x0a\x05input\x12"s, {"TensorFlow", "tf2onnx"}},
    {"gzip", "\x1f\x8b\x08\0"s, {"gzip", "unpack"}},
    {"PNG", "\x89PNG\r\n\x1a\n"s, {"picture", "PNG"}},
    {"JPEG", "\xff\xd8\xff\xe0"s, {"picture", "JPEG"}},
    {"a model cut off in its graph", "\x08\x07\x3a\xe8\x07\x0a\x01"s, {"ends at byte 7", "graph", "byte 1005", "cut off"}},
    {"a model cut off in a length", "\x08\x07\x3a\xe8"s, {"ends at byte 4", "cut off"}},
    {"a model cut off in its metadata", "\x08\x07\x3a\x00\x42\x04\x10"s, {"ends at byte 7", "byte 10", "cut off"}},
};

result<void> read(const std::string& bytes) {
  const auto file = io::onnx::parse(std::as_bytes(std::span(bytes)));
  return file ? result<void>() : result<void>(file.failure());
}

}  // namespace

TEST_CASE("a file that is no model is called what it is, with what to do") {
  for (const other& o : others) {
    CAPTURE(o.what);
    const auto r = read(o.bytes);
    REQUIRE_FALSE(r);
    const std::string text = r.failure().what();
    CAPTURE(text);
    CHECK(r.failure().code() == errc::syntax);
    CHECK(text.find('\n') == std::string::npos);
    for (const auto& part : o.says) CHECK_MESSAGE(text.find(part) != std::string::npos, part);
  }
}

TEST_CASE("bytes of no known form are refused in the words of protobuf") {
  const auto r = read("\x08\x07\xff\xff\xff\xff"s);
  REQUIRE_FALSE(r);
  CHECK(std::string(r.failure().what()).find("protobuf") != std::string::npos);
}
