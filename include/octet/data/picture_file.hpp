#ifndef OCTET_DATA_PICTURE_FILE_HPP
#define OCTET_DATA_PICTURE_FILE_HPP

#include <octet/core/result.hpp>

#include <algorithm>
#include <filesystem>
#include <string>
#include <system_error>

/// From the file_name of an annotation file to a file.
namespace octet::data {

/// The file of that name below `folder`. Names from Windows have backslashes, which are read as slashes unless a file has
/// the name as it stands.
inline std::filesystem::path picture_path(const std::filesystem::path& folder, const std::string& file_name) {
  std::filesystem::path path = folder / file_name;
  std::error_code ignored;
  if (file_name.find('\\') == file_name.npos || std::filesystem::exists(path, ignored)) return path;
  std::string slashed = file_name;
  std::ranges::replace(slashed, '\\', '/');
  return folder / slashed;
}

/// picture_path of a file that is there. Errors: there is none, or the name is empty or an address.
inline result<std::filesystem::path> find_picture(const std::filesystem::path& folder, const std::string& file_name) {
  std::filesystem::path path = picture_path(folder, file_name);
  std::error_code ignored;
  if (!file_name.empty() && std::filesystem::exists(path, ignored)) return path;
  const bool drive = file_name.size() > 2 && file_name[1] == ':' && (file_name[2] == '\\' || file_name[2] == '/');
  const char* what = file_name.empty()                              ? "is missing or empty"
                     : file_name.find("://") != file_name.npos      ? "is an address"
                     : drive || file_name.find_first_of("/\\") == 0 ? "is an absolute path, and there is no such file"
                                                                    : "is not there";
  return error(errc::missing, folder.string() + ": file_name '" + file_name + "' of the annotations " + what +
                                  "; a file's name relative to this folder is expected");
}

}  // namespace octet::data

#endif
