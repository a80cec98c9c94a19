#ifndef OCTET_IO_READ_FILE_HPP
#define OCTET_IO_READ_FILE_HPP

#include <octet/core/result.hpp>

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace octet::io {

/// The bytes of a file of at most 2 GiB.
inline result<std::vector<std::byte>> read_file(const std::filesystem::path& path) {
  std::error_code code;
  const auto size = std::filesystem::file_size(path, code);
  if (code) return error(errc::io, path.string() + ": " + code.message());
  if (size > std::uintmax_t{1} << 31) return error(errc::limit, path.string() + ": larger than 2 GiB");
  std::ifstream in(path, std::ios::binary);
  std::vector<std::byte> bytes(static_cast<std::size_t>(size));
  if (!in.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())))
    return error(errc::io, path.string() + ": cannot be read");
  return bytes;
}

}  // namespace octet::io

#endif
