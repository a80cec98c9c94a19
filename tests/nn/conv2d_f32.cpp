#include <octet/nn/conv2d_f32.hpp>

#include "fenced.hpp"

#include <algorithm>
#include <cmath>

using namespace octet;
using namespace octet::nn;

namespace {

double apply(const activation& a, double x) {
  switch (a.function) {
    case activation::kind::none:
      return x;
    case activation::kind::clip:
      return std::min<double>(std::max<double>(x, a.a), a.b);
    case activation::kind::hard_swish:
      return x * std::min(std::max(x + 3, 0.0), 6.0) / 6;
    case activation::kind::hard_sigmoid:
      return std::min(std::max(a.a * x + a.b, 0.0), 1.0);
    case activation::kind::sigmoid:
      return 1 / (1 + std::exp(-x));
  }
  return 0;
}

/// Compares with sums in double.
void compare(const conv2d_geometry& g, extent in_shape, bool padded_with_zero) {
  INFO("ic " << g.ic << ", oc " << g.oc << ", kernel " << g.kh << "x" << g.kw << ", stride " << g.stride << ", groups "
             << g.groups << ", map " << in_shape.h << "x" << in_shape.w);
  const fenced_map<float> in(in_shape, in_shape.c + uniform(0, 1) * uniform(0, 20));
  const extent e = g.output(in_shape);
  const fenced_map<float> out(e, e.c + uniform(0, 1) * uniform(0, 20));
  const fenced<float> weights(g.weight_count()), pad(static_cast<std::size_t>(g.ic)), bias(static_cast<std::size_t>(g.oc));
  for (auto* values : {&in.memory, &weights, &pad, &bias})
    for (auto& x : values->values()) x = static_cast<float>(uniform(-1000, 1000)) / 500;
  const activation functions[] = {activation::none(), activation::relu6(), activation::hard_swish(),
                                  activation::hard_sigmoid(0.2f, 0.5f), activation::sigmoid()};
  const activation act = functions[uniform(0, 4)];

  using kernel = conv2d<float>;
  aligned_bytes packed(kernel::packed_size(g)), scratch(kernel::scratch_size(g, in_shape));
  kernel::pack(g, weights.data(), packed.data());
  const int middle = uniform(0, e.h);
  for (auto [begin, end] : {std::pair(0, middle), std::pair(middle, e.h)})
    kernel::run(g, packed.data(), map_view<const float>(in.view()), padded_with_zero ? nullptr : pad.data(),
                bias_activation{bias.data(), act}, out.view(), begin, end, scratch.data());
  REQUIRE(out.untouched_outside(0, e.h));
  REQUIRE(scratch.untouched_after());

  const int gi = g.ic / g.groups, go = g.oc / g.groups;
  for (int y = 0; y < e.h; ++y)
    for (int x = 0; x < e.w; ++x)
      for (int oc = 0; oc < e.c; ++oc) {
        double sum = bias[static_cast<std::size_t>(oc)], size = 1;
        for (int ky = 0; ky < g.kh; ++ky)
          for (int kx = 0; kx < g.kw; ++kx)
            for (int i = 0; i < gi; ++i) {
              const int iy = y * g.stride - g.pad_top + ky, ix = x * g.stride - g.pad_left + kx, c = oc / go * gi + i;
              const bool inside = iy >= 0 && iy < in_shape.h && ix >= 0 && ix < in_shape.w;
              const double q = inside             ? in.view().pixel(iy, ix)[c]
                               : padded_with_zero ? 0.0f
                                                  : pad[static_cast<std::size_t>(c)];
              const double product = q * weights.data()[((oc * g.kh + ky) * g.kw + kx) * gi + i];
              sum += product, size += std::abs(product);
            }
        const double want = apply(act, sum), got = out.view().pixel(y, x)[oc];
        if (!(std::abs(got - want) <= 1e-6 * size * std::max(1.0, std::abs(sum)))) FAIL(got << " instead of " << want);
      }
}

conv2d_geometry square(int ic, int oc, int kernel, int stride, int groups = 1) {
  const int pad = kernel / 2;
  return {ic, oc, kernel, kernel, stride, pad, pad, pad, pad, groups};
}

}  // namespace

TEST_CASE("float convolutions are close to sums in double for every remainder") {
  for (int oc = 1; oc <= 33; ++oc)
    for (int kernel : {1, 3, 5})
      for (int stride : {1, 2}) {
        const int ic = uniform(1, 20);
        compare(square(ic, oc, kernel, stride), {uniform(1, 7), uniform(1, 7), ic}, uniform(0, 1));
        if (oc > 1) compare(square(oc, oc, kernel, stride, oc), {uniform(1, 9), uniform(1, 9), oc}, uniform(0, 1));
      }
  for (int pixels = 1; pixels <= 13; ++pixels) compare(square(17, 17, 1, 1), {1, pixels, 17}, true);
  compare(square(96, 24, 1, 1), {13, 17, 96}, true);
  compare(square(16, 16, 3, 1, 16), {4, 150, 16}, true);
  compare(square(6, 9, 3, 1, 3), {5, 5, 6}, true);
}
