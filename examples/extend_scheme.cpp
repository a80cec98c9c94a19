// A scheme of one's own: scales are powers of two, so that a shift does for a multiplication.
#include <octet/quant.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

/// The least power of two with which the range fits int8; no zero point.
struct power_of_two {
  using storage = std::int8_t;
  static constexpr std::int32_t qmin = -128, qmax = 127;

  octet::qparams fit(octet::interval range) const {
    const octet::qparams exact = octet::quant::symmetric<std::int8_t>::fit(range);
    return {std::exp2(std::ceil(std::log2(exact.scale))), 0};
  }
};
static_assert(octet::quant::scheme<power_of_two>);

int main(int argc, char**) {
  if (argc != 1) return std::fprintf(stderr, "usage: extend_scheme\n"), 2;
  std::vector<float> values;
  for (int i = -500; i <= 700; ++i) values.push_back(0.01f * static_cast<float>(i));
  octet::quant::fake_quant<octet::quant::abs_max, power_of_two> mine;
  mine.observe(values);
  const octet::qparams p = mine.parameters().front();
  std::vector<float> rounded = values;
  mine.apply(rounded);
  float worst = 0;
  for (std::size_t i = 0; i < values.size(); ++i) worst = std::fmax(worst, std::fabs(rounded[i] - values[i]));
  std::printf("scale 2^%g, largest error %.4f, half a step is %.4f\n", std::log2(p.scale), worst, p.scale / 2);
}
