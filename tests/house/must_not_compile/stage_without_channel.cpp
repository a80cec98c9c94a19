// says: stage(x, channel)
#include <octet/nn.hpp>

struct halve {
#ifdef MISTAKE
  constexpr std::int32_t operator()(std::int32_t x) const { return x / 2; }
#else
  constexpr std::int32_t operator()(std::int32_t x, int) const { return x / 2; }
#endif
};

int run() { return octet::nn::then(halve{}, halve{})(8, 0); }
