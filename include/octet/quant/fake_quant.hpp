#ifndef OCTET_QUANT_FAKE_QUANT_HPP
#define OCTET_QUANT_FAKE_QUANT_HPP

#include <octet/core/config.hpp>
#include <octet/core/rounding.hpp>
#include <octet/core/types.hpp>
#include <octet/core/view.hpp>
#include <octet/quant/absorb.hpp>
#include <octet/quant/concepts.hpp>
#include <octet/quant/granularity.hpp>
#include <octet/quant/group_values.hpp>
#include <octet/quant/quantize.hpp>

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace octet::quant {
inline namespace OCTET_ABI {

/// The range of what `o` has seen that suits the scheme: o.bounds_for<Scheme>() where it exists, else o.bounds().
template <scheme Scheme, observer Observer>
interval bounds_of(const Observer& o) {
  if constexpr (requires { o.template bounds_for<Scheme>(); }) return o.template bounds_for<Scheme>();
  else return o.bounds();
}

/// Four decisions in one type: who watches, how a range becomes integers, which channels share a scale, and how to round.
/// It watches one tensor of `channels` channels with one observer per scale, tells the parameters, and makes the round trip
/// to integers and back in real numbers.
template <observer Observer, scheme Scheme, granularity Granularity = per_tensor,
          rounding_rule Rounding = rounding::half_even>
class fake_quant {
 public:
  using observer_type = Observer;
  using scheme_type = Scheme;
  using granularity_type = Granularity;
  using rounding_type = Rounding;

  explicit fake_quant(int channels = 1) : channels_(channels) {
    OCTET_EXPECTS(channels >= 1);
    const int w = Granularity::width(channels);
    observers_.resize(static_cast<std::size_t>((channels + w - 1) / w));
  }

  int channels() const noexcept { return channels_; }
  int groups() const noexcept { return static_cast<int>(observers_.size()); }
  /// Which of the scales belongs to channel c.
  int group_of(int c) const noexcept { return c / Granularity::width(channels_); }

  /// One batch: a map of this many channels. Every observer gets all its values in one call.
  void observe(map_view<const float> map) {
    OCTET_EXPECTS(map.c == channels_);
    group_values(map, Granularity::width(channels_), [&](int g, std::span<const float> values) { at(g).observe(values); });
  }

  /// One batch without gaps; the channels stand where Granularity::axis says.
  void observe(std::span<const float> values) {
    const std::size_t each = values.size() / static_cast<std::size_t>(channels_);
    OCTET_EXPECTS(each * static_cast<std::size_t>(channels_) == values.size());
    if constexpr (Granularity::axis == 0) {
      const std::size_t block = each * static_cast<std::size_t>(Granularity::width(channels_));
      for (int g = 0; g < groups(); ++g) {
        const std::size_t first = static_cast<std::size_t>(g) * block;
        at(g).observe(values.subspan(first, (std::min)(block, values.size() - first)));
      }
    } else {
      observe(map_view<const float>(values.data(), {1, static_cast<int>(each), channels_}));
    }
  }

  /// As if this one had watched the other's batches too, after its own.
  void merge(const fake_quant& other) {
    OCTET_EXPECTS(other.channels_ == channels_);
    for (int g = 0; g < groups(); ++g) at(g).merge(other.observers_[static_cast<std::size_t>(g)]);
  }

  /// For another process: writes or reads what the observers have seen. Precondition: as many channels there.
  template <class Archive>
  void state(Archive& archive) {
    static_assert(requires(Observer& o) { o.state(archive); },
                  "octet: to be sent to other processes an observer needs `template <class A> void state(A& archive)` with "
                  "one call archive(...) of all its data members");
    for (Observer& o : observers_) o.state(archive);
  }

  /// One range per scale. Can be costly (a search per observer): ask once.
  std::vector<interval> bounds() const {
    std::vector<interval> r;
    for (const Observer& o : observers_) r.push_back(bounds_of<Scheme>(o));
    return r;
  }

  /// Scale and zero point for every channel, [channels]; those that share a scale repeat it.
  template <absorption Absorption = full_absorption>
  std::vector<qparams> parameters(Absorption absorption = {}) const {
    const std::vector<qparams> shared = absorb<Scheme>(bounds(), absorption);
    std::vector<qparams> r;
    for (int c = 0; c < channels_; ++c) r.push_back(shared[static_cast<std::size_t>(group_of(c))]);
    return r;
  }

  /// Values that were no finite numbers, where the observer counts them.
  std::uint64_t rejected() const noexcept {
    std::uint64_t n = 0;
    if constexpr (requires(const Observer& o) { n += o.rejected(); })
      for (const Observer& o : observers_) n += o.rejected();
    return n;
  }

  /// Replaces every value of the map by what its integer stands for. p: [channels], as parameters() gives.
  static void apply(map_view<float> map, std::span<const qparams> p) {
    OCTET_EXPECTS(p.size() == static_cast<std::size_t>(map.c));
    for (int y = 0; y < map.h; ++y)
      for (int x = 0; x < map.w; ++x)
        for (int c = 0; c < map.c; ++c) round_trip(map.pixel(y, x)[c], p[static_cast<std::size_t>(c)]);
  }

  /// The same for values without gaps, with the parameters of this moment; the channels stand where Granularity::axis says.
  void apply(std::span<float> values) const {
    const std::vector<qparams> p = parameters();
    const std::size_t n = p.size(), each = values.size() / n;
    OCTET_EXPECTS(each * n == values.size());
    for (std::size_t i = 0; i < values.size(); ++i) round_trip(values[i], p[Granularity::axis == 0 ? i / each : i % n]);
  }

 private:
  static void round_trip(float& x, qparams p) { x = dequantize(quantize<Scheme>(x, p, Rounding{}), p); }
  Observer& at(int g) { return observers_[static_cast<std::size_t>(g)]; }

  int channels_;
  std::vector<Observer> observers_;
};

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
