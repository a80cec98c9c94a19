#ifndef OCTET_QUANT_OBSERVER_EXPECTED_ERROR_HPP
#define OCTET_QUANT_OBSERVER_EXPECTED_ERROR_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/observer/histogram.hpp>

#include <cmath>
#include <cstdint>
#include <vector>

namespace octet::quant {
inline namespace OCTET_ABI {

/// The squared error that quantisation is to be expected to make on what a histogram has counted, if the values lie
/// evenly inside their bins. Exact for the grid and its saturation, not the usual scale^2 / 12, because a channel of small
/// values may fall between two steps altogether.
class expected_error {
 public:
  template <int Bins>
  explicit expected_error(const histogram<Bins>& h) {
    h.for_each_bin([&](float a, float b, std::uint64_t count) {
      const auto n = static_cast<double>(count);
      bins_.push_back({static_cast<double>(a), static_cast<double>(b),
                       b > a ? n / (static_cast<double>(b) - static_cast<double>(a)) : n});
    });
  }

  /// Sum over all values of (x - dequantize(quantize(x)))^2 for integers in [qmin, qmax].
  double operator()(qparams p, std::int32_t qmin, std::int32_t qmax) const noexcept {
    const grid g(p, qmin, qmax);
    double sum = 0, at = 0, integral = 0;  // integral of the squared error from 0 to `at`
    for (const bin& b : bins_) {
      if (b.hi > b.lo) {
        const double from = b.lo == at ? integral : g.integral(b.lo);
        at = b.hi, integral = g.integral(b.hi);
        sum += b.density * (integral - from);
      } else {
        sum += b.density * g.at(b.lo);
      }
    }
    return sum;
  }

 private:
  struct bin {
    double lo, hi, density;  // values per unit; their number where the bin has no width
  };

  struct grid {
    double step, inverse, lo, hi;

    grid(qparams p, std::int32_t qmin, std::int32_t qmax) noexcept
        : step(static_cast<double>(p.scale)),
          inverse(1 / step),
          lo(step * (qmin - p.zero_point)),
          hi(step * (qmax - p.zero_point)) {}

    double at(double x) const noexcept {
      const double y = x > hi ? hi : x < lo ? lo : step * std::floor(x * inverse + 0.5);
      return (x - y) * (x - y);
    }
    // A whole step contributes step^3 / 12, what is left of one r^3 / 3, and so does what lies outside the grid.
    double integral(double x) const noexcept {
      const double inside = x > hi ? hi : x < lo ? lo : x, beyond = x - inside;
      const double steps = std::floor(inside * inverse + 0.5), r = inside - steps * step;
      return steps * step * step * step / 12 + (r * r * r + beyond * beyond * beyond) / 3;
    }
  };

  std::vector<bin> bins_;
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
