// A granularity of one's own: neighbouring channels share a scale, four at a time.
#include <octet/quant.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <vector>

struct per_four {
  static constexpr int axis = -1;
  static constexpr int width(int channels) { return std::min(4, channels); }
};
static_assert(octet::quant::granularity<per_four>);

/// Watches one map and prints how many scales there are and the root mean square of the error.
template <class Granularity>
void print(const char* name, octet::map_view<const float> map) {
  octet::quant::fake_quant<octet::quant::abs_max, octet::quant::symmetric<std::int8_t>, Granularity> watcher(map.c);
  watcher.observe(map);
  std::vector<float> rounded(map.data, map.data + map.shape().size());
  watcher.apply(rounded);
  double sum = 0;
  for (std::size_t i = 0; i < rounded.size(); ++i) sum += std::pow(double{rounded[i]} - double{map.data[i]}, 2);
  std::printf("%-12s %2d scales, error %.5f\n", name, watcher.groups(),
              std::sqrt(sum / static_cast<double>(rounded.size())));
}

int main(int argc, char**) {
  if (argc != 1) return std::fprintf(stderr, "usage: extend_granularity\n"), 2;
  constexpr octet::extent shape{8, 8, 10};
  std::vector<float> values;
  for (int pixel = 0; pixel < 64; ++pixel)
    for (int c = 0; c < shape.c; ++c)
      values.push_back(std::sin(static_cast<float>(pixel + c)) * std::exp2(static_cast<float>(c)));
  const octet::map_view<const float> map(values.data(), shape);
  print<octet::quant::per_tensor>("per_tensor", map);
  print<per_four>("per_four", map);
  print<octet::quant::per_channel<>>("per_channel", map);
}
