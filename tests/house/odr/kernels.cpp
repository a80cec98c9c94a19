// Compiled once per instruction set, with NAME naming the namespace of each: two such objects are linked into one program.
#include <octet/core.hpp>

namespace NAME {

std::uint32_t checksum() {
  std::uint32_t hash = 2166136261u;
  const octet::multiplier m = octet::make_multiplier(0.37);
  for (std::int32_t x = -3000; x < 3000; ++x) hash = (hash ^ static_cast<std::uint32_t>(octet::rescale(x * 7919, m))) * 16777619u;
  return hash;
}

}  // namespace NAME
