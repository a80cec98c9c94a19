// A rounding rule of one's own beside the three of Octet.
#include <octet/quant.hpp>

#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

/// Cuts the fraction off, as an integer conversion does.
struct toward_zero {
  double operator()(double x) const { return std::trunc(x); }
};
static_assert(octet::quant::rounding_rule<toward_zero>);

/// Mean of what the round trip adds to the values.
template <class Rounding>
double shift(const std::vector<float>& values) {
  using namespace octet::quant;
  fake_quant<min_max, symmetric<std::int8_t>, per_tensor, Rounding> watcher;
  watcher.observe(values);
  std::vector<float> rounded = values;
  watcher.apply(rounded);
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += double{rounded[i]} - double{values[i]};
  return sum / static_cast<double>(values.size());
}

int main(int argc, char**) {
  if (argc != 1) return std::fprintf(stderr, "usage: extend_rounding\n"), 2;
  std::vector<float> values;
  for (int i = 0; i <= 1000; ++i) values.push_back(0.007f * static_cast<float>(i));
  std::printf("mean shift: half_even %.4f, toward_zero %.4f\n", shift<octet::rounding::half_even>(values),
              shift<toward_zero>(values));
}
