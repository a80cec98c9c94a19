#include <octet/core/arch.hpp>

#include <doctest/doctest.h>

#include <string_view>

namespace arch = octet::arch;

namespace {

// A user's own target: falls back to what its parent can do.
struct my_npu {
  using parent = arch::arm_dsp;
  static constexpr const char* name = "my_npu";
};
struct nameless {
  using parent = arch::scalar;
};

}  // namespace

static_assert(arch::tag<arch::scalar> && arch::tag<arch::avx512_vnni> && arch::tag<my_npu>);
static_assert(!arch::tag<nameless>);
static_assert(arch::includes<arch::avx2, arch::avx2>() && arch::includes<arch::avx512_vnni, arch::avx2>());
static_assert(arch::includes<arch::neon_i8mm, arch::scalar>() && arch::includes<my_npu, arch::scalar>());
static_assert(!arch::includes<arch::avx2, arch::avx_vnni>() && !arch::includes<arch::avx2, arch::neon>());
static_assert(arch::includes<arch::current, arch::scalar>());

TEST_CASE("the current architecture follows the compiler's flags") {
#if defined(__AVX2__)
  CHECK(arch::includes<arch::current, arch::avx2>());
#elif defined(__aarch64__)
  CHECK(arch::includes<arch::current, arch::neon64>());
#else
  CHECK_FALSE(arch::includes<arch::current, arch::avx2>());
#endif
  CHECK(std::string_view(my_npu::name) == "my_npu");
}
