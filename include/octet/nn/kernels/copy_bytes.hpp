#ifndef OCTET_NN_KERNELS_COPY_BYTES_HPP
#define OCTET_NN_KERNELS_COPY_BYTES_HPP

#include <octet/core/config.hpp>

#include <cstdint>

namespace octet::nn::kernels {
inline namespace OCTET_ABI {

/// `count` bytes, 16 at a time; the rest overlaps what is already copied where there are 8 or more.
OCTET_ALWAYS_INLINE void copy_bytes(const std::int8_t* from, int count, std::int8_t* to) noexcept {
  int i = 0;
  for (; i + 16 <= count; i += 16) __builtin_memcpy(to + i, from + i, 16);
  if (i + 8 <= count) __builtin_memcpy(to + i, from + i, 8), i += 8;
  if (i == count) return;
  if (count >= 8)
    __builtin_memcpy(to + count - 8, from + count - 8, 8);
  else
    for (; i < count; ++i) to[i] = from[i];
}

}  // namespace OCTET_ABI
}  // namespace octet::nn::kernels

#endif
