#ifndef OCTET_QUANT_RECIPE_HPP
#define OCTET_QUANT_RECIPE_HPP

#include <octet/core/config.hpp>
#include <octet/core/types.hpp>
#include <octet/core/view.hpp>
#include <octet/quant/absorb.hpp>
#include <octet/quant/concepts.hpp>
#include <octet/quant/fake_quant.hpp>
#include <octet/quant/granularity.hpp>
#include <octet/quant/observer/abs_max.hpp>
#include <octet/quant/observer/min_max.hpp>
#include <octet/quant/observer/moving_average_abs_max.hpp>
#include <octet/quant/observer/mse.hpp>
#include <octet/quant/scheme/affine.hpp>
#include <octet/quant/scheme/symmetric.hpp>

#include <concepts>
#include <cstdint>
#include <span>
#include <vector>

namespace octet::quant {
inline namespace OCTET_ABI {

/// All decisions of a quantisation. Derive from it and override one alias to change one decision.
///   activations  how maps are watched and represented
///   weights      how weights [OC,...] are
///   absorption   how far the scales of one map's channels may differ where activations have one per channel
struct recipe {
  using activations = fake_quant<mse<>, affine<std::int8_t>, per_channel<>>;
  using weights = fake_quant<abs_max, symmetric<std::int8_t, codes::narrow>, per_channel<0>>;
  using absorption = power_absorption<>;
};

/// The default under its name: best accuracy without training, for consumers that can absorb scales of channels.
struct absorbed : recipe {};

/// The same without zero points.
struct absorbed_symmetric : recipe {
  using activations = fake_quant<mse<>, symmetric<std::int8_t>, per_channel<>>;
};

/// What NPUs take, calibrated as Paddle's recipe for PicoDet does.
struct npu : recipe {
  using activations = fake_quant<moving_average_abs_max<>, symmetric<std::int8_t>>;
  using absorption = no_absorption;
};

/// The naive baseline: extremes of every map, one scale and zero point per map.
struct minmax : recipe {
  using activations = fake_quant<min_max, affine<std::int8_t>>;
  using absorption = no_absorption;
};

/// What a recipe's two quantisers must offer; `fake_quant` does.
template <class Q>
concept quantizer = std::constructible_from<Q, int> && observer<typename Q::observer_type> &&
                    scheme<typename Q::scheme_type> && granularity<typename Q::granularity_type> &&
                    rounding_rule<typename Q::rounding_type> &&
                    requires(Q self, const Q other, map_view<const float> map, std::span<const float> values) {
                      self.observe(map);
                      self.observe(values);
                      self.merge(other);
                      { other.parameters() } -> std::same_as<std::vector<qparams>>;
                    };

/// A struct with the three aliases of `recipe`.
template <class R>
concept recipe_type =
    quantizer<typename R::activations> && quantizer<typename R::weights> && absorption<typename R::absorption>;

/// What probabilities, which lie in [0,1] whatever the pictures, become in the recipe's scheme for activations: 1/255 with
/// zero point -128 where there are zero points, else 1/127.
template <recipe_type R>
constexpr qparams unit_parameters = R::activations::scheme_type::fit({0.0f, 1.0f});

}  // namespace OCTET_ABI
}  // namespace octet::quant

#endif
