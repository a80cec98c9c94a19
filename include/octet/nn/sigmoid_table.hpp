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

/// Entry i is round(levels * sigmoid((i - Size/2) / steps)) + zero, saturated to int8: a probability with scale 1/levels and
/// zero point `zero`. Ties go up. Size is even, Size / steps <= 1400, 0 < levels <= 2^30.
template <std::size_t Size>
constexpr std::array<std::int8_t, Size> make_sigmoid_table(int steps, double levels, int zero) noexcept {
  const auto entry = [levels, zero](double probability) {
    const int code = static_cast<int>(levels * probability + 0.5) + zero;
    return static_cast<std::int8_t>(code > 127 ? 127 : code);
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

/// For `lookup`: arguments in [-8, 8), beyond which 255 * sigmoid rounds to 0 or 255 anyway; scale 1/255, zero point -128.
inline constexpr std::array<std::int8_t, 4096> sigmoid_table = make_sigmoid_table<4096>(sigmoid_table_steps, 255, -128);

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
