#ifndef OCTET_QUANT_HPP
#define OCTET_QUANT_HPP

#include <octet/quant/absorb.hpp>
#include <octet/quant/concepts.hpp>
#include <octet/quant/fake_quant.hpp>
#include <octet/quant/granularity.hpp>
#include <octet/quant/group_values.hpp>
#include <octet/quant/observer/abs_max.hpp>
#include <octet/quant/observer/expected_error.hpp>
#include <octet/quant/observer/histogram.hpp>
#include <octet/quant/observer/min_max.hpp>
#include <octet/quant/observer/moving_average_abs_max.hpp>
#include <octet/quant/observer/mse.hpp>
#include <octet/quant/observer/percentile.hpp>
#include <octet/quant/observer/summary.hpp>
#include <octet/quant/quantize.hpp>
#include <octet/quant/recipe.hpp>
#include <octet/quant/scale.hpp>
#include <octet/quant/scheme/affine.hpp>
#include <octet/quant/scheme/integer_range.hpp>
#include <octet/quant/scheme/symmetric.hpp>

#endif
