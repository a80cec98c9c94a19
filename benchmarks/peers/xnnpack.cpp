#include "peers.hpp"

#include <cpuinfo.h>
#include <pthreadpool.h>
#include <xnnpack.h>

#include <cstdint>
#include <memory>
#include <type_traits>

namespace {

using namespace bench;

/// Threads of XNNPACK; none for one thread, which then is the caller.
pthreadpool_t pool = nullptr;

template <class T>
class convolution {
 public:
  convolution(const problem& p, std::vector<T> in) : of_(p.of), in_(std::move(in)), out_(of_.out().size()) {
    in_.resize(in_.size() + XNN_EXTRA_BYTES);
    const auto g = of_.geometry();
    const auto pad = static_cast<std::uint32_t>(g.pad_top), side = static_cast<std::uint32_t>(g.kh);
    const auto stride = static_cast<std::uint32_t>(g.stride), groups = static_cast<std::uint32_t>(g.groups);
    const auto ic = static_cast<std::size_t>(g.ic), oc = static_cast<std::size_t>(g.oc);
    const auto create = [&](auto function, auto... rest) {
      return function(pad, pad, pad, pad, side, side, stride, stride, 1, 1, groups, ic / groups, oc / groups, ic, oc,
                      rest..., 0u, &run_) == xnn_status_success;
    };
    const auto height = static_cast<std::size_t>(of_.side);
    if constexpr (std::is_same_v<T, float>)
      ready_ = create(xnn_create_convolution2d_nhwc_f32, p.real_weights().data(), p.real_bias().data(), 0.0f, 6.0f) &&
               xnn_setup_convolution2d_nhwc_f32(run_, 1, height, height, in_.data(), out_.data(), pool) ==
                   xnn_status_success;
    else
      ready_ = create(xnn_create_convolution2d_nhwc_qc8, T{0}, 1.0f, p.scale.data(), p.weights.data(), p.bias.data(), T{0},
                      1.0f, T{0}, T{127}) &&
               xnn_setup_convolution2d_nhwc_qc8(run_, 1, height, height, in_.data(), out_.data(), pool) ==
                   xnn_status_success;
  }
  convolution(const convolution&) = delete;
  ~convolution() { xnn_delete_operator(run_); }

  bool ready() const { return ready_; }
  void run() { xnn_run_operator(run_, pool); }
  std::vector<float> output() const {
    std::vector<float> values(out_.begin(), out_.end());
    if constexpr (std::is_same_v<T, float>)
      for (float& v : values) v /= problem::step;
    return values;
  }

 private:
  shape of_;
  std::vector<T> in_, out_;
  xnn_operator_t run_ = nullptr;
  bool ready_ = false;
};

template <class T>
instance wrap(std::shared_ptr<convolution<T>> c) {
  if (!c->ready()) return {};
  return {[c] { c->run(); }, [c] { return c->output(); }};
}

}  // namespace

bench::peer bench::xnnpack(const limits& allowed) {
  static const std::unique_ptr<pthreadpool, decltype(&pthreadpool_destroy)> owner(
      allowed.threads > 1 ? pthreadpool_create(static_cast<std::size_t>(allowed.threads)) : nullptr, pthreadpool_destroy);
  pool = owner.get();
#if CPUINFO_ARCH_X86 || CPUINFO_ARCH_X86_64
  // XNNPACK has no setting for this; it asks cpuinfo.
  if (cpuinfo_initialize() && allowed.up_to_avx2) cpuinfo_isa.avx512f = false;
#endif
  if (xnn_initialize(nullptr) != xnn_status_success) return {"XNNPACK", "does not start on this processor", {}};
  method qs8{"XNNPACK", "qs8", "", precision::int8, 127, inputs::relu6, {}, {}};
  qs8.make = [](const problem& p) { return wrap(std::make_shared<convolution<std::int8_t>>(p, p.in_as<std::int8_t>())); };
  method f32{"XNNPACK", "f32", "", precision::fp32, 0, inputs::relu6, {}, {}};
  f32.make = [](const problem& p) { return wrap(std::make_shared<convolution<float>>(p, p.real_in())); };
  return {"XNNPACK", "", {qs8, f32}};
}
