#ifndef OCTET_TESTS_IO_MUTATE_HPP
#define OCTET_TESTS_IO_MUTATE_HPP

#include <sanitizer/asan_interface.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <random>
#include <span>
#include <string>
#include <vector>

/// Seeded damage to a file in memory. The file is changed in place and mended afterwards, because copying it would cost
/// more than reading it.
namespace mutate {

/// What a crash report names, so that the case can be found again.
inline std::string& current_case() {
  static std::string name;
  return name;
}

/// Where damage tells most: offsets of bytes that are no bulk data, and of bytes that end a length.
struct places {
  std::vector<std::size_t> structure, lengths;
};

class mutator {
 public:
  mutator(std::span<const std::byte> file, places where)
      : size_(file.size()), buffer_(file.size() + slack), where_(std::move(where)) {
    std::copy(file.begin(), file.end(), buffer_.begin());
  }

  /// Calls read(span) with the file damaged as `seed` says; what lies behind the span is poisoned meanwhile.
  template <class Read>
  void run(unsigned seed, Read read) {
    rng_.seed(seed);
    const std::size_t size = damage();
    ASAN_POISON_MEMORY_REGION(buffer_.data() + size, buffer_.size() - size);
    read(std::span<const std::byte>(buffer_.data(), size));
    ASAN_UNPOISON_MEMORY_REGION(buffer_.data() + size, buffer_.size() - size);
    if (inserted_)
      std::memmove(buffer_.data() + inserted_at_, buffer_.data() + inserted_at_ + inserted_, size_ - inserted_at_);
    inserted_ = 0;
    for (auto it = undo_.rbegin(); it != undo_.rend(); ++it) buffer_[it->first] = it->second;
    undo_.clear();
  }

 private:
  static constexpr std::size_t slack = 64;

  std::size_t pick(std::size_t n) { return n ? rng_() % n : 0; }
  std::size_t place() {
    if (where_.structure.empty() || pick(2)) return pick(size_);
    return where_.structure[pick(where_.structure.size())];
  }
  void set(std::size_t at, std::byte value) {
    undo_.emplace_back(at, buffer_[at]);
    buffer_[at] = value;
  }

  /// Gives the size of the damaged file.
  std::size_t damage() {
    constexpr unsigned char edges[] = {0x00, 0x01, 0x7f, 0x80, 0xff, 0xfe, 0x0a, 0x3a};
    switch (pick(6)) {
      case 0:
        for (std::size_t n = 1 + pick(4); n > 0; --n) {
          const std::size_t at = place();
          set(at, buffer_[at] ^ std::byte(1u << pick(8)));
        }
        return size_;
      case 1: {
        const std::size_t at = place(), n = std::min(1 + pick(4), size_ - at);
        for (std::size_t i = 0; i < n; ++i) set(at + i, std::byte(edges[pick(std::size(edges))]));
        return size_;
      }
      case 2:
        return place();
      case 3: {
        inserted_at_ = place(), inserted_ = 1 + pick(8);
        std::memmove(buffer_.data() + inserted_at_ + inserted_, buffer_.data() + inserted_at_, size_ - inserted_at_);
        for (std::size_t i = 0; i < inserted_; ++i) buffer_[inserted_at_ + i] = std::byte(rng_() & 255u);
        return size_ + inserted_;
      }
      case 4: {
        const std::size_t at = where_.lengths.empty() ? place() : where_.lengths[pick(where_.lengths.size())];
        const int change = static_cast<int>(pick(9)) - 4;
        set(at, pick(4) ? std::byte(static_cast<unsigned char>(static_cast<int>(buffer_[at]) + change))
                        : std::byte(rng_() & 255u));
        return size_;
      }
      default: {
        const std::size_t to = place(), from = place(), n = std::min(1 + pick(128), size_ - std::max(to, from));
        for (std::size_t i = 0; i < n; ++i) set(to + i, buffer_[from + i]);
        return size_;
      }
    }
  }

  std::size_t size_;
  std::vector<std::byte> buffer_;
  places where_;
  std::mt19937 rng_;
  std::vector<std::pair<std::size_t, std::byte>> undo_;
  std::size_t inserted_at_ = 0, inserted_ = 0;
};

/// Runs `count` mutations; gives the longest time that one took, in seconds.
template <class Read>
double run(const std::string& name, std::span<const std::byte> file, places where, unsigned count, Read read) {
  __asan_set_death_callback([] { std::fprintf(stderr, "while reading %s\n", current_case().c_str()); });
  mutator m(file, std::move(where));
  double longest = 0;
  for (unsigned seed = 0; seed < count; ++seed) {
    current_case() = name + " with mutation " + std::to_string(seed);
    const auto start = std::chrono::steady_clock::now();
    m.run(seed, read);
    longest = std::max(longest, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }
  return longest;
}

}  // namespace mutate

#endif
