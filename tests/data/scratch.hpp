#ifndef OCTET_TESTS_DATA_SCRATCH_HPP
#define OCTET_TESTS_DATA_SCRATCH_HPP

#include <octet/data/image.hpp>

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

/// An empty folder that goes away with its owner.
struct scratch {
  std::filesystem::path path;
  explicit scratch(const std::string& name)
      : path(std::filesystem::temp_directory_path() / ("octet_" + name + "_" + std::to_string(std::random_device{}()))) {
    std::filesystem::create_directories(path);
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
};

/// Soft gradients with some noise, so that JPEG has something to do.
inline octet::data::image sample_picture(int width, int height, unsigned seed = 1) {
  octet::data::image p(width, height);
  std::mt19937 random(seed);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      for (int c = 0; c < 3; ++c)
        p.pixel(y, x)[c] =
            static_cast<std::uint8_t>((x * (c + 2) + y * (3 - c)) / 4 % 200 + static_cast<int>(random() % 20));
  return p;
}

#endif
