#include <cstdint>
#include <cstdio>
#include <cstring>

namespace baseline {
std::uint32_t checksum();
}
namespace wide {
std::uint32_t checksum();
}

// `program baseline` runs nothing that needs more than the oldest processor; `program both` compares.
int main(int, char** arguments) {
  const std::uint32_t expected = baseline::checksum();
  std::printf("%08x\n", expected);
  return std::strcmp(arguments[1], "both") == 0 && wide::checksum() != expected;
}
