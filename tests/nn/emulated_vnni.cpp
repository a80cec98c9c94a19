// The VNNI kernels where no processor has the instruction: SIMDe computes it in plain C.
#include <simde/x86/avx512/dpbusd.h>
#include <simde/x86/avx512/dpwssd.h>

#define _mm256_dpbusd_avx_epi32 simde_mm256_dpbusd_epi32
#define _mm256_dpwssd_avx_epi32 simde_mm256_dpwssd_epi32
#ifndef __AVXVNNI__
#define __AVXVNNI__ 1
#endif

#include "conv2d.cpp"

static_assert(std::is_same_v<arch::current, arch::avx_vnni>);
