// The only header that names xsimd, for hosts; firmware does not include it. Hides what differs between Debian's 8.1 and
// the newest version.
#ifndef OCTET_CORE_SIMD_HPP
#define OCTET_CORE_SIMD_HPP

#include <octet/core/config.hpp>

#include <xsimd/xsimd.hpp>

namespace octet::simd {
inline namespace OCTET_ABI {

#if defined(XSIMD_NO_SUPPORTED_ARCHITECTURE)

/// False where xsimd knows no instruction set; nothing else of this header exists then.
inline constexpr bool available = false;

#else

inline constexpr bool available = true;

/// As many values of T as a register of the compiler's target holds.
template <class T>
using batch = xsimd::batch<T>;

template <class T>
batch<T> load(const T* p) noexcept {
  return batch<T>::load_unaligned(p);
}
template <class T, class A>
void store(T* p, const xsimd::batch<T, A>& x) noexcept {
  x.store_unaligned(p);
}
template <class T>
batch<T> broadcast(T x) noexcept {
  return batch<T>(x);
}

/// a * b + c, in one rounding where the target can.
template <class T, class A>
xsimd::batch<T, A> multiply_add(const xsimd::batch<T, A>& a, const xsimd::batch<T, A>& b,
                                const xsimd::batch<T, A>& c) noexcept {
  return xsimd::fma(a, b, c);
}
template <class T, class A>
xsimd::batch<T, A> lesser(const xsimd::batch<T, A>& a, const xsimd::batch<T, A>& b) noexcept {
  return (xsimd::min)(a, b);
}
template <class T, class A>
xsimd::batch<T, A> greater(const xsimd::batch<T, A>& a, const xsimd::batch<T, A>& b) noexcept {
  return (xsimd::max)(a, b);
}
template <class T, class A>
xsimd::batch<T, A> exp(const xsimd::batch<T, A>& x) noexcept {
  return xsimd::exp(x);
}
template <class T, class A>
T reduce_add(const xsimd::batch<T, A>& x) noexcept {
#if XSIMD_VERSION_MAJOR >= 9
  return xsimd::reduce_add(x);
#else
  return xsimd::hadd(x);
#endif
}

#endif

}  // namespace OCTET_ABI
}  // namespace octet::simd

#endif
