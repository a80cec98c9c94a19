#ifndef OCTET_NN_FINISH_HPP
#define OCTET_NN_FINISH_HPP

#include <octet/core/arch.hpp>
#include <octet/nn/concepts.hpp>

#include <cstddef>
#include <cstdint>

namespace octet::nn {
inline namespace OCTET_ABI {

/// Applies an epilogue to a tile of sums: out[r * stride + k] = epilogue(sums[r * pitch + k], channel + k) for r < rows and
/// k < count.
template <arch::tag Arch, class Sum, class T, epilogue_of<Sum, T> Epilogue>
void finish(const Epilogue& epilogue, const Sum* sums, std::ptrdiff_t pitch, int rows, int channel, int count, T* out,
            std::ptrdiff_t stride) noexcept {
  for (int r = 0; r < rows; ++r)
    for (int k = 0; k < count; ++k) out[r * stride + k] = epilogue(sums[r * pitch + k], channel + k);
}

}  // namespace OCTET_ABI
}  // namespace octet::nn

#include <octet/nn/kernels/finish_s8_s32/avx2.hpp>
#include <octet/nn/kernels/finish_s8_s32/neon.hpp>

#endif
