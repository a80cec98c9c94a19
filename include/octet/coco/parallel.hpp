#ifndef OCTET_COCO_PARALLEL_HPP
#define OCTET_COCO_PARALLEL_HPP

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

namespace octet::coco {

/// Calls work(i) for every i below `count`, each once, by so many threads; the calling one is one of them.
template <class Work>
void parallel_for(int threads, std::size_t count, Work&& work) {
  std::atomic<std::size_t> next = 0;
  const auto run = [&] {
    for (std::size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) work(i);
  };
  std::vector<std::thread> others;
  for (int t = 1; t < threads && static_cast<std::size_t>(t) < count; ++t) others.emplace_back(run);
  run();
  for (std::thread& t : others) t.join();
}

}  // namespace octet::coco

#endif
