#ifndef OCTET_NN_ADD_HPP
#define OCTET_NN_ADD_HPP

#include <octet/core/fixed_point.hpp>
#include <octet/core/view.hpp>

#include <cstdint>

namespace octet::nn {

/// Both inputs' scales over the output's, times 2^shift. Per channel; |factor| < 2^21, 1 <= shift <= 30.
struct add_factors {
  const std::int32_t *a, *b, *shift;
  const std::int8_t *a_zero, *b_zero, *out_zero;
};

inline namespace OCTET_ABI {

/// clamp(floor(((a - a_zero) * Fa + (b - b_zero) * Fb + 2^(shift-1)) / 2^shift) + out_zero, -128, 127), all of it in int32,
/// equation (12). Three maps of one shape; `out` may be one of the inputs.
inline void add(map_view<const std::int8_t> a, map_view<const std::int8_t> b, const add_factors& f,
                map_view<std::int8_t> out) noexcept {
  OCTET_EXPECTS(a.shape() == b.shape() && a.shape() == out.shape());
  // Short runs, so that the compiler needs no other alias check than this buffer's.
  constexpr int run = 64;
  std::int8_t sums[run];
  for (std::size_t i = 0; i < out.shape().pixels(); ++i) {
    const auto p = static_cast<std::ptrdiff_t>(i);
    for (int first = 0; first < out.c; first += run) {
      const int n = out.c - first < run ? out.c - first : run;
      const std::int8_t *qa = a.data + p * a.stride + first, *qb = b.data + p * b.stride + first;
      for (int k = 0; k < n; ++k) {
        const int c = first + k;
        const std::int32_t x = (qa[k] - f.a_zero[c]) * f.a[c] + (qb[k] - f.b_zero[c]) * f.b[c];
        const std::int32_t y = (x + (std::int32_t{1} << (f.shift[c] - 1))) >> f.shift[c];
        sums[k] = static_cast<std::int8_t>(clamp<std::int32_t>(y + f.out_zero[c], -128, 127));
      }
      std::int8_t* q = out.data + p * out.stride + first;
      for (int k = 0; k < n; ++k) q[k] = sums[k];
    }
  }
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
