#include "octet_methods.hpp"

#include "peak.hpp"

#include <octet/graph/aligned_buffer.hpp>
#include <octet/nn/conv2d_f32.hpp>
#include <octet/nn/epilogue.hpp>

#include <memory>
#include <type_traits>

namespace {

using namespace bench;
namespace nn = octet::nn;
using octet::arch::current;
using octet::arch::scalar;
using octet::graph::fork_join;

/// Inputs, outputs and packed weights of one convolution of Octet, run by rows on all workers.
template <class T, class Arch>
class octet_convolution {
  using convolution = nn::conv2d<T, Arch>;

 public:
  octet_convolution(const shape& s, inputs from, std::vector<T> in, const std::vector<T>& weights, fork_join& on)
      : shape_(s), on_(on), in_(std::move(in)), pad_(static_cast<std::size_t>(s.ic)), out_(s.out().size()),
        packed_(convolution::packed_size(s.geometry())) {
    const std::vector<std::int8_t> low(pad_.size(), from == inputs::relu6 ? 0 : -127), high(pad_.size(), 127);
    convolution::pack(s.geometry(), weights.data(), {low.data(), high.data()}, packed_.data());
    for (int i = 0; i < on.size(); ++i) scratch_.emplace_back(convolution::scratch_size(s.geometry(), s.in()));
  }

  template <class Epilogue>
  void run(const Epilogue& epilogue) {
    const octet::extent to = shape_.out();
    const octet::map_view<const T> in(in_.data(), shape_.in());
    const octet::map_view<T> out(out_.data(), to);
    const auto part = [&](int i) {
      convolution::run(shape_.geometry(), packed_.data(), in, pad_.data(), epilogue, out, to.h * i / on_.size(),
                       to.h * (i + 1) / on_.size(), scratch_[static_cast<std::size_t>(i)].data());
    };
    if (on_.size() == 1) return part(0);
    on_(on_.size(), part);
  }

  std::vector<float> output(float unit) const {
    std::vector<float> values(out_.size());
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(out_[i]) / unit;
    return values;
  }

 private:
  shape shape_;
  fork_join& on_;
  std::vector<T> in_, pad_, out_;
  octet::graph::aligned_buffer packed_;
  std::vector<octet::graph::aligned_buffer> scratch_;
};

/// Per-channel constants of integer epilogues.
struct integer_epilogues {
  std::vector<std::int32_t> bias, mantissa, shift, wide_mantissa, wide_shift, narrow_mantissa, narrow_shift;
  std::vector<std::int8_t> zero, lo, hi, full_lo;
  static constexpr int fraction = 16;

  explicit integer_epilogues(const problem& p)
      : bias(p.bias), zero(bias.size()), lo(bias.size(), 0), hi(bias.size(), 127), full_lo(bias.size(), -128) {
    const auto add = [](auto& mantissas, auto& shifts, double factor) {
      const octet::multiplier m = octet::make_multiplier(factor);
      mantissas.push_back(m.mantissa), shifts.push_back(m.shift);
    };
    constexpr double unit = 1 << fraction;
    for (float scale : p.scale) {
      add(mantissa, shift, double{scale});
      add(wide_mantissa, wide_shift, double{scale} * double{problem::step} * unit);
      add(narrow_mantissa, narrow_shift, 1 / (6 * unit * double{problem::step}));
    }
  }
  auto relu6() const {
    return nn::then(nn::add_bias{bias.data()},
                    nn::requantize{{mantissa.data(), shift.data()}, zero.data(), lo.data(), hi.data()});
  }
  auto hard_swish() const {
    return nn::then(nn::add_bias{bias.data()},
                    nn::hard_swish_requantize{{wide_mantissa.data(), wide_shift.data()}, fraction,
                                              {narrow_mantissa.data(), narrow_shift.data()}, zero.data(),
                                              full_lo.data(), hi.data()});
  }
};

template <class Arch, class Select>
instance make_s8(const problem& p, fork_join& on, Select select) {
  struct state {
    octet_convolution<std::int8_t, Arch> convolution;
    integer_epilogues epilogues;
  };
  auto s = std::make_shared<state>(
      state{{p.of, p.from, p.in_as<std::int8_t>(), p.weights, on}, integer_epilogues(p)});
  return {[s, select] { s->convolution.run(select(s->epilogues)); }, [s] { return s->convolution.output(1); }};
}

template <class Arch>
instance make_f32(const problem& p, fork_join& on) {
  struct state {
    octet_convolution<float, Arch> convolution;
    std::vector<float> bias;
  };
  auto s = std::make_shared<state>(state{{p.of, p.from, p.real_in(), p.real_weights(), on}, p.real_bias()});
  return {[s] { s->convolution.run(nn::bias_activation{s->bias.data(), nn::activation::relu6()}); },
          [s] { return s->convolution.output(problem::step); }};
}

/// All operations of Octet on one architecture. Results are to equal those of plain loops, FP32 but for rounding.
template <class Arch>
void add_octet_methods(std::vector<method>& to, fork_join& on, fork_join& alone) {
  const auto relu6 = [](const integer_epilogues& e) { return e.relu6(); };
  const auto hard_swish = [](const integer_epilogues& e) { return e.hard_swish(); };
  const auto add = [&](const char* form, precision kind, inputs from, bool same_work, auto make, auto norm) {
    to.push_back({"Octet", form, Arch::name, kind, 127, from, make,
                  [norm](const problem& p) {
                    const instance i = norm(p);
                    i.run();
                    return i.output();
                  },
                  same_work});
  };
  const auto add_s8 = [&](const char* form, inputs from, bool same_work, auto select) {
    add(form, precision::int8, from, same_work, [&on, select](const problem& p) { return make_s8<Arch>(p, on, select); },
        [&alone, select](const problem& p) { return make_s8<scalar>(p, alone, select); });
  };
  add_s8("conv2d_s8", inputs::relu6, true, relu6);
  add_s8("conv2d_s8_full", inputs::full, false, relu6);
  add_s8("conv2d_s8_hard_swish", inputs::relu6, false, hard_swish);
  add("conv2d_f32", precision::fp32, inputs::relu6, true, [&on](const problem& p) { return make_f32<Arch>(p, on); },
      [&alone](const problem& p) { return make_f32<scalar>(p, alone); });
}

}  // namespace

std::vector<bench::method> bench::octet_methods(fork_join& on, fork_join& alone) {
  std::vector<method> all;
  add_octet_methods<current>(all, on, alone);
  if constexpr (!std::is_same_v<current, scalar>) add_octet_methods<scalar>(all, on, alone);
  return all;
}

bench::peaks bench::measure_peaks(fork_join& on) {
  return {measure_peak<peak_step<current>>(on), measure_peak<peak_step_f32>(on)};
}
