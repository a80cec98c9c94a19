#ifndef OCTET_COCO_MAPPED_FILE_HPP
#define OCTET_COCO_MAPPED_FILE_HPP

#include <octet/core/result.hpp>

#include <string>
#include <string_view>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace octet::coco {

/// The bytes of a file: mapped where it is a regular one, read into memory where it is not (a pipe).
class mapped_file {
 public:
  static result<mapped_file> open(const std::string& path) {
    const auto bad = [&] { return error(errc::io, path + ": cannot be opened; a JSON file is expected"); };
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return bad();
    struct stat about {};
    mapped_file m;
    if (::fstat(file, &about) != 0 || S_ISDIR(about.st_mode)) return ::close(file), bad();
    if (S_ISREG(about.st_mode) && about.st_size > 0) {
      m.size_ = static_cast<std::size_t>(about.st_size);
      void* const at = ::mmap(nullptr, m.size_, PROT_READ, MAP_PRIVATE, file, 0);
      if (at != MAP_FAILED) m.map_ = static_cast<char*>(at), ::madvise(at, m.size_, MADV_SEQUENTIAL);
    }
    char block[1 << 16];
    ssize_t n = 0;
    while (!m.map_ && (n = ::read(file, block, sizeof block)) > 0) m.bytes_.append(block, static_cast<std::size_t>(n));
    ::close(file);
    if (n < 0) return error(errc::io, path + ": cannot be read");
    return m;
  }

  mapped_file(mapped_file&& other) noexcept
      : map_(std::exchange(other.map_, nullptr)), size_(other.size_), bytes_(std::move(other.bytes_)) {}
  mapped_file& operator=(mapped_file&&) = delete;
  ~mapped_file() {
    if (map_) ::munmap(map_, size_);
  }

  std::string_view text() const { return map_ ? std::string_view(map_, size_) : std::string_view(bytes_); }

  /// Gives the memory of bytes [first, last) back; they come from the file again if they are read again.
  void release(std::size_t first, std::size_t last) const {
    const auto page = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
    first = (first + page - 1) / page * page, last = last / page * page;
    if (map_ && first < last) ::madvise(map_ + first, last - first, MADV_DONTNEED);
  }

 private:
  mapped_file() = default;

  char* map_ = nullptr;
  std::size_t size_ = 0;
  std::string bytes_;
};

}  // namespace octet::coco

#endif
