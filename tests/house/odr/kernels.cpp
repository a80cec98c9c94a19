// Compiled once per instruction set, with NAME naming the namespace of each: two such objects are linked into one program.
#include <octet/core.hpp>
#include <octet/nn.hpp>

#include <array>

namespace NAME {
namespace {

constexpr int channels = 40, side = 9;
using map = std::array<std::int8_t, side * side * channels>;

std::uint32_t state = 1;
std::int8_t random_value() {
  state = state * 1664525u + 1013904223u;
  return static_cast<std::int8_t>(state >> 24);
}

std::uint32_t hash(std::uint32_t so_far, const map& values) {
  for (const std::int8_t v : values) so_far = (so_far ^ static_cast<std::uint8_t>(v)) * 16777619u;
  return so_far;
}

void convolve(const octet::nn::conv2d_geometry& g, const map& in, map& out) {
  using convolution = octet::nn::conv2d<std::int8_t>;
  static std::array<std::int8_t, 9 * channels * channels> weights;
  for (std::int8_t& w : weights) w = static_cast<std::int8_t>(random_value() | 1);
  std::array<std::int32_t, channels> bias{}, mantissa, shift;
  std::array<std::int8_t, channels> pad{}, zero{}, lo, hi;
  for (std::size_t c = 0; c < channels; ++c) {
    const octet::multiplier m = octet::make_multiplier(0.001 * static_cast<double>(c + 1));
    bias[c] = 1000 - 70 * static_cast<std::int32_t>(c);
    mantissa[c] = m.mantissa;
    shift[c] = m.shift;
    lo[c] = -128;
    hi[c] = 127;
  }
  alignas(64) static std::byte packed[1 << 16], scratch[1 << 18];
  const octet::extent shape{side, side, channels};
  if (convolution::packed_size(g) > sizeof packed || convolution::scratch_size(g, shape) > sizeof scratch) __builtin_trap();
  convolution::pack(g, weights.data(), packed);
  const octet::nn::requantize requantize{{mantissa.data(), shift.data()}, zero.data(), lo.data(), hi.data()};
  convolution::run(g, packed, octet::map_view<const std::int8_t>(in.data(), shape), pad.data(),
                   octet::nn::then(octet::nn::add_bias{bias.data()}, requantize),
                   octet::map_view<std::int8_t>(out.data(), shape), 0, side, scratch);
}

}  // namespace

std::uint32_t checksum() {
  static map a, b;
  state = 1;
  for (std::int8_t& v : a) v = random_value();
  convolve({channels, channels, 1, 1}, a, b);
  std::uint32_t result = hash(2166136261u, b);
  convolve({channels, channels, 3, 3, 1, 1, 1, 1, 1}, a, b);
  result = hash(result, b);
  convolve({channels, channels, 5, 5, 1, 2, 2, 2, 2, channels}, a, b);
  return hash(result, b);
}

}  // namespace NAME
