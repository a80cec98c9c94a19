#include "counting_new.hpp"

#include <malloc.h>

#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

std::size_t live = 0, peak = 0, limit = ~std::size_t{0};

void* take(std::size_t bytes) {
  if (bytes > limit || live > limit - bytes) {
    std::fprintf(stderr, "%zu bytes were asked for with %zu in use; the limit is %zu\n", bytes, live, limit);
    std::abort();
  }
  void* p = std::malloc(bytes ? bytes : 1);
  if (!p) std::abort();
  live += malloc_usable_size(p);
  if (live > peak) peak = live;
  return p;
}

void give(void* p) noexcept {
  if (!p) return;
  live -= malloc_usable_size(p);
  std::free(p);
}

}  // namespace

namespace counting_new {

void allow(std::size_t bytes) { limit = live + bytes, peak = live; }
std::size_t peak_bytes() { return peak; }

}  // namespace counting_new

void* operator new(std::size_t bytes) { return take(bytes); }
void* operator new[](std::size_t bytes) { return take(bytes); }
void operator delete(void* p) noexcept { give(p); }
void operator delete[](void* p) noexcept { give(p); }
void operator delete(void* p, std::size_t) noexcept { give(p); }
void operator delete[](void* p, std::size_t) noexcept { give(p); }
