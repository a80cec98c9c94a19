// Uses what firmware uses, so that the object holds the code and its undefined symbols can be looked at.
#include <octet/core.hpp>

extern "C" std::int32_t requantise(std::int32_t x, std::int32_t mantissa, std::int32_t shift) {
  return octet::rescale(x, {mantissa, shift});
}
