#ifndef OCTET_TRAIN_OUTER_PRODUCTS_HPP
#define OCTET_TRAIN_OUTER_PRODUCTS_HPP

#include <octet/core/simd.hpp>

#include <cstddef>

namespace octet::train {
inline namespace OCTET_ABI {

/// Sums of outer products, 6 rows x 2 registers at a time: with 16 registers, 12 sums, 2 values of b and one of a fit.
struct outer_products {
  using batch = simd::batch<float>;
  static constexpr int width = static_cast<int>(batch::size);
  static constexpr int mr = 6, nr = 2 * width;

  /// sums[r][k] += sum over p < count of a[p * a_pitch + r] * b[p * b_pitch + k], for r < rows <= mr and k < nr.
  static void add(const float* a, std::ptrdiff_t a_pitch, int rows, const float* b, std::ptrdiff_t b_pitch, int count,
                  float* sums, std::ptrdiff_t pitch) noexcept {
    switch (rows) {
      case 1:
        return tile<1>(a, a_pitch, b, b_pitch, count, sums, pitch);
      case 2:
        return tile<2>(a, a_pitch, b, b_pitch, count, sums, pitch);
      case 3:
        return tile<3>(a, a_pitch, b, b_pitch, count, sums, pitch);
      case 4:
        return tile<4>(a, a_pitch, b, b_pitch, count, sums, pitch);
      case 5:
        return tile<5>(a, a_pitch, b, b_pitch, count, sums, pitch);
      default:
        return tile<6>(a, a_pitch, b, b_pitch, count, sums, pitch);
    }
  }

 private:
  template <int Rows>
  static void tile(const float* a, std::ptrdiff_t a_pitch, const float* b, std::ptrdiff_t b_pitch, int count, float* sums,
                   std::ptrdiff_t pitch) noexcept {
    batch acc[std::size_t{Rows}][2];
    OCTET_UNROLL
    for (auto& row : acc) row[0] = row[1] = batch(0.0f);
    for (int p = 0; p < count; ++p, a += a_pitch, b += b_pitch) {
      const batch lo = simd::load(b), hi = simd::load(b + width);
      OCTET_UNROLL
      for (int r = 0; r < Rows; ++r) {
        const batch x(a[r]);
        acc[r][0] = simd::multiply_add(x, lo, acc[r][0]);
        acc[r][1] = simd::multiply_add(x, hi, acc[r][1]);
      }
    }
    OCTET_UNROLL
    for (int r = 0; r < Rows; ++r) {
      simd::store(sums + r * pitch, simd::load(sums + r * pitch) + acc[r][0]);
      simd::store(sums + r * pitch + width, simd::load(sums + r * pitch + width) + acc[r][1]);
    }
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
