#ifndef OCTET_NN_KERNELS_FINISH_F32_F32_SIMD_HPP
#define OCTET_NN_KERNELS_FINISH_F32_F32_SIMD_HPP

#include <octet/core/arch.hpp>
#include <octet/core/simd.hpp>
#include <octet/nn/activate.hpp>
#include <octet/nn/concepts.hpp>

#include <cstddef>
#include <type_traits>

namespace octet::nn {
inline namespace OCTET_ABI {

namespace detail {

/// with_function of activate.hpp for registers.
template <class Batch, class F>
void with_batch_function(const activation& act, F&& f) {
  using kind = activation::kind;
  const Batch a(act.a), b(act.b), zero(0.0f), one(1.0f), three(3.0f), six(6.0f), sixth(1.0f / 6.0f);
  switch (act.function) {
    case kind::none:
      return f([](Batch x) { return x; });
    case kind::clip:
      return f([=](Batch x) { return simd::lesser(simd::greater(x, a), b); });
    case kind::hard_swish:
      return f([=](Batch x) { return x * simd::lesser(simd::greater(x + three, zero), six) * sixth; });
    case kind::hard_sigmoid:
      return f([=](Batch x) { return simd::lesser(simd::greater(a * x + b, zero), one); });
    case kind::sigmoid:
      return f([=](Batch x) { return one / (one + simd::exp(zero - x)); });
  }
}

}  // namespace detail

/// Registers of channels where the last one is full, single values behind.
template <arch::tag Arch, class Sum, class T, epilogue_of<Sum, T> Epilogue>
  requires(!std::is_same_v<Arch, arch::scalar> && std::is_same_v<T, float> && std::is_same_v<Epilogue, bias_activation>)
void finish(const Epilogue& epilogue, const Sum* sums, std::ptrdiff_t pitch, int rows, int channel, int count, T* out,
            std::ptrdiff_t stride) noexcept {
  using batch = simd::batch<float>;
  constexpr int width = static_cast<int>(batch::size);
  const float* bias = epilogue.bias + channel;
  detail::with_batch_function<batch>(epilogue.act, [&](auto function) {
    int k = 0;
    for (; k + width <= count; k += width) {
      const batch b = simd::load(bias + k);
      for (int r = 0; r < rows; ++r) simd::store(out + r * stride + k, function(simd::load(sums + r * pitch + k) + b));
    }
    for (; k < count; ++k)
      for (int r = 0; r < rows; ++r) out[r * stride + k] = epilogue(sums[r * pitch + k], channel + k);
  });
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#endif
