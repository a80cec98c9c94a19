#ifndef OCTET_NN_DISPATCH_PROCESSOR_HPP
#define OCTET_NN_DISPATCH_PROCESSOR_HPP

#include <octet/core/arch.hpp>

#include <type_traits>

#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#elif defined(__aarch64__) && defined(__linux__)
#include <sys/auxv.h>
#endif

namespace octet::nn {

/// True if the processor and the system that run this have the instructions of Arch. On x86 they are those of
///   sse4_1       -march=x86-64-v2
///   avx2         -march=x86-64-v3
///   avx_vnni     -march=x86-64-v3 -mavxvnni
///   avx512_vnni  -march=x86-64-v4 -mavx512vnni
/// and on 64-bit Arm under Linux
///   neon64, neon_dotprod (-march=armv8.2-a+dotprod), neon_i8mm (-march=armv8.2-a+dotprod+i8mm).
/// False for what is not listed, except scalar.
template <arch::tag Arch>
bool processor_has() noexcept {
  return std::is_same_v<Arch, arch::scalar>;
}

#if defined(__x86_64__) || defined(__i386__)

template <>
inline bool processor_has<arch::sse4_1>() noexcept {
  return __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt");
}

template <>
inline bool processor_has<arch::avx2>() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0, e = 0;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !__get_cpuid(0x80000001, &a, &b, &e, &d)) return false;
  const bool movbe = c >> 22 & 1, f16c = c >> 29 & 1, lzcnt = e >> 5 & 1;
  return movbe && f16c && lzcnt && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
         __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

template <>
inline bool processor_has<arch::avx_vnni>() noexcept {
  unsigned a = 0, b = 0, c = 0, d = 0;
  return processor_has<arch::avx2>() && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a >> 4 & 1);
}

template <>
inline bool processor_has<arch::avx512_vnni>() noexcept {
  return processor_has<arch::avx2>() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
         __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512vnni");
}

#elif defined(__aarch64__)

template <>
inline bool processor_has<arch::neon64>() noexcept {
  return true;
}

#if defined(__linux__)

template <>
inline bool processor_has<arch::neon_dotprod>() noexcept {
  return getauxval(AT_HWCAP) >> 20 & 1;
}

template <>
inline bool processor_has<arch::neon_i8mm>() noexcept {
  return processor_has<arch::neon_dotprod>() && (getauxval(AT_HWCAP2) >> 13 & 1);
}

#endif
#endif

}  // namespace octet::nn

#endif
