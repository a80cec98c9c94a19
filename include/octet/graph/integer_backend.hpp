#ifndef OCTET_GRAPH_INTEGER_BACKEND_HPP
#define OCTET_GRAPH_INTEGER_BACKEND_HPP

#include <octet/graph/integer_network.hpp>
#include <octet/graph/program.hpp>
#include <octet/graph/run_concat.hpp>
#include <octet/nn/operations.hpp>
#include <octet/nn/resize.hpp>

namespace octet::graph {

/// Runs full-INT8 networks: no float operation between the quantised input and the head tensors. `Operations::get()` gives
/// the nn::operations to run them with: nn::operations_for<Arch>, or nn::best_of, which chooses when the program runs.
template <class Operations = nn::operations_for<>>
struct integer_backend {
  using element = std::int8_t;
  using operation = integer_operation;
  using layer = aligned_buffer;  // packed weights of a convolution
  using inputs = std::span<const map_view<const std::int8_t>>;

  static layer prepare(const operation& o, extent) {
    const auto* c = std::get_if<integer::conv2d>(&o);
    if (!c) return {};
    aligned_buffer packed(kernels().packed_size(c->geometry));
    kernels().pack(c->geometry, c->weights.data(), {c->in_low.data(), c->in_high.data()}, packed.data());
    return packed;
  }

  static std::size_t scratch_size(const operation& o, extent in) {
    const auto* c = std::get_if<integer::conv2d>(&o);
    return c ? kernels().scratch_size(c->geometry, in) : 0;
  }

  static void run(const operation& o, const layer& packed, inputs in, map_view<std::int8_t> out, row_range rows,
                  std::byte* scratch) {
    std::visit([&](const auto& f) { run_op(f, packed, in, out, rows, scratch); }, o);
  }

  /// Operations that read the rows that they write, or any number of rows, are divisible.
  static bool divisible(const operation& o) {
    return !std::holds_alternative<op::resize_nearest>(o) && !std::holds_alternative<integer::global_average_pool>(o);
  }

 private:
  using map = map_view<std::int8_t>;

  static const nn::operations& kernels() { return Operations::get(); }
  static nn::channel_multipliers ref(const multipliers& m) { return {m.mantissa.data(), m.shift.data()}; }
  static nn::conv2d_finish finish(const integer::conv2d& f) {
    using kind = nn::activation::kind;
    using stage = nn::conv2d_finish::kind;
    return {.stage = f.act.function == kind::hard_swish ? stage::hard_swish
                     : f.act.function == kind::sigmoid  ? stage::lookup
                                                        : stage::requantize,
            .bias = f.folded_bias.data(),
            .first = ref(f.first),
            .second = ref(f.second),
            .fraction = f.fraction,
            .zero_point = f.zero_point.data(),
            .lo = f.lo.data(),
            .hi = f.hi.data(),
            .table = f.table.data(),
            .table_size = static_cast<int>(f.table.size())};
  }

  static void run_op(const op::input&, const layer&, inputs, map, row_range, std::byte*) {}
  static void run_op(const op::slice&, const layer&, inputs, map, row_range, std::byte*) {}
  static void run_op(const integer::conv2d& f, const layer& packed, inputs in, map out, row_range rows, std::byte* scratch) {
    kernels().conv2d(f.geometry, packed.data(), in[0], f.pad.data(), finish(f), out, rows.begin, rows.end, scratch);
  }
  static void run_op(const integer::add& f, const layer&, inputs in, map out, row_range r, std::byte*) {
    kernels().add(
        in[0].rows(r.begin, r.end), in[1].rows(r.begin, r.end),
        nn::add_factors{f.a.data(), f.b.data(), f.shift.data(), f.a_zero.data(), f.b_zero.data(), f.out_zero.data()},
        out.rows(r.begin, r.end));
  }
  static void run_op(const integer::multiply& f, const layer&, inputs in, map out, row_range r, std::byte*) {
    kernels().multiply(in[0].rows(r.begin, r.end), in[1],
                       nn::multiply_factors{ref(f.scale), f.x_zero.data(), f.gate_zero.data(), f.out_zero.data()},
                       out.rows(r.begin, r.end));
  }
  static void run_op(const integer::global_average_pool& f, const layer&, inputs in, map out, row_range, std::byte*) {
    kernels().global_average_pool(in[0], nn::pool_factors{ref(f.scale), f.in_zero.data(), f.out_zero.data()}, out);
  }
  static void run_op(const integer::rescale& f, const layer&, inputs in, map out, row_range r, std::byte*) {
    kernels().rescale_copy(in[0].rows(r.begin, r.end),
                           nn::rescale_factors{ref(f.scale), f.in_zero.data(), f.out_zero.data()}, out.rows(r.begin, r.end));
  }
  static void run_op(const op::concat&, const layer&, inputs in, map out, row_range r, std::byte*) {
    run_concat(in, out, r.begin, r.end);
  }
  static void run_op(const op::shuffle& f, const layer&, inputs in, map out, row_range r, std::byte*) {
    kernels().shuffle(in[0].rows(r.begin, r.end), f.groups, out.rows(r.begin, r.end));
  }
  static void run_op(const op::resize_nearest& f, const layer&, inputs in, map out, row_range, std::byte*) {
    nn::resize_nearest(in[0], f.factor, out);
  }
  static void run_op(const op::max_pool& f, const layer&, inputs in, map out, row_range rows, std::byte*) {
    kernels().max_pool(in[0], f.geometry, out, rows.begin, rows.end);
  }
};

using integer_program = program<integer_backend<>>;

}  // namespace octet::graph

#endif
