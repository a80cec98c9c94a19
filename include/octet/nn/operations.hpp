#ifndef OCTET_NN_OPERATIONS_HPP
#define OCTET_NN_OPERATIONS_HPP

#include <octet/core/arch.hpp>
#include <octet/core/view.hpp>
#include <octet/nn/add.hpp>
#include <octet/nn/conv2d.hpp>
#include <octet/nn/copy.hpp>
#include <octet/nn/epilogue.hpp>
#include <octet/nn/geometry.hpp>
#include <octet/nn/limits.hpp>
#include <octet/nn/multiply.hpp>
#include <octet/nn/pool.hpp>
#include <octet/nn/shuffle.hpp>

#include <cstddef>
#include <cstdint>

namespace octet::nn {

/// What follows a convolution, told at run time: add_bias, then the stage of that kind with the members it names.
struct conv2d_finish {
  enum class kind { requantize, hard_swish, lookup };

  kind stage;
  const std::int32_t* bias;
  channel_multipliers first, second;  // hard-swish: to_fixed and to_output
  int fraction;
  const std::int8_t *zero_point, *lo, *hi;
  const std::int8_t* table;
  int table_size;
};

/// The int8 operations of networks as functions of one architecture, with one name under all compiler flags. Each is what
/// the header of its name says.
struct operations {
  using in = map_view<const std::int8_t>;
  using out = map_view<std::int8_t>;

  const char* arch;
  std::size_t (*packed_size)(const conv2d_geometry&);
  void (*pack)(const conv2d_geometry&, const std::int8_t* weights, value_limits, std::byte* packed);
  std::size_t (*scratch_size)(const conv2d_geometry&, extent in);
  void (*conv2d)(const conv2d_geometry&, const std::byte* packed, in, const std::int8_t* pad, const conv2d_finish&, out,
                 int row_begin, int row_end, std::byte* scratch);
  void (*add)(in, in, const add_factors&, out);
  void (*multiply)(in, in gate, const multiply_factors&, out);
  void (*global_average_pool)(in, const pool_factors&, out);
  void (*max_pool)(in, const pool_geometry&, out, int row_begin, int row_end);
  void (*rescale_copy)(in, const rescale_factors&, out);
  void (*shuffle)(in, int groups, out);
};

inline namespace OCTET_ABI {

namespace detail {

template <class Arch>
void run_conv2d(const conv2d_geometry& g, const std::byte* packed, operations::in in, const std::int8_t* pad,
                const conv2d_finish& f, operations::out out, int row_begin, int row_end, std::byte* scratch) {
  const auto with = [&](const auto& stage) {
    conv2d<std::int8_t, Arch>::run(g, packed, in, pad, then(add_bias{f.bias}, stage), out, row_begin, row_end, scratch);
  };
  switch (f.stage) {
    case conv2d_finish::kind::requantize:
      return with(requantize{f.first, f.zero_point, f.lo, f.hi});
    case conv2d_finish::kind::hard_swish:
      return with(hard_swish_requantize{f.first, f.fraction, f.second, f.zero_point, f.lo, f.hi});
    case conv2d_finish::kind::lookup:
      return with(lookup{f.first, f.table, f.table_size});
  }
}

}  // namespace detail

/// The operations as this translation unit compiles them.
template <arch::tag Arch = arch::current>
struct operations_for {
  static constexpr operations all{
      .arch = Arch::name,
      .packed_size = conv2d<std::int8_t, Arch>::packed_size,
      .pack = conv2d<std::int8_t, Arch>::pack,
      .scratch_size = conv2d<std::int8_t, Arch>::scratch_size,
      .conv2d = detail::run_conv2d<Arch>,
      .add = add,
      .multiply = multiply<Arch>,
      .global_average_pool = global_average_pool<Arch>,
      .max_pool = max_pool<std::int8_t>,
      .rescale_copy = rescale_copy<Arch>,
      .shuffle = shuffle<std::int8_t>,
  };
  static constexpr const operations& get() noexcept { return all; }
};

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
