#ifndef OCTET_IO_WRITE_FILE_HPP
#define OCTET_IO_WRITE_FILE_HPP

#include <octet/core/result.hpp>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace octet::io {

/// Writes a file beside its place and renames it, so that a reader finds the old file or the whole new one, never a part.
/// Errors: the folder cannot be written to, or the disk is full; nothing stays behind then.
inline result<void> write_file(const std::filesystem::path& path, std::string_view bytes) {
  std::filesystem::path aside = path;
  aside += ".partial";
  std::error_code ignored, problem;
  {
    std::ofstream to(aside, std::ios::binary | std::ios::trunc);
    to.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    to.close();
    if (!to) {
      std::filesystem::remove(aside, ignored);
      return error(errc::io, path.string() + ": cannot be written (is its folder there, writable and not full?)");
    }
  }
  std::filesystem::rename(aside, path, problem);
  if (!problem) return {};
  std::filesystem::remove(aside, ignored);
  return error(errc::io, path.string() + ": cannot be replaced (" + problem.message() + ")");
}

}  // namespace octet::io

#endif
