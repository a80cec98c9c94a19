#ifndef OCTET_CORE_ARCH_HPP
#define OCTET_CORE_ARCH_HPP

#include <octet/core/config.hpp>

#include <type_traits>

/// Architecture tags: empty types in a chain, each with the parent it falls back to when it has no kernel of its own.
namespace octet::arch {

struct scalar { using parent = void; static constexpr const char* name = "scalar"; };
struct sse4_1 { using parent = scalar; static constexpr const char* name = "sse4_1"; };
struct avx2 { using parent = sse4_1; static constexpr const char* name = "avx2"; };
struct avx_vnni { using parent = avx2; static constexpr const char* name = "avx_vnni"; };
struct avx512_vnni { using parent = avx2; static constexpr const char* name = "avx512_vnni"; };
struct neon { using parent = scalar; static constexpr const char* name = "neon"; };
struct neon64 { using parent = neon; static constexpr const char* name = "neon64"; };
struct neon_dotprod { using parent = neon64; static constexpr const char* name = "neon_dotprod"; };
struct neon_i8mm { using parent = neon_dotprod; static constexpr const char* name = "neon_i8mm"; };
struct arm_dsp { using parent = scalar; static constexpr const char* name = "arm_dsp"; };
struct mve { using parent = arm_dsp; static constexpr const char* name = "mve"; };

/// The architecture that the compiler flags of this translation unit allow.
using current = OCTET_ARCH;

/// A tag of the chain above, or a user's own struct with `parent` and `name`.
template <class A>
concept tag = requires {
  typename A::parent;
  A::name;
};

/// True if code for `Arch` may use the instructions of `Ancestor`.
template <class Arch, class Ancestor>
constexpr bool includes() {
  if constexpr (std::is_same_v<Arch, Ancestor>) return true;
  else if constexpr (std::is_void_v<typename Arch::parent>) return false;
  else return includes<typename Arch::parent, Ancestor>();
}

}  // namespace octet::arch

#endif
