#ifndef OCTET_GRAPH_FLOAT_BACKEND_HPP
#define OCTET_GRAPH_FLOAT_BACKEND_HPP

#include <octet/graph/program.hpp>
#include <octet/graph/run_concat.hpp>
#include <octet/nn/conv2d_f32.hpp>
#include <octet/nn/elementwise_f32.hpp>
#include <octet/nn/pool.hpp>
#include <octet/nn/resize.hpp>
#include <octet/nn/shuffle.hpp>

namespace octet::graph {

/// Runs networks of real numbers in FP32.
template <class Arch = arch::current>
struct float_backend {
  using element = float;
  using operation = graph::operation;
  using layer = aligned_buffer;  // packed weights of a convolution
  using conv = nn::conv2d<float, Arch>;
  using inputs = std::span<const map_view<const float>>;

  static layer prepare(const operation& o, extent) {
    const auto* c = std::get_if<op::conv2d>(&o);
    if (!c) return {};
    aligned_buffer packed(conv::packed_size(c->geometry));
    conv::pack(c->geometry, c->weights.data(), packed.data());
    return packed;
  }

  static std::size_t scratch_size(const operation& o, extent in) {
    const auto* c = std::get_if<op::conv2d>(&o);
    return c ? conv::scratch_size(c->geometry, in) : 0;
  }

  static void run(const operation& o, const layer& packed, inputs in, map_view<float> out, row_range rows,
                  std::byte* scratch) {
    std::visit([&](const auto& f) { run_op(f, packed, in, out, rows, scratch); }, o);
  }

  /// Operations that read the rows that they write, or any number of rows, are divisible.
  static bool divisible(const operation& o) {
    return !std::holds_alternative<op::resize_nearest>(o) && !std::holds_alternative<op::global_average_pool>(o);
  }

 private:
  using map = map_view<float>;

  static void run_op(const op::input&, const layer&, inputs, map, row_range, std::byte*) {}
  static void run_op(const op::slice&, const layer&, inputs, map, row_range, std::byte*) {}
  static void run_op(const op::conv2d& f, const layer& packed, inputs in, map out, row_range rows, std::byte* scratch) {
    const nn::bias_activation epilogue{f.bias.data(), f.act};
    conv::run(f.geometry, packed.data(), in[0], nullptr, epilogue, out, rows.begin, rows.end, scratch);
  }
  static void run_op(const op::batch_norm& f, const layer&, inputs in, map out, row_range r, std::byte*) {
    nn::batch_norm(in[0].rows(r.begin, r.end), f.scale.data(), f.shift.data(), out.rows(r.begin, r.end));
  }
  static void run_op(const op::activate& f, const layer&, inputs in, map out, row_range r, std::byte*) {
    nn::activate(in[0].rows(r.begin, r.end), f.act, out.rows(r.begin, r.end));
  }
  static void run_op(const op::affine& f, const layer&, inputs in, map out, row_range r, std::byte*) {
    nn::affine(in[0].rows(r.begin, r.end), f.factor, f.offset, out.rows(r.begin, r.end));
  }
  static void run_op(const op::add&, const layer&, inputs in, map out, row_range r, std::byte*) {
    nn::add(in[0].rows(r.begin, r.end), in[1].rows(r.begin, r.end), out.rows(r.begin, r.end));
  }
  static void run_op(const op::multiply&, const layer&, inputs in, map out, row_range r, std::byte*) {
    const bool per_channel = in[1].shape().pixels() == 1;
    nn::multiply(in[0].rows(r.begin, r.end), per_channel ? in[1] : in[1].rows(r.begin, r.end), out.rows(r.begin, r.end));
  }
  static void run_op(const op::concat&, const layer&, inputs in, map out, row_range r, std::byte*) {
    run_concat(in, out, r.begin, r.end);
  }
  static void run_op(const op::shuffle& f, const layer&, inputs in, map out, row_range r, std::byte*) {
    nn::shuffle(in[0].rows(r.begin, r.end), f.groups, out.rows(r.begin, r.end));
  }
  static void run_op(const op::resize_nearest& f, const layer&, inputs in, map out, row_range, std::byte*) {
    nn::resize_nearest(in[0], f.factor, out);
  }
  static void run_op(const op::max_pool& f, const layer&, inputs in, map out, row_range rows, std::byte*) {
    nn::max_pool(in[0], f.geometry, out, rows.begin, rows.end);
  }
  static void run_op(const op::global_average_pool&, const layer&, inputs in, map out, row_range, std::byte*) {
    nn::global_average_pool(in[0], out);
  }
};

using float_program = program<float_backend<>>;

}  // namespace octet::graph

#endif
