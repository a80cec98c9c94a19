#ifndef OCTET_NN_CHUNKS_HPP
#define OCTET_NN_CHUNKS_HPP

#include <octet/core/config.hpp>

#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

/// N values that an operator works on at once, in vector registers where the processor has them. Loops that are left to the
/// compiler become slower with some wider registers and some optimisation levels.
template <class T, int N>
using lanes_of [[gnu::vector_size(sizeof(T) * N)]] = T;

/// Calls body(first, width) for neighbouring ranges that make up [0, count). `width` is a constant of the type, 16 as often
/// as possible, so that loops of that length become vector instructions also where the optimisation level is low. For that
/// they have to write into a local array, which the compiler knows to be apart from what they read.
template <class Body>
OCTET_ALWAYS_INLINE void in_chunks(int count, Body&& body) noexcept {
  int first = 0;
  for (; first + 16 <= count; first += 16) body(first, std::integral_constant<int, 16>{});
  if (first + 8 <= count) body(first, std::integral_constant<int, 8>{}), first += 8;
  for (; first < count; ++first) body(first, std::integral_constant<int, 1>{});
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
