#ifndef OCTET_COCO_EXACT_HPP
#define OCTET_COCO_EXACT_HPP

#include <octet/core/config.hpp>

#include <bit>
#include <cfloat>
#include <cstdint>

#if defined(__FINITE_MATH_ONLY__) && __FINITE_MATH_ONLY__
#error "octet: the metric keeps NaN and infinities apart as pycocotools does; build without -ffinite-math-only"
#endif

/// What keeps double arithmetic the same under every compiler flag.
namespace octet::coco::detail {

static_assert(FLT_EVAL_METHOD == 0, "octet: the metric needs doubles that are rounded to double (on x86: -mfpmath=sse)");

/// a * b rounded to double at once: the detour hides from the compiler that the product goes into a sum, which it would
/// otherwise contract to a fused multiply-add, whose last bit decides matches at a threshold.
OCTET_ALWAYS_INLINE double product(double a, double b) {
  double p = a * b;
#if defined(__SSE2__)
  asm("" : "+x"(p));
#elif defined(__aarch64__)
  asm("" : "+w"(p));
#else
  auto bits = std::bit_cast<std::uint64_t>(p);
  asm("" : "+m"(bits));
  p = std::bit_cast<double>(bits);
#endif
  return p;
}

/// C's fmin and fmax, which skip NaN; of equal zeros either.
OCTET_ALWAYS_INLINE double smaller(double a, double b) { return a < b || b != b ? a : b; }
OCTET_ALWAYS_INLINE double larger(double a, double b) { return a > b || b != b ? a : b; }

}  // namespace octet::coco::detail

#endif
