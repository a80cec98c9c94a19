#ifndef OCTET_QUANT_CONCEPTS_HPP
#define OCTET_QUANT_CONCEPTS_HPP

#include <octet/core/types.hpp>

#include <concepts>
#include <cstdint>
#include <span>

namespace octet::quant {

/// Watches real numbers and tells which range of them is worth representing. Default-constructed it has seen nothing and
/// its bounds are the empty interval {0, 0}.
///   observe(values)  takes one batch: all values of one map (or of one channel of it) for one picture
///   bounds()         the range so far, lo <= hi
///   merge(other)     as if this observer had also seen what `other` has seen, after its own
/// Optional members are used where they exist: `bounds_for<Scheme>()`, for observers whose answer depends on the grid of
/// representable numbers; `rejected()`, the number of values that were no finite numbers; and `state(archive)`, with which
/// processes send each other what they have seen: one call archive(...) with all data members.
template <class O>
concept observer = std::semiregular<O> && requires(O self, const O other, std::span<const float> values) {
  self.observe(values);
  { other.bounds() } -> std::same_as<interval>;
  self.merge(other);
};

/// Turns a range of real numbers into scale and zero point of integers in [qmin, qmax].
///   storage        the integer type that is stored
///   qmin, qmax     the smallest and the largest integer in use
///   fit(range)     scale > 0, qmin <= zero_point <= qmax, whatever the range (also an empty or a tiny one)
template <class S>
concept scheme = std::semiregular<S> && requires(const S self, interval range) {
  typename S::storage;
  { S::qmin } -> std::convertible_to<std::int32_t>;
  { S::qmax } -> std::convertible_to<std::int32_t>;
  { self.fit(range) } -> std::same_as<qparams>;
};

/// Says which channels share one scale.
///   axis             where the channels stand: 0 outermost (weights [OC,KH,KW,IC]), -1 innermost (maps [H,W,C])
///   width(channels)  how many neighbouring channels share one scale, 1 to `channels`
template <class G>
concept granularity = requires(int channels) {
  { G::axis } -> std::convertible_to<int>;
  { G::width(channels) } -> std::same_as<int>;
};

/// Widens the scale that a channel needs, so that the scales of one map do not differ more than its consumers' weights,
/// which absorb them, can bear.
///   scale(own, largest)  the channel's scale: at least `own` (what it needs), at most `largest` (of all its map's channels)
template <class A>
concept absorption = std::semiregular<A> && requires(const A self, float own, float largest) {
  { self.scale(own, largest) } -> std::same_as<float>;
};

/// Rounds a real number to an integer: octet::rounding has three.
template <class R>
concept rounding_rule = std::semiregular<R> && requires(const R self, double x) {
  { self(x) } -> std::same_as<double>;
};

}  // namespace octet::quant

#endif
