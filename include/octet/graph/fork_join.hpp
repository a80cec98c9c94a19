#ifndef OCTET_GRAPH_FORK_JOIN_HPP
#define OCTET_GRAPH_FORK_JOIN_HPP

#include <octet/graph/executor.hpp>

#include <atomic>
#include <memory>
#include <thread>
#include <vector>

namespace octet::graph {

/// An executor with threads of its own for hosts, the calling thread being the first. They wait for work by spinning for
/// some tens of microseconds, about as long as an operation takes, and then asleep. One caller at a time; work must not
/// throw.
class fork_join {
 public:
  explicit fork_join(int threads = 1) {
    for (int i = 1; i < threads; ++i) others_.emplace_back([this, i] { serve(i); });
  }
  fork_join(const fork_join&) = delete;
  fork_join& operator=(const fork_join&) = delete;
  ~fork_join() {
    stop_ = true;
    start(0);
    for (std::thread& t : others_) t.join();
  }

  int size() const noexcept { return 1 + static_cast<int>(others_.size()); }

  template <class Work>
  void operator()(int parts, Work&& work) {
    if (parts > 1) {
      context_ = std::addressof(work);
      call_ = [](const void* context, int part) {
        (*static_cast<std::remove_reference_t<Work>*>(const_cast<void*>(context)))(part);
      };
      start(parts);
    }
    work(0);
    if (parts > 1) wait([this] { return running_.load(std::memory_order_acquire) == 0; }, [] {});
  }

 private:
  void start(int parts) {
    parts_ = parts;
    running_.store(size() - 1, std::memory_order_relaxed);
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }

  template <class Done, class Sleep>
  static void wait(Done done, Sleep sleep) {
    for (int i = 0; !done(); ++i) {
      if (i < 4000) continue;
      if (i < 4050)
        std::this_thread::yield();
      else
        sleep();
    }
  }

  void serve(int part) {
    for (unsigned round = 0;; ++round) {
      wait([&] { return round_.load(std::memory_order_acquire) != round; }, [&] { round_.wait(round); });
      if (stop_) return;
      if (part < parts_) call_(context_, part);
      running_.fetch_sub(1, std::memory_order_release);
    }
  }

  std::vector<std::thread> others_;
  std::atomic<unsigned> round_ = 0;
  std::atomic<int> running_ = 0;
  const void* context_ = nullptr;
  void (*call_)(const void*, int) = nullptr;
  int parts_ = 0;
  bool stop_ = false;
};

}  // namespace octet::graph

#endif
