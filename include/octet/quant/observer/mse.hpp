#ifndef OCTET_QUANT_OBSERVER_MSE_HPP
#define OCTET_QUANT_OBSERVER_MSE_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/quant/concepts.hpp>
#include <octet/quant/observer/expected_error.hpp>
#include <octet/quant/observer/histogram.hpp>
#include <octet/quant/scheme/affine.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <span>

namespace octet::quant {
inline namespace OCTET_ABI {

/// The range that makes the expected squared error of quantisation least: a narrow one cuts outliers, a wide one has
/// coarse steps. Searched for the scheme in use, on a histogram, first along a common limit for both ends (four to the
/// octave, down to 2^-12 of the largest magnitude), then both ends apart in steps down to 2^(1/32).
/// Cost of an answer: about 80 passes over the histogram.
template <int Bins = 1024>
class mse {
 public:
  void observe(std::span<const float> values) { seen_.observe(values); }
  void merge(const mse& other) { seen_.merge(other.seen_); }
  std::uint64_t rejected() const noexcept { return seen_.rejected(); }
  template <class Archive>
  void state(Archive& archive) {
    seen_.state(archive);
  }

  /// The best range for 8 bits, affine; `fake_quant` asks for its own scheme's.
  interval bounds() const { return bounds_for<affine<std::int8_t>>(); }

  template <scheme Scheme>
  interval bounds_for() const {
    const float widest = (std::max)(-seen_.lo(), seen_.hi());
    if (!(widest > 0.0f)) return {seen_.lo(), seen_.hi()};
    const expected_error error(seen_);
    // Limits as powers of two, so that a step means the same everywhere.
    struct candidate {
      double below, above;
    };
    const auto range_of = [&](candidate c) -> interval {
      return {(std::max)(seen_.lo(), static_cast<float>(-std::exp2(c.below))),
              (std::min)(seen_.hi(), static_cast<float>(std::exp2(c.above)))};
    };
    const auto loss = [&](candidate c) { return error(Scheme{}.fit(range_of(c)), Scheme::qmin, Scheme::qmax); };

    const double start = std::log2(static_cast<double>(widest)) + 1e-6;  // not below the largest magnitude
    candidate best{start, start};
    double least = loss(best);
    const auto improves = [&](candidate c) {
      const double l = loss(c);
      if (!(l < least)) return false;
      least = l, best = c;
      return true;
    };
    for (int k = 1; k <= 48; ++k) {
      const candidate c{start - 0.25 * k, start - 0.25 * k};
      const double l = loss(c);
      if (l < least) least = l, best = c;
      if (l > 4 * least) break;  // what is cut prevails from here on, and grows
    }
    best.below = (std::min)(best.below, end(-seen_.lo(), start)),
    best.above = (std::min)(best.above, end(seen_.hi(), start));
    for (double step = 0.5; step >= 0x1p-5; step *= 0.5)
      for (int round = 0; round < 8; ++round) {
        const candidate c = best;
        bool better = false;
        for (const auto [d, u] : moves) better |= improves({c.below + d * step, c.above + u * step});
        if (!better) break;
      }
    return range_of(best);
  }

 private:
  static constexpr std::array<std::array<int, 2>, 8> moves{
      {{-1, 0}, {1, 0}, {0, -1}, {0, 1}, {-1, -1}, {1, 1}, {-1, 1}, {1, -1}}};

  // Where one side's limit begins to have an effect; a side without values has none, and any limit will do.
  static double end(float extreme, double otherwise) noexcept {
    return extreme > 0.0f ? std::log2(static_cast<double>(extreme)) + 1e-6 : otherwise;
  }

  histogram<Bins> seen_;
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
