#include "peers.hpp"

#include <dnnl.hpp>
#include <omp.h>

#include <memory>
#include <unordered_map>

namespace {

using namespace bench;
using dnnl::memory;
using type = memory::data_type;
using layout = memory::format_tag;

memory::dims map_dims(const octet::extent& e) { return {1, e.c, e.h, e.w}; }

/// A convolution in the layouts that oneDNN likes best: int8 maps as [H,W,C], float maps in blocks of channels, as they
/// pass from layer to layer.
class convolution {
 public:
  convolution(const problem& p, type in, type out) : of_(p.of), out_type_(out) {
    const auto g = of_.geometry();
    const bool real = in == type::f32;
    const auto maps = real ? layout::any : layout::nhwc;
    const auto long_of = [](int i) { return static_cast<memory::dim>(i); };
    memory::dims weight_dims{g.oc, g.ic, g.kh, g.kw};
    if (g.depthwise()) weight_dims = {g.groups, 1, 1, g.kh, g.kw};
    const auto weight_type = real ? type::f32 : type::s8;
    const memory::desc user_weights(weight_dims, weight_type, g.depthwise() ? layout::goihw : layout::ohwi);
    dnnl::post_ops after;
    if (real)
      after.append_eltwise(1, dnnl::algorithm::eltwise_clip, 0, 6);
    else if (out == type::s8)  // unsigned outputs are clamped at 0 anyway
      after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
    dnnl::primitive_attr with;
    with.set_post_ops(after);
    if (!real) with.set_output_scales(1 << 1, p.scale);
    const memory::dims pad{long_of(g.pad_top), long_of(g.pad_left)};
    const dnnl::convolution_forward::desc what(
        dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, {map_dims(of_.in()), in, maps},
        {weight_dims, weight_type, layout::any}, {{g.oc}, real ? type::f32 : type::s32, layout::a},
        {map_dims(of_.out()), out, maps}, {long_of(g.stride), long_of(g.stride)}, pad, pad);
    const dnnl::convolution_forward::primitive_desc how(what, with, engine_);
    run_ = dnnl::convolution_forward(how);

    const auto place = [&](auto values, const memory::desc& from, const memory::desc& to) {
      memory given(from, engine_, values.data()), wanted(to, engine_);
      dnnl::reorder(given, wanted).execute(stream_, given, wanted);
      stream_.wait();
      return wanted;
    };
    const auto bias_md = how.bias_desc();
    const memory::desc user_in(map_dims(of_.in()), in, layout::nhwc);
    memory source, weights, bias;
    if (real) {
      source = place(p.real_in(), user_in, how.src_desc());
      weights = place(p.real_weights(), user_weights, how.weights_desc());
      bias = place(p.real_bias(), bias_md, bias_md);
    } else {
      source = in == type::u8 ? place(p.in_as<std::uint8_t>(), user_in, how.src_desc())
                              : place(p.in_as<std::int8_t>(), user_in, how.src_desc());
      weights = place(p.weights, user_weights, how.weights_desc());
      bias = place(p.bias, bias_md, bias_md);
    }
    result_ = memory(how.dst_desc(), engine_);
    arguments_ = {{DNNL_ARG_SRC, source}, {DNNL_ARG_WEIGHTS, weights}, {DNNL_ARG_BIAS, bias}, {DNNL_ARG_DST, result_}};
  }

  void run() {
    run_.execute(stream_, arguments_);
    stream_.wait();
  }

  std::vector<float> output() {
    std::vector<float> values(of_.out().size());
    memory plain({map_dims(of_.out()), type::f32, layout::nhwc}, engine_, values.data());
    dnnl::reorder(result_, plain).execute(stream_, result_, plain);
    stream_.wait();
    // Octet's int8 ends at 127, unsigned outputs at 255.
    for (float& v : values) v = out_type_ == type::f32 ? v / problem::step : std::min(v, 127.0f);
    return values;
  }

 private:
  shape of_;
  type out_type_;
  dnnl::engine engine_{dnnl::engine::kind::cpu, 0};
  dnnl::stream stream_{engine_};
  dnnl::convolution_forward run_;
  memory result_;
  std::unordered_map<int, memory> arguments_;
};

method in_types(const char* form, precision kind, int largest, type in, type out) {
  method m{"oneDNN", form, "", kind, largest, inputs::relu6, {}, {}};
  m.make = [in, out](const problem& p) -> instance {
    try {
      auto c = std::make_shared<convolution>(p, in, out);
      return {[c] { c->run(); }, [c] { return c->output(); }};
    } catch (const dnnl::error&) {
      return {};
    }
  };
  return m;
}

}  // namespace

bench::peer bench::onednn(const limits& allowed) {
  omp_set_num_threads(allowed.threads);
  if (allowed.up_to_avx2) dnnl::set_max_cpu_isa(dnnl::cpu_isa::avx2);
  return {"oneDNN", "",
          {in_types("u8s8", precision::int8, 255, type::u8, type::u8),
           in_types("s8s8", precision::int8, 127, type::s8, type::s8),
           in_types("f32", precision::fp32, 0, type::f32, type::f32)}};
}
