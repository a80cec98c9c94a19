#ifndef OCTET_IO_ONNX_NOT_A_MODEL_HPP
#define OCTET_IO_ONNX_NOT_A_MODEL_HPP

#include <octet/io/onnx/names.hpp>

#include <protozero/varint.hpp>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

/// What a file is that people take for an ONNX model, judged by its content.
namespace octet::io::onnx {

namespace detail {

using namespace std::string_view_literals;

struct signature {
  std::size_t at;
  std::string_view bytes;
  const char* says;
};

inline constexpr signature signatures[] = {
    {0, "\x89HDF\r\n\x1a\n"sv, "is HDF5, as Keras writes (.h5); export the model to ONNX"},
    {4, "TFL3"sv, "is a TensorFlow Lite model; export the FP32 model to ONNX"},
    {4, "ORTM"sv, "is a model in onnxruntime's own format (.ort); the .onnx file that it was made from is accepted"},
    {0, "\x80\x02\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19."sv, "is a PyTorch checkpoint; export the model to ONNX"},
    {8, "{\""sv, "holds weights alone (safetensors); export the model to ONNX"},
    {0, "7767517"sv, "is an ncnn network; the ONNX model that it was made from is accepted"},
    {0, "RKNN"sv, "is a model for Rockchip NPUs; the ONNX model that it was made from is accepted"},
    {0, "ftrt"sv, "is a TensorRT engine; the ONNX model that it was made from is accepted"},
    {0, "GGUF"sv, "is a GGUF model; export the model to ONNX"},
    {0, "\x93NUMPY"sv, "is a NumPy array; an ONNX model is accepted"},
    {0, "\x80\x02"sv, "is a Python pickle, as PyTorch writes checkpoints; export the model to ONNX"},
    {0, "\x80\x03"sv, "is a Python pickle, as PyTorch writes checkpoints; export the model to ONNX"},
    {0, "\x80\x04"sv, "is a Python pickle, as PyTorch writes checkpoints; export the model to ONNX"},
    {0, "\x80\x05"sv, "is a Python pickle, as PyTorch writes checkpoints; export the model to ONNX"},
    {0, "\x1f\x8b"sv, "is compressed with gzip; unpack it"},
    {0, "BZh"sv, "is compressed with bzip2; unpack it"},
    {0, "\xfd\x37zXZ\0"sv, "is compressed with xz; unpack it"},
    {0, "\x28\xb5\x2f\xfd"sv, "is compressed with zstd; unpack it"},
    {0, "7z\xbc\xaf\x27\x1c"sv, "is a 7z archive; unpack it"},
    {0, "Rar!"sv, "is a RAR archive; unpack it"},
    {257, "ustar"sv, "is a tar archive; unpack it"},
    {0, "\x89PNG"sv, "is a picture (PNG); an ONNX model is accepted"},
    {0, "\xff\xd8\xff"sv, "is a picture (JPEG); an ONNX model is accepted"},
    {0, "GIF8"sv, "is a picture (GIF); an ONNX model is accepted"},
    {8, "WEBP"sv, "is a picture (WebP); an ONNX model is accepted"},
    {0, "BM"sv, "is a picture (BMP); an ONNX model is accepted"},
    {0, "%PDF"sv, "is a PDF document; an ONNX model is accepted"},
    {0, "\x7f\x45LF"sv, "is a compiled program (ELF); an ONNX model is accepted"},
    {0, "\xff\xfe"sv, "is text in UTF-16; an ONNX model is accepted"},
    {0, "\xfe\xff"sv, "is text in UTF-16; an ONNX model is accepted"},
};

/// True if `text` begins with `lower_case` (lower-case), letters of either case.
inline bool begins(std::string_view text, std::string_view lower_case) noexcept {
  const auto lowered = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return text.size() >= lower_case.size() &&
         std::equal(lower_case.begin(), lower_case.end(), text.begin(), [&](char a, char b) { return a == lowered(b); });
}

inline std::string what_zip(std::string_view bytes) {
  constexpr std::size_t most = 1 << 16;  // names stand at the beginning, and once more in the list at the end
  const std::string_view head = bytes.substr(0, most), tail = bytes.substr(bytes.size() - (std::min)(bytes.size(), most));
  const auto holds = [&](std::string_view name) { return head.find(name) != head.npos || tail.find(name) != tail.npos; };
  if (holds("data.pkl")) return "is a PyTorch checkpoint (a zip archive); export the model to ONNX";
  if (holds("model.weights.h5")) return "is a Keras model (a zip archive); export it to ONNX";
  if (holds(".onnx")) return "is a zip archive that holds an .onnx file; unpack it";
  return "is a zip archive; unpack it, or if it is a checkpoint (PyTorch and Keras write such), export the model to ONNX";
}

inline std::string what_text(std::string_view text) {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  text.remove_prefix((std::min)(text.find_first_not_of(" \t\r\n"), text.size()));
  const std::string_view head = text.substr(0, 1024);
  if (begins(head, "version https://git-lfs") || begins(head, "version https://hawser")) {
    const auto at = head.find("\nsize ");
    const auto size = at == head.npos ? std::string_view() : head.substr(at + 6);
    const auto digits = size.substr(0, size.find_first_not_of("0123456789"));
    return "is a git-LFS pointer, not the model" +
           (digits.empty() ? "" : " of " + std::string(digits.substr(0, 20)) + " bytes") +
           " that it stands for; 'git lfs pull' fetches that";
  }
  if (begins(head, "<?xml")) return "is XML, as servers answer with errors; download the model itself, as ONNX";
  if (begins(head, "<!doctype") || begins(head, "<html") || begins(head, "<!--") || begins(head, "<head") ||
      begins(head, "<script") || begins(head, "<body"))
    return "is a web page (sign-in or error, or the page about the model); download the file itself, by its raw address";
  if (begins(head, "{") || begins(head, "[")) return "is JSON; an ONNX model is accepted, in its binary form";
  const bool plain = std::none_of(head.begin(), head.end(), [](char c) {
    return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r' && c != '\n' && c != '\f') || c == '\x7f';
  });
  if (!plain || head.empty()) return {};
  return "is text that begins " + quoted(head.substr(0, (std::min<std::size_t>)(head.find_first_of("\r\n"), 40))) +
         "; download the model itself, as ONNX";
}

/// Says where a file ends within a field of an ONNX model that it should hold to the end.
inline std::string what_is_cut_off(std::string_view bytes) {
  const char *at = bytes.data(), *const end = at + bytes.size();
  const auto number = [&](std::uint64_t& n) {
    try {
      n = protozero::decode_varint(&at, end);
      return true;
    } catch (const protozero::exception&) {
      return false;
    }
  };
  constexpr unsigned messages = 1u << 7 | 1u << 8 | 1u << 14 | 1u << 20 | 1u << 25 | 1u << 26;
  constexpr unsigned texts = 1u << 2 | 1u << 3 | 1u << 4 | 1u << 6, varints = 1u << 1 | 1u << 5;
  const std::string here = "ends at byte " + std::to_string(bytes.size());
  while (at != end) {
    const auto start = std::to_string(at - bytes.data());
    std::uint64_t tag = 0, n = 0;
    if (!number(tag) || tag >> 3 > 26) return {};
    const unsigned field = 1u << (tag >> 3);
    const bool known = (tag & 7) == 2 ? (field & (messages | texts)) != 0 : (tag & 7) == 0 && (field & varints) != 0;
    if (!known) return {};
    if (!number(n)) return here + ", in the middle of a number; it is cut off: download or copy it again";
    if ((tag & 7) == 0) continue;
    if (n > static_cast<std::uint64_t>(end - at))
      return here + ", but its " + (tag >> 3 == 7 ? "graph" : "part") + " from byte " + start + " on reaches to byte " +
             std::to_string(static_cast<std::uint64_t>(at - bytes.data()) + n) +
             "; it is cut off: download or copy it again";
    at += n;
  }
  return {};
}

}  // namespace detail

/// What `bytes` are, as the beginning and a zip's list of names tell: the rest of a sentence that begins with the file's
/// name, and what to do. Empty if nothing is known.
inline std::string what_else_by_content(std::string_view bytes) {
  using namespace detail;
  if (bytes.empty()) return "is empty; download or copy it again";
  if (begins(bytes, "pk\x03\x04") || begins(bytes, "pk\x05\x06")) return what_zip(bytes);
  for (const signature& s : signatures)
    if (bytes.size() >= s.at && bytes.substr(s.at).starts_with(s.bytes)) return s.says;
  return what_text(bytes);
}

/// The same for `bytes` that cannot be read as an ONNX model: also protobuf of other tools, and files that are cut off.
inline std::string what_else(std::string_view bytes) {
  using namespace detail;
  if (auto known = what_else_by_content(bytes); !known.empty()) return known;
  if (std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; }))
    return "holds nothing but zeros, as an interrupted download leaves behind; download it again";
  // Protobuf of another message: field 1 is the number of the version in ONNX, but a message there.
  if (bytes.front() == '\x0a') {
    const std::string_view rest = bytes.substr(1, 16);
    const auto inside = std::find_if(rest.begin(), rest.end(), [](char c) { return static_cast<signed char>(c) >= 0; });
    const char first = rest.end() - inside > 1 ? inside[1] : '\0';
    if (first == '\x08') return "is a Paddle program (.pdmodel); paddle2onnx turns it into ONNX";
    if (first == '\x0a') return "is a TensorFlow graph (.pb); tf2onnx turns it into ONNX";
  }
  return what_is_cut_off(bytes);
}

}  // namespace octet::io::onnx

#endif
