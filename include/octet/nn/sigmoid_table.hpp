#ifndef OCTET_NN_SIGMOID_TABLE_HPP
#define OCTET_NN_SIGMOID_TABLE_HPP

#include <octet/core/elementary.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace octet::nn {
inline namespace OCTET_ABI {

/// Entries of a sigmoid table per unit of its argument.
inline constexpr int sigmoid_table_steps = 256;

/// Entry i is round(255 * sigmoid((i - Size/2) / steps)) - 128: a probability with scale 1/255 and zero point -128.
/// Size is even, Size / steps <= 1400.
template <std::size_t Size>
constexpr std::array<std::int8_t, Size> make_sigmoid_table(int steps) noexcept {
  constexpr auto entry = [](double probability) {
    return static_cast<std::int8_t>(static_cast<int>(255.0 * probability + 0.5) - 128);
  };
  std::array<std::int8_t, Size> table{};
  const double factor = octet::exponential(1.0 / steps);
  // From the middle outwards: there lies the only tie, and it stays exact.
  double power = 1.0;
  for (std::size_t k = 0; k < Size / 2; ++k, power *= factor) {
    table[Size / 2 - k] = entry(1.0 / (1.0 + power));
    table[Size / 2 + k] = entry(power / (1.0 + power));
  }
  table[0] = entry(1.0 / (1.0 + power));
  return table;
}

/// For `lookup`: arguments in [-8, 8), beyond which 255 * sigmoid rounds to 0 or 255 anyway.
inline constexpr std::array<std::int8_t, 4096> sigmoid_table = make_sigmoid_table<4096>(sigmoid_table_steps);

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
