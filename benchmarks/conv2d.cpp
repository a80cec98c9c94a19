// int8 convolutions of the shapes that PicoDet-S 416 is made of: the scalar norm beside what this build's processor has.
#include <octet/nn.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <vector>

namespace {

namespace nn = octet::nn;
using clock_type = std::chrono::steady_clock;

struct shape {
  const char* name;
  nn::conv2d_geometry geometry;
  int side;
};

constexpr shape shapes[] = {
    {"3x3 stride 2, 3 -> 24, first layer", {3, 24, 3, 3, 2, 1, 1, 1, 1}, 416},
    {"1x1, 96 -> 96, 52 x 52", {96, 96}, 52},
    {"1x1, 192 -> 192, 26 x 26", {192, 192}, 26},
    {"depthwise 3x3, 96, 52 x 52", {96, 96, 3, 3, 1, 1, 1, 1, 1, 96}, 52},
    {"depthwise 5x5, 96, 52 x 52", {96, 96, 5, 5, 1, 2, 2, 2, 2, 96}, 52},
    {"depthwise 5x5 stride 2, 96, 52 x 52", {96, 96, 5, 5, 2, 2, 2, 2, 2, 96}, 52},
};

std::byte* align64(std::vector<std::byte>& memory, std::size_t size) {
  memory.resize(size + 64);
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  return memory.data() + (64 - address % 64) % 64;
}

/// Products per nanosecond, the best of at least 20 runs and 100 ms.
template <class Arch>
double measure(const shape& s) {
  using convolution = nn::conv2d<std::int8_t, Arch>;
  const nn::conv2d_geometry& g = s.geometry;
  const octet::extent from{s.side, s.side, g.ic}, to = g.output(from);
  const auto channels = static_cast<std::size_t>(g.oc);
  std::vector<std::int8_t> in(from.size(), 3), out(to.size()), weights(g.weight_count(), 5);
  std::vector<std::int8_t> pad(static_cast<std::size_t>(g.ic)), zero(channels), lo(channels, -128), hi(channels, 127);
  const octet::multiplier m = octet::make_multiplier(0.003);
  std::vector<std::int32_t> bias(channels), mantissa(channels, m.mantissa), shift(channels, m.shift);
  std::vector<std::byte> packed_memory, scratch_memory;
  std::byte* packed = align64(packed_memory, convolution::packed_size(g));
  std::byte* scratch = align64(scratch_memory, convolution::scratch_size(g, from));
  convolution::pack(g, weights.data(), packed);
  const nn::requantize requantize{{mantissa.data(), shift.data()}, zero.data(), lo.data(), hi.data()};
  const auto epilogue = nn::then(nn::add_bias{bias.data()}, requantize);

  double best = 1e300;
  const auto end = clock_type::now() + std::chrono::milliseconds(100);
  for (int run = 0; run < 20 || clock_type::now() < end; ++run) {
    const auto start = clock_type::now();
    convolution::run(g, packed, octet::map_view<const std::int8_t>(in.data(), from), pad.data(), epilogue,
                     octet::map_view<std::int8_t>(out.data(), to), 0, to.h, scratch);
    best = std::min(best, std::chrono::duration<double, std::nano>(clock_type::now() - start).count());
  }
  return static_cast<double>(to.size()) * g.depth() / best;
}

}  // namespace

int main() {
  using octet::arch::current;
  using octet::arch::scalar;
  std::printf("%-40s%10s%12s   products per ns\n", "", scalar::name, current::name);
  for (const shape& s : shapes) std::printf("%-40s%10.2f%12.2f\n", s.name, measure<scalar>(s), measure<current>(s));
}
