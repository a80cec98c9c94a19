// Runs one convolution so many times: convolution SHAPE reference|kernel TIMES. Without arguments it lists the shapes.
#include <octet/nn.hpp>

#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

namespace nn = octet::nn;

struct shape {
  const char* name;
  nn::conv2d_geometry geometry;
  int side;
};

constexpr shape shapes[] = {
    {"stem_3x3s2_3-16", {3, 16, 3, 3, 2, 1, 1, 1, 1}, 32},
    {"pw_24-48", {24, 48}, 16},
    {"pw_96-96", {96, 96}, 16},
    {"dw3x3_48", {48, 48, 3, 3, 1, 1, 1, 1, 1, 48}, 16},
    {"dw3x3s2_96", {96, 96, 3, 3, 2, 1, 1, 1, 1, 96}, 16},
    {"dw5x5_96", {96, 96, 5, 5, 1, 2, 2, 2, 2, 96}, 16},
};

template <class Arch>
void run(const shape& s, int times) {
  using convolution = nn::conv2d<std::int8_t, Arch>;
  const nn::conv2d_geometry& g = s.geometry;
  const octet::extent from{s.side, s.side, g.ic}, to = g.output(from);
  const auto channels = static_cast<std::size_t>(g.oc);
  std::vector<std::int8_t> in(from.size()), out(to.size()), weights(g.weight_count());
  unsigned bits = 1;
  for (auto* values : {&in, &weights})
    for (auto& x : *values) x = static_cast<std::int8_t>((bits = bits * 1664525u + 1013904223u) >> 24);
  const std::vector<std::int8_t> pad(static_cast<std::size_t>(g.ic)), zero(channels), lo(channels, -128),
      hi(channels, 127);
  const octet::multiplier m = octet::make_multiplier(0.0003);
  const std::vector<std::int32_t> bias(channels), mantissa(channels, m.mantissa), shift(channels, m.shift);
  const auto aligned = [](std::size_t size) {
    return static_cast<std::byte*>(std::aligned_alloc(64, (size + 63) / 64 * 64));
  };
  std::byte* packed = aligned(convolution::packed_size(g) + 1);
  std::byte* scratch = aligned(convolution::scratch_size(g, from) + 1);
  convolution::pack(g, weights.data(), packed);
  const auto epilogue = nn::then(
      nn::add_bias{bias.data()}, nn::requantize{{mantissa.data(), shift.data()}, zero.data(), lo.data(), hi.data()});
  for (int i = 0; i < times; ++i)
    convolution::run(g, packed, octet::map_view<const std::int8_t>(in.data(), from), pad.data(), epilogue,
                     octet::map_view<std::int8_t>(out.data(), to), 0, to.h, scratch);
  std::free(packed), std::free(scratch);
}

}  // namespace

int main(int argc, char** argv) {
  for (const shape& s : shapes) {
    if (argc < 4) {
      const octet::extent out = s.geometry.output({s.side, s.side, s.geometry.ic});
      std::printf("%s %.0f\n", s.name, static_cast<double>(out.size()) * s.geometry.depth());
    } else if (std::string_view(argv[1]) == s.name) {
      if (std::string_view(argv[2]) == "reference")
        run<octet::arch::scalar>(s, std::atoi(argv[3]));
      else
        run<octet::arch::current>(s, std::atoi(argv[3]));
    }
  }
}
