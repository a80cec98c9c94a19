// Compiled for the oldest processor and linked with units for newer ones: names what was chosen and what it computes.
#include <octet/nn/dispatch/best_of.hpp>

#include <array>
#include <cstdio>

namespace {

using namespace octet;

constexpr int channels = 40, side = 9;
constexpr extent shape{side, side, channels};
using map = std::array<std::int8_t, side * side * channels>;

std::uint32_t checksum(const nn::operations& run, const nn::conv2d_geometry& g) {
  std::uint32_t state = 1;
  const auto random = [&] {
    state = state * 1664525u + 1013904223u;
    return static_cast<std::int8_t>(state >> 24);
  };
  static map in, out;
  static std::array<std::int8_t, 9 * channels * channels> weights;
  for (std::int8_t& v : in) v = random();
  for (std::int8_t& w : weights) w = random();
  static std::array<std::int32_t, channels> bias{}, mantissa, shift;
  static std::array<std::int8_t, channels> zero{}, lo, hi;
  for (std::size_t c = 0; c < channels; ++c) {
    const multiplier m = make_multiplier(0.001 * static_cast<double>(c + 1));
    mantissa[c] = m.mantissa, shift[c] = m.shift, lo[c] = -128, hi[c] = 127;
  }
  alignas(64) static std::byte packed[1 << 17], scratch[1 << 18];
  if (run.packed_size(g) > sizeof packed || run.scratch_size(g, shape) > sizeof scratch) __builtin_trap();
  const nn::conv2d_finish finish{.stage = nn::conv2d_finish::kind::requantize,
                                 .bias = bias.data(),
                                 .first = {mantissa.data(), shift.data()},
                                 .second = {},
                                 .fraction = 0,
                                 .zero_point = zero.data(),
                                 .lo = lo.data(),
                                 .hi = hi.data(),
                                 .table = nullptr,
                                 .table_size = 0};
  run.pack(g, weights.data(), {}, packed);
  run.conv2d(g, packed, {in.data(), shape}, zero.data(), finish, {out.data(), shape}, 0, side, scratch);
  std::uint32_t sum = 2166136261u;
  for (const std::int8_t v : out) sum = (sum ^ static_cast<std::uint8_t>(v)) * 16777619u;
  return sum;
}

}  // namespace

int main() {
  const nn::operations& chosen = nn::best_of<arch::avx512_vnni, arch::avx_vnni, arch::avx2, arch::sse4_1>::get();
  std::printf("%s %08x %08x\n", chosen.arch, checksum(chosen, {channels, channels, 3, 3, 1, 1, 1, 1, 1}),
              checksum(chosen, {channels, channels, 5, 5, 1, 2, 2, 2, 2, channels}));
}
