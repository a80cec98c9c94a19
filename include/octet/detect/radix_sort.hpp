#ifndef OCTET_DETECT_RADIX_SORT_HPP
#define OCTET_DETECT_RADIX_SORT_HPP

#include <octet/core/config.hpp>

#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>

namespace octet::detect {
inline namespace OCTET_ABI {

/// A key that ascends as the score descends: the zeros are equal, and no number at all comes first.
constexpr std::uint32_t descending(float score) noexcept {
  if (score != score) return 0;
  const auto bits = std::bit_cast<std::uint32_t>(score + 0.0f);  // -0 + 0 is 0
  return bits >> 31 ? bits : ~bits & 0x7fffffffu;
}

/// A key that ascends with the label.
constexpr std::uint32_t ascending(std::int32_t label) noexcept { return static_cast<std::uint32_t>(label) ^ 0x80000000u; }

/// Sorts indices stably by ascending key(index), a std::uint32_t. Precondition: 3 * indices.size() elements of room.
/// Cost: linear; a pass for each of the four bytes in which keys differ. 1 KiB of stack.
template <class Key>
constexpr void radix_sort(std::span<std::uint32_t> indices, std::span<std::uint32_t> room, const Key& key) noexcept {
  const std::size_t n = indices.size();
  OCTET_EXPECTS(room.size() >= 3 * n);
  if (n == 0) return;
  std::uint32_t *from = indices.data(), *keys = room.data(), *to = room.data() + n, *keys_to = room.data() + 2 * n;
  std::uint32_t varying = 0;
  for (std::size_t i = 0; i < n; ++i) {
    keys[i] = key(from[i]);
    varying |= keys[i] ^ keys[0];
  }
  for (int shift = 0; shift < 32; shift += 8) {
    if (!(varying >> shift & 255)) continue;
    std::uint32_t next[256] = {};
    for (std::size_t i = 0; i < n; ++i) ++next[keys[i] >> shift & 255];
    std::uint32_t before = 0;
    for (std::uint32_t& place : next) {
      const std::uint32_t count = place;
      place = before;
      before += count;
    }
    for (std::size_t i = 0; i < n; ++i) {
      const std::uint32_t place = next[keys[i] >> shift & 255]++;
      to[place] = from[i];
      keys_to[place] = keys[i];
    }
    std::uint32_t *const old = from, *const old_keys = keys;
    from = to, keys = keys_to;
    to = old, keys_to = old_keys;
  }
  if (from != indices.data())
    for (std::size_t i = 0; i < n; ++i) indices[i] = from[i];
}

}  // namespace OCTET_ABI
}  // namespace octet::detect

#endif
