#ifndef OCTET_DATA_PICTURE_CACHE_HPP
#define OCTET_DATA_PICTURE_CACHE_HPP

#include <octet/data/image_file.hpp>

#include <cstddef>
#include <filesystem>
#include <mutex>
#include <utility>
#include <vector>

namespace octet::data {

/// Decoded pictures, kept as long as they fit: those that are read first stay, since training reads all of them equally
/// often. Any number of threads may read.
class picture_cache {
 public:
  picture_cache(std::vector<std::filesystem::path> files, std::size_t bytes, decode_options how = {})
      : files_(std::move(files)), kept_(files_.size()), left_(bytes), how_(how) {}

  /// Picture i, from memory or from its file. Errors: as read_image.
  result<image> read(std::size_t i) {
    {
      const std::lock_guard lock(guard_);
      if (!kept_[i].pixels.empty()) return kept_[i];
    }
    result<image> fresh = read_image(files_[i], how_);
    if (!fresh) return fresh;
    const std::lock_guard lock(guard_);
    if (kept_[i].pixels.empty() && fresh->pixels.size() <= left_) {
      left_ -= fresh->pixels.size();
      kept_[i] = *fresh;
    }
    return fresh;
  }

 private:
  std::vector<std::filesystem::path> files_;
  std::vector<image> kept_;
  std::size_t left_;
  decode_options how_;
  std::mutex guard_;
};

}  // namespace octet::data

#endif
