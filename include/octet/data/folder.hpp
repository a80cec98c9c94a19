#ifndef OCTET_DATA_FOLDER_HPP
#define OCTET_DATA_FOLDER_HPP

#include <octet/core/result.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace octet::data {

struct list_options {
  bool recursive = false;  ///< the folders below too
  /// Told in one sentence, once, what looks like a picture but is left out, with counts and the first name.
  std::function<void(const std::string&)> warn = [](const std::string&) {};
};

namespace detail {

/// The part of a name from its last dot on, in small letters.
inline std::string small_extension(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return extension;
}

/// Endings of pictures that are not read.
inline bool is_other_picture(const std::string& extension) {
  static constexpr std::string_view endings[]{".webp", ".avif", ".heic", ".heif", ".tif", ".tiff", ".svg", ".jp2",
                                              ".jxl",  ".psd",  ".ico",  ".ppm",  ".pgm", ".pnm",  ".tga", ".jfif",
                                              ".jpe",  ".dng",  ".cr2",  ".cr3",  ".nef", ".arw",  ".raw", ".exr"};
  return std::find(std::begin(endings), std::end(endings), extension) != std::end(endings);
}

/// What a listing leaves out, by reason.
struct left_out {
  std::map<std::string, std::pair<std::size_t, std::filesystem::path>> reasons{};

  void add(const std::string& why, const std::filesystem::path& path) {
    auto& [count, first] = reasons[why];
    if (!count++ || path < first) first = path;
  }
  std::string sentence() const {
    std::string text;
    for (const auto& [why, what] : reasons)
      text += (text.empty() ? "" : ", ") + std::to_string(what.first) + ' ' + why + " (first '" +
              what.second.filename().string() + "')";
    return text;
  }
};

}  // namespace detail

/// Whether a file's name ends in .jpg, .jpeg, .png, .bmp or .gif, in letters of any size.
inline bool is_picture(const std::filesystem::path& path) {
  const std::string e = detail::small_extension(path);
  return e == ".jpg" || e == ".jpeg" || e == ".png" || e == ".bmp" || e == ".gif";
}

/// The pictures of a folder, each once, sorted by path byte by byte. Names that begin with a dot are passed over. Links are
/// followed; a link to a file or folder that is listed anyway adds nothing, so that loops end. What the files hold is not
/// looked at. Errors: no such folder, one below that cannot be read, or no picture.
inline result<std::vector<std::filesystem::path>> list_pictures(const std::filesystem::path& folder,
                                                                const list_options& options = {}) {
  namespace fs = std::filesystem;
  detail::left_out others;
  std::map<fs::path, fs::path> files, links;  // where it is in truth -> as it was found
  std::set<fs::path> seen;
  // Linked folders wait until all others are done, so that a picture keeps its own name where it has one.
  std::deque<fs::path> open{folder};
  while (!open.empty()) {
    const fs::path here = std::move(open.front());
    open.pop_front();
    std::error_code problem;
    const fs::path place = fs::canonical(here, problem);
    if (!problem && !seen.insert(place).second) continue;
    for (fs::directory_iterator entry(here, problem), end; !problem && entry != end; entry.increment(problem)) {
      const fs::path& path = entry->path();
      if (path.filename().native().front() == '.') continue;
      std::error_code ignored;
      const bool link = entry->is_symlink(ignored);
      const fs::file_type kind = entry->status(ignored).type();
      if (kind == fs::file_type::directory) {
        if (!options.recursive) others.add("folders below", path);
        else if (link) open.push_back(path);
        else open.push_front(path);
      } else if (!is_picture(path)) {
        if (const std::string e = detail::small_extension(path); detail::is_other_picture(e)) others.add(e + " files", path);
      } else if (kind == fs::file_type::regular) {
        fs::path truth = link ? fs::canonical(path, ignored) : place / path.filename();
        auto& [_, found] = *(link ? links : files).emplace(std::move(truth), path).first;
        if (path < found) found = path;
      } else {
        others.add(link ? "links that lead nowhere" : "pipes or devices", path);
      }
    }
    if (problem) return error(errc::io, here.string() + ": " + problem.message() + "; a folder with pictures is expected");
  }
  files.merge(links);
  std::vector<fs::path> pictures;
  for (auto& [truth, path] : files) pictures.push_back(std::move(path));
  std::sort(pictures.begin(), pictures.end(), [](const fs::path& a, const fs::path& b) { return a.native() < b.native(); });
  const std::string rest = others.sentence();
  if (pictures.empty())
    return error(errc::missing, folder.string() + ": holds no picture" + (rest.empty() ? "" : " but " + rest) +
                                    "; files named *.jpg, *.jpeg, *.png, *.bmp or *.gif are accepted");
  if (!rest.empty()) options.warn(folder.string() + ": left out are " + rest);
  return pictures;
}

}  // namespace octet::data

#endif
