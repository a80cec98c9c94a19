#ifndef OCTET_DATA_FOLDER_HPP
#define OCTET_DATA_FOLDER_HPP

#include <octet/core/result.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace octet::data {

/// Whether a file's name ends in .jpg, .jpeg or .png, in letters of any size.
inline bool is_picture(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& c : extension)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return extension == ".jpg" || extension == ".jpeg" || extension == ".png";
}

/// The pictures of a folder, not of those below it, sorted by name. Errors: no such folder, or no picture in it.
inline result<std::vector<std::filesystem::path>> list_pictures(const std::filesystem::path& folder) {
  std::error_code problem;
  std::filesystem::directory_iterator files(folder, problem);
  if (problem) return error(errc::io, folder.string() + ": " + problem.message() + "; a folder with pictures is expected");
  std::vector<std::filesystem::path> pictures;
  for (const std::filesystem::directory_iterator end; files != end; files.increment(problem)) {
    std::error_code ignored;
    if (files->is_regular_file(ignored) && is_picture(files->path())) pictures.push_back(files->path());
    if (problem) break;
  }
  if (problem) return error(errc::io, folder.string() + ": " + problem.message());
  if (pictures.empty())
    return error(errc::missing, folder.string() + ": holds no picture; files named *.jpg, *.jpeg or *.png are accepted");
  std::sort(pictures.begin(), pictures.end());
  return pictures;
}

}  // namespace octet::data

#endif
