#include <octet/nn/add.hpp>
#include <octet/nn/copy.hpp>
#include <octet/nn/multiply.hpp>
#include <octet/nn/pool.hpp>
#include <octet/nn/resize.hpp>
#include <octet/nn/shuffle.hpp>

#include "fenced.hpp"
#include "stages.hpp"

using namespace octet;
using namespace octet::nn;

namespace {

using map = fenced_map<std::int8_t>;

extent any_shape() { return {uniform(1, 5), uniform(1, 6), uniform(1, 140)}; }
std::ptrdiff_t any_stride(extent e) { return e.c + uniform(0, 1) * uniform(0, 50); }

struct random_map : map {
  explicit random_map(extent e) : map(e, any_stride(e)) {
    for (auto& x : memory.values())
      x = static_cast<std::int8_t>(uniform(0, 9) ? uniform(-128, 127) : uniform(0, 1) ? 127 : -128);
  }
};

struct random_zeros : fenced<std::int8_t> {
  explicit random_zeros(int c) : fenced(static_cast<std::size_t>(c)) {
    for (auto& x : values()) x = static_cast<std::int8_t>(uniform(-128, 127));
  }
};

/// Checks out[y,x,c] == expected(y, x, c) everywhere, and that nothing else was written.
template <class M, class F>
void check(const M& out, F expected) {
  for (int y = 0; y < out.shape.h; ++y)
    for (int x = 0; x < out.shape.w; ++x)
      for (int c = 0; c < out.shape.c; ++c) {
        const auto got = out.view().pixel(y, x)[c];
        if (got != expected(y, x, c))
          FAIL("at " << y << ", " << x << ", " << c << ": " << +got << " instead of " << +expected(y, x, c));
      }
  REQUIRE(out.untouched_outside(0, out.shape.h));
}

std::int64_t scaled(std::int64_t x, multiplier m) {
  const std::int64_t y = x * m.mantissa + (std::int64_t{1} << (m.shift - 1));
  return y >= 0 ? y >> m.shift : -((-y + (std::int64_t{1} << m.shift) - 1) >> m.shift);
}
std::int8_t saturated(std::int64_t x) { return static_cast<std::int8_t>(x < -128 ? -128 : x > 127 ? 127 : x); }

}  // namespace

TEST_CASE("add is its formula, factors at their bounds included") {
  for (int round = 0; round < 100; ++round) {
    const extent e = any_shape();
    const random_map a(e), b(e);
    const fenced<std::int32_t> fa(static_cast<std::size_t>(e.c)), fb(static_cast<std::size_t>(e.c)),
        shift(static_cast<std::size_t>(e.c));
    const random_zeros za(e.c), zb(e.c), zo(e.c);
    for (std::size_t c = 0; c < fa.values().size(); ++c) {
      shift[c] = uniform(1, 30);
      for (auto* f : {&fa, &fb}) (*f)[c] = uniform(0, 3) ? uniform(-(1 << 21) + 1, (1 << 21) - 1) : (1 << 21) - 1;
    }
    map out(e, any_stride(e));
    add(a.view(), b.view(), {fa.data(), fb.data(), shift.data(), za.data(), zb.data(), zo.data()}, out.view());
    check(out, [&](int y, int x, int c) {
      const auto i = static_cast<std::size_t>(c);
      const std::int64_t sum =
          std::int64_t{a.view().pixel(y, x)[c] - za[i]} * fa[i] + std::int64_t{b.view().pixel(y, x)[c] - zb[i]} * fb[i];
      const std::int64_t n = sum + (std::int64_t{1} << (shift[i] - 1)), d = std::int64_t{1} << shift[i];
      return saturated((n >= 0 ? n / d : -((-n + d - 1) / d)) + zo[i]);
    });
  }
}

TEST_CASE("add may write over an input") {
  const random_map a({2, 3, 70}), b({2, 3, 70});
  const std::vector<std::int32_t> f(70, 1 << 20), shift(70, 21);
  const std::vector<std::int8_t> zero(70, 3);
  const add_factors factors{f.data(), f.data(), shift.data(), zero.data(), zero.data(), zero.data()};
  map out({2, 3, 70}, 70);
  add(a.view(), b.view(), factors, out.view());
  add(a.view(), b.view(), factors, a.view());
  for (int x = 0; x < 6; ++x)
    for (int c = 0; c < 70; ++c) REQUIRE(int{a.view().pixel(x / 3, x % 3)[c]} == int{out.view().pixel(x / 3, x % 3)[c]});
}

TEST_CASE("multiply, average pool and rescale are their formulas") {
  for (int round = 0; round < 100; ++round) {
    const extent e = any_shape(), one{1, 1, e.c};
    const random_map x(e), gate(one);
    const stage_constants s(e.c, round % 2 ? 100000 : 3000);
    const random_zeros z1(e.c), z2(e.c);
    const auto zero = [](const fenced<std::int8_t>& z, int c) { return z[static_cast<std::size_t>(c)]; };

    map product(e, any_stride(e));
    multiply(x.view(), gate.view(), {s.scale(), z1.data(), z2.data(), s.zero.data()}, product.view());
    check(product, [&](int y, int col, int c) {
      const int p = (x.view().pixel(y, col)[c] - zero(z1, c)) * (gate.view().data[c] - zero(z2, c));
      return saturated(scaled(p, s.scale()[c]) + zero(s.zero, c));
    });

    map mean(one, any_stride(one));
    global_average_pool(x.view(), {s.scale(), z1.data(), s.zero.data()}, mean.view());
    check(mean, [&](int, int, int c) {
      int sum = 0;
      for (int i = 0; i < e.h * e.w; ++i) sum += x.view().pixel(i / e.w, i % e.w)[c] - zero(z1, c);
      return saturated(scaled(sum, s.scale()[c]) + zero(s.zero, c));
    });

    map other(e, any_stride(e));
    rescale_copy(x.view(), {s.scale(), z1.data(), s.zero.data()}, other.view());
    check(other, [&](int y, int col, int c) {
      return saturated(scaled((x.view().pixel(y, col)[c] - zero(z1, c)) * 4096, s.scale()[c]) + zero(s.zero, c));
    });
  }
}

TEST_CASE("max pool takes the largest value inside the map") {
  for (int round = 0; round < 60; ++round) {
    pool_geometry g{uniform(1, 5), uniform(1, 3), 0};
    g.pad = uniform(0, g.kernel / 2);
    const random_map in({uniform(5, 9), uniform(5, 9), uniform(1, 40)});
    const extent e = g.output(in.shape);
    map out(e, any_stride(e));
    max_pool(in.view(), g, out.view());
    check(out, [&](int y, int x, int c) {
      int best = -1000;
      for (int iy = y * g.stride - g.pad; iy < y * g.stride - g.pad + g.kernel; ++iy)
        for (int ix = x * g.stride - g.pad; ix < x * g.stride - g.pad + g.kernel; ++ix)
          if (iy >= 0 && iy < in.shape.h && ix >= 0 && ix < in.shape.w)
            best = std::max<int>(best, in.view().pixel(iy, ix)[c]);
      return best;
    });
  }
}

TEST_CASE("resize, shuffle and copy put every value in its place") {
  for (int round = 0; round < 40; ++round) {
    const int groups = uniform(1, 4), factor = uniform(1, 3), size = uniform(1, 40);
    const extent e{uniform(1, 4), uniform(1, 5), groups * size}, large{e.h * factor, e.w * factor, e.c};
    const random_map in(e);
    map resized(large, any_stride(large)), shuffled(e, any_stride(e)), copied(e, any_stride(e));
    resize_nearest(in.view(), factor, resized.view());
    check(resized, [&](int y, int x, int c) { return in.view().pixel(y / factor, x / factor)[c]; });
    shuffle(in.view(), groups, shuffled.view());
    check(shuffled, [&](int y, int x, int c) { return in.view().pixel(y, x)[c % groups * size + c / groups]; });
    copy(in.view(), copied.view());
    check(copied, [&](int y, int x, int c) { return in.view().pixel(y, x)[c]; });
  }
}
