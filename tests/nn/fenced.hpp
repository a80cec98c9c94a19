#ifndef TESTS_NN_FENCED_HPP
#define TESTS_NN_FENCED_HPP

#include <octet/core/view.hpp>

#include <doctest/doctest.h>

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <random>
#include <span>
#include <vector>

/// Memory that ends at a page which may be neither read nor written, so that one byte too far ends the test. Bytes before
/// it and between the pixels of a map hold a pattern that must survive.
template <class T>
class fenced {
 public:
  explicit fenced(std::size_t count) : count_(count) {
    const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
    bytes_ = ((count * sizeof(T) + page - 1) / page + 2) * page;
    start_ = static_cast<std::byte*>(mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
    REQUIRE(start_ != MAP_FAILED);
    std::memset(start_, pattern, bytes_);
    REQUIRE(mprotect(start_ + bytes_ - page, page, PROT_NONE) == 0);
    end_ = start_ + bytes_ - page;
  }
  fenced(const fenced&) = delete;
  fenced& operator=(const fenced&) = delete;
  ~fenced() { munmap(start_, bytes_); }

  T* data() const { return reinterpret_cast<T*>(end_) - count_; }
  T& operator[](std::size_t i) const { return data()[i]; }
  std::span<T> values() const { return {data(), count_}; }
  bool untouched_before() const {
    for (const std::byte* p = start_; p < reinterpret_cast<const std::byte*>(data()); ++p)
      if (*p != static_cast<std::byte>(pattern)) return false;
    return true;
  }

  static constexpr int pattern = 0x5A;

 private:
  std::size_t count_, bytes_;
  std::byte *start_, *end_;
};

/// A map whose pixels lie `stride` values apart and whose last value ends at the fence.
template <class T>
struct fenced_map {
  octet::extent shape;
  std::ptrdiff_t stride;
  fenced<T> memory;

  fenced_map(octet::extent e, std::ptrdiff_t pixel_stride)
      : shape(e),
        stride(pixel_stride),
        memory((e.pixels() - 1) * static_cast<std::size_t>(pixel_stride) + static_cast<std::size_t>(e.c)) {}

  octet::map_view<T> view() const { return {memory.data(), shape, stride}; }

  /// True if nothing but rows [begin, end) of the map's own channels differs from the pattern.
  bool untouched_outside(int begin, int end) const {
    std::vector<std::byte> expected(memory.values().size_bytes(), static_cast<std::byte>(memory.pattern));
    const auto* bytes = reinterpret_cast<const std::byte*>(memory.data());
    for (int y = begin; y < end; ++y)
      for (int x = 0; x < shape.w; ++x) {
        const auto at = static_cast<std::size_t>(view().pixel(y, x) - memory.data()) * sizeof(T);
        std::memcpy(expected.data() + at, bytes + at, static_cast<std::size_t>(shape.c) * sizeof(T));
      }
    return memory.untouched_before() && std::memcmp(expected.data(), bytes, expected.size()) == 0;
  }
};

/// Scratch and packed weights: aligned to 64 bytes, as the kernels ask for.
class aligned_bytes {
 public:
  explicit aligned_bytes(std::size_t size) : storage_(size + 128, std::byte{0x5A}), size_(size) {}
  std::byte* data() {
    const auto address = reinterpret_cast<std::uintptr_t>(storage_.data());
    return storage_.data() + (64 - address % 64) % 64;
  }
  bool untouched_after() {
    for (const std::byte* p = data() + size_; p < storage_.data() + storage_.size(); ++p)
      if (*p != std::byte{0x5A}) return false;
    return true;
  }

 private:
  std::vector<std::byte> storage_;
  std::size_t size_;
};

inline std::mt19937& random_bits() {
  static std::mt19937 generator(20);
  return generator;
}
inline int uniform(int lo, int hi) { return lo + static_cast<int>(random_bits()() % static_cast<unsigned>(hi - lo + 1)); }

#endif
