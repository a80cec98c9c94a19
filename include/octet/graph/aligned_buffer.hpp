#ifndef OCTET_GRAPH_ALIGNED_BUFFER_HPP
#define OCTET_GRAPH_ALIGNED_BUFFER_HPP

#include <cstddef>
#include <memory>
#include <new>

namespace octet::graph {

/// Zeroed memory that starts on a cache line.
class aligned_buffer {
 public:
  static constexpr std::size_t alignment = 64;

  aligned_buffer() = default;
  explicit aligned_buffer(std::size_t bytes)
      : data_(bytes ? new (std::align_val_t{alignment}) std::byte[bytes]() : nullptr), size_(bytes) {}

  std::byte* data() const noexcept { return data_.get(); }
  std::size_t size() const noexcept { return size_; }

 private:
  struct deleter {
    void operator()(std::byte* p) const noexcept { ::operator delete[](p, std::align_val_t{alignment}); }
  };
  std::unique_ptr<std::byte[], deleter> data_;
  std::size_t size_ = 0;
};

constexpr std::size_t round_up(std::size_t bytes, std::size_t multiple) noexcept {
  return (bytes + multiple - 1) / multiple * multiple;
}

}  // namespace octet::graph

#endif
