#ifndef OCTET_COCO_PARALLEL_HPP
#define OCTET_COCO_PARALLEL_HPP

#include <cstddef>
#include <vector>

#include <pthread.h>

namespace octet::coco {

/// Numbers from 0, each given once, to any number of threads.
class ticket_counter {
 public:
  std::size_t operator()() { return __atomic_fetch_add(&next_, std::size_t{1}, __ATOMIC_RELAXED); }

 private:
  std::size_t next_ = 0;
};

/// Calls work(i) for every i below `count`, each once, by so many threads; the calling one is one of them, and does all
/// where no others can be had. pthreads, as <thread> takes longer to compile than the metric.
template <class Work>
void parallel_for(int threads, std::size_t count, Work&& work) {
  struct job {
    Work& work;
    std::size_t count;
    ticket_counter next{};
  } shared{work, count};
  constexpr auto run = [](void* p) -> void* {
    job& mine = *static_cast<job*>(p);
    for (std::size_t i; (i = mine.next()) < mine.count;) mine.work(i);
    return nullptr;
  };
  std::vector<pthread_t> others;
  for (int t = 1; t < threads && static_cast<std::size_t>(t) < count; ++t)
    if (pthread_t id; ::pthread_create(&id, nullptr, run, &shared) == 0) others.push_back(id);
  run(&shared);
  for (const pthread_t id : others) ::pthread_join(id, nullptr);
}

}  // namespace octet::coco

#endif
