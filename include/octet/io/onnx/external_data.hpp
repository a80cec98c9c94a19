#ifndef OCTET_IO_ONNX_EXTERNAL_DATA_HPP
#define OCTET_IO_ONNX_EXTERNAL_DATA_HPP

#include <octet/core/result.hpp>
#include <octet/io/onnx/constant.hpp>
#include <octet/io/onnx/not_a_model.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string>
#include <vector>

/// Elements of tensors that stand in other files than the model (model.onnx.data), as exporters of large models write.
namespace octet::io::onnx {

/// Calls visit(tensor) for each tensor of `f`: initializers and attributes.
template <class File, class F>
void each_tensor(File& f, F visit) {
  for (auto& t : f.initializers) visit(t);
  for (auto& n : f.nodes)
    for (auto& a : n.attributes)
      if (a.has(5)) visit(a.t);
}

/// The first tensor whose elements stand in another file, or nullptr.
inline const tensor* find_external(const file& f) {
  const tensor* found = nullptr;
  each_tensor(f, [&](const tensor& t) { found = found || !t.external ? found : &t; });
  return found;
}

namespace detail {

/// Bytes of an element; 0 if several share a byte or their size varies.
constexpr std::size_t width_of(element type) noexcept {
  constexpr unsigned char widths[] = {0, 4, 1, 1, 2, 2, 4, 8, 0, 1, 2, 8, 4, 8, 8, 16, 2, 1, 1, 1, 1};
  const auto number = static_cast<std::size_t>(type);
  return number < std::size(widths) ? widths[number] : 0;
}

/// Finds the files that tensors name and reads of each what is needed.
class external_reader {
 public:
  external_reader(const std::filesystem::path& model, std::size_t most) : model_(model), left_(most) {}

  result<std::vector<std::string>> run(file& f) {
    std::vector<part> parts;
    std::optional<error> failure;
    each_tensor(f, [&](tensor& t) {
      if (!t.external || failure) return;
      auto p = find(t);
      if (p)
        parts.push_back({&t, *p});
      else
        failure = p.failure();
    });
    if (failure) return *failure;
    std::vector<std::string> contents;
    for (const neighbour& n : neighbours_) {
      std::string& bytes = contents.emplace_back(n.end, '\0');
      std::ifstream in(n.path, std::ios::binary);
      if (n.end > 0 && !in.read(bytes.data(), static_cast<std::streamsize>(n.end)))
        return error(errc::io, n.path.string() + ": cannot be read");
      f.bytes += n.end;
    }
    for (const part& p : parts) p.of->elements = std::string_view(contents[p.at.file]).substr(p.at.offset, p.at.length);
    return contents;
  }

 private:
  struct neighbour {
    std::string_view location;
    std::filesystem::path path;
    std::size_t size, end;  // of the file; of what tensors need of it
  };
  struct place {
    std::size_t file, offset, length;
  };
  struct part {
    tensor* of;
    place at;
  };

  result<place> find(const tensor& t) {
    const auto file = open(t);
    if (!file) return file.failure();
    neighbour& n = neighbours_[*file];
    const auto offset = number(t, "offset", t.offset), length = number(t, "length", t.length);
    if (!offset) return offset.failure();
    if (!length) return length.failure();
    const std::size_t width = width_of(t.type), count = width ? element_count(t, n.size / width) : 0;
    const std::size_t needed = width ? count * width : *length;
    if (width && count <= n.size / width && !t.length.empty() && *length != needed)
      return of_tensor(t, errc::invalid,
                       "'length' is " + std::to_string(*length) + " bytes; " + to_string(t.shape()) + " of " +
                           to_string(t.type) + " are " + std::to_string(needed));
    if (*offset > n.size || needed > n.size - *offset) return too_short(t, n, *offset);
    const std::size_t end = (std::max)(n.end, *offset + needed);
    if (end - n.end > left_)
      return error(errc::limit, "more than 2 GiB of weights in other files, which is the most that is read");
    left_ -= end - n.end;
    n.end = end;
    return place{*file, *offset, needed};
  }

  result<std::size_t> number(const tensor& t, const char* key, std::string_view text) const {
    std::size_t n = 0;
    if (text.empty()) return n;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), n);
    if (read.ec == std::errc() && read.ptr == text.data() + text.size()) return n;
    return of_tensor(
        t, errc::invalid,
        "'" + std::string(key) + "' in " + quoted(t.location) + " is " + quoted(text) + "; a number of bytes is accepted");
  }

  /// The place in neighbours_ of the file that `t` names. It must lie in the model's folder, links followed; a model that
  /// is a link itself may have its neighbours beside the file that it leads to.
  result<std::size_t> open(const tensor& t) {
    namespace fs = std::filesystem;
    const auto known =
        std::find_if(neighbours_.begin(), neighbours_.end(), [&](const neighbour& n) { return n.location == t.location; });
    if (known != neighbours_.end()) return static_cast<std::size_t>(known - neighbours_.begin());
    const fs::path name{std::string(t.location)};
    const bool up = std::any_of(name.begin(), name.end(), [](const fs::path& step) { return step == ".."; });
    if (name.empty() || name.has_root_path() || up || t.location.find('\0') != t.location.npos)
      return of_tensor(t, errc::invalid,
                       "its elements are said to be in the file " + quoted(t.location) +
                           "; a file in the model's folder or below is accepted");
    const fs::path path = model_.parent_path() / name;
    std::error_code problem;
    if (!fs::exists(path, problem))
      return of_tensor(t, errc::missing,
                       "its elements are in the file " + path.string() +
                           ", which is not there; put it beside the model, or export the model as one "
                           "file (in PyTorch: external_data=False)");
    const auto inside = [&](const fs::path& folder, const fs::path& file) {
      const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), file.begin(), file.end());
      return end == folder.end() && rest != file.end();
    };
    const fs::path target = fs::weakly_canonical(path, problem);
    if (problem) return error(errc::io, path.string() + ": " + problem.message());
    const fs::path folder = fs::weakly_canonical(model_.has_parent_path() ? model_.parent_path() : ".", problem);
    const fs::path home = fs::weakly_canonical(model_, problem).parent_path();
    if (!inside(folder, target) && !inside(home, target))
      return of_tensor(t, errc::invalid,
                       "its elements are in the file " + path.string() + ", a link to " + target.string() +
                           "; a file in the model's folder or below is accepted");
    if (!fs::is_regular_file(target, problem))
      return of_tensor(t, errc::invalid, path.string() + " is no regular file; its elements are expected there");
    const auto size = fs::file_size(target, problem);
    if (problem) return error(errc::io, path.string() + ": " + problem.message());
    if (const std::string other = what_text(head_of(path, size)); other.starts_with("is a git-LFS pointer"))
      return of_tensor(t, errc::invalid, "its elements are in the file " + path.string() + ", which " + other);
    neighbours_.push_back({t.location, path, static_cast<std::size_t>(size), 0});
    return neighbours_.size() - 1;
  }

  static std::string head_of(const std::filesystem::path& path, std::uintmax_t size) {
    std::string head(static_cast<std::size_t>((std::min<std::uintmax_t>)(size, 1024)), '\0');
    std::ifstream in(path, std::ios::binary);
    return in.read(head.data(), static_cast<std::streamsize>(head.size())) ? head : std::string();
  }

  static error too_short(const tensor& t, const neighbour& n, std::size_t offset) {
    if (const std::string other = what_else_by_content(head_of(n.path, n.size)); !other.empty())
      return of_tensor(t, errc::invalid, "its elements are in the file " + n.path.string() + ", which " + other);
    const std::string end = "the file " + n.path.string() + " ends at byte " + std::to_string(n.size);
    if (offset > n.size) return of_tensor(t, errc::invalid, "'offset' is " + std::to_string(offset) + ", but " + end);
    return of_tensor(t, errc::invalid,
                     to_string(t.shape()) + " of " + to_string(t.type) + " from byte " + std::to_string(offset) +
                         " on are needed, but " + end + "; it is cut off or belongs to another model");
  }

  const std::filesystem::path& model_;
  std::size_t left_;
  std::vector<neighbour> neighbours_;
};

}  // namespace detail

/// Reads the elements of external tensors from files in the folder of `model`, the path that `f` was read from, and lets
/// `f` view them; the contents that come back must outlive it. f.bytes grows by what was read. Errors name the tensor and
/// the file. Cost: of each file the bytes up to the last that is needed, 2 GiB in all.
inline result<std::vector<std::string>> read_external_data(file& f, const std::filesystem::path& model,
                                                           const limits& most = {}) {
  return detail::external_reader(model, most.file_bytes).run(f);
}

}  // namespace octet::io::onnx

#endif
