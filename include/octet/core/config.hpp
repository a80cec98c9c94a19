// The only header of Octet that defines macros.
#ifndef OCTET_CORE_CONFIG_HPP
#define OCTET_CORE_CONFIG_HPP

#define OCTET_VERSION_MAJOR 0
#define OCTET_VERSION_MINOR 1
#define OCTET_VERSION_PATCH 0

#if defined(__FAST_MATH__)
#error "octet: -ffast-math changes results that Octet promises bit for bit; build without it (-O3 is enough)"
#endif

// The architecture this translation unit is compiled for. It names the inline namespace around everything whose body
// depends on compiler flags, so that objects built with different -march flags can be linked into one program.
#if defined(__AVX512VNNI__) && defined(__AVX512VL__) && defined(__AVX512BW__)
#define OCTET_ARCH avx512_vnni
#elif defined(__AVXVNNI__) && defined(__AVX2__)
#define OCTET_ARCH avx_vnni
#elif defined(__AVX2__)
#define OCTET_ARCH avx2
#elif defined(__SSE4_1__)
#define OCTET_ARCH sse4_1
#elif defined(__ARM_FEATURE_MATMUL_INT8) && defined(__aarch64__)
#define OCTET_ARCH neon_i8mm
#elif defined(__ARM_FEATURE_DOTPROD) && defined(__aarch64__)
#define OCTET_ARCH neon_dotprod
#elif defined(__ARM_NEON) && defined(__aarch64__)
#define OCTET_ARCH neon64
#elif defined(__ARM_NEON)
#define OCTET_ARCH neon
#elif defined(__ARM_FEATURE_MVE)
#define OCTET_ARCH mve
#elif defined(__ARM_FEATURE_DSP)
#define OCTET_ARCH arm_dsp
#else
#define OCTET_ARCH scalar
#endif

#if defined(OCTET_CHECKED) || !defined(NDEBUG)
#define OCTET_CHECKS 1
#define OCTET_ABI_CHECKS checked
#else
#define OCTET_CHECKS 0
#define OCTET_ABI_CHECKS unchecked
#endif

// Two-step pasting, so that the arguments are expanded first.
#define OCTET_PASTE_(a, b, c) a##b##c
#define OCTET_PASTE(a, b, c) OCTET_PASTE_(a, b, c)

// Opens as `inline namespace OCTET_ABI { ... }`: the name holds the architecture and the check level.
#define OCTET_ABI OCTET_PASTE(OCTET_ARCH, _, OCTET_ABI_CHECKS)

#define OCTET_RESTRICT __restrict
// For members of vocabulary types, which keep one name under all flags: as they are never emitted, no object can pick up
// the copy of another that was built with more instructions or other checks.
#define OCTET_ALWAYS_INLINE [[gnu::always_inline]] inline

// Before a loop of constant length whose values are to stay in registers, where the optimisation level would not unroll it.
#if defined(__clang__)
#define OCTET_UNROLL _Pragma("clang loop unroll(full)")
#else
#define OCTET_UNROLL _Pragma("GCC unroll 16")
#endif

// What a violated precondition calls. Define it before the first Octet header to install your own handler, for
// example one that resets a watchdog or logs; it must not return.
#ifndef OCTET_TRAP
#define OCTET_TRAP(text) __builtin_trap()
#endif

/// Checks a precondition of the caller. Checked builds (no NDEBUG, or OCTET_CHECKED) trap; others assume nothing.
#if OCTET_CHECKS
#define OCTET_EXPECTS(condition) ((condition) ? void() : OCTET_TRAP(#condition))
#else
#define OCTET_EXPECTS(condition) static_cast<void>(0)
#endif

#endif
