#ifndef BENCHMARKS_WORKERS_HPP
#define BENCHMARKS_WORKERS_HPP

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace bench {

/// Fork and join for `count` threads, of which the caller is one. Idle threads spin for some microseconds, then sleep.
class workers {
 public:
  explicit workers(int count) {
    for (int i = 1; i < count; ++i) threads_.emplace_back([this, i] { serve(i); });
  }
  workers(const workers&) = delete;
  ~workers() {
    job_ = nullptr;
    announce();
    for (auto& t : threads_) t.join();
  }

  int count() const { return static_cast<int>(threads_.size()) + 1; }

  /// Calls job(i) for every i in [0, count()), each on its own thread.
  void run(const std::function<void(int)>& job) {
    job_ = &job;
    running_.store(static_cast<int>(threads_.size()), std::memory_order_relaxed);
    if (!threads_.empty()) announce();
    job(0);
    while (running_.load(std::memory_order_acquire)) {}
  }

 private:
  void announce() {
    turn_.fetch_add(1, std::memory_order_release);
    turn_.notify_all();
  }
  void serve(int i) {
    for (int seen = 0;;) {
      for (int spins = 0; spins < 20000 && turn_.load(std::memory_order_acquire) == seen; ++spins) {}
      turn_.wait(seen, std::memory_order_acquire);
      ++seen;
      if (!job_) return;
      (*job_)(i);
      running_.fetch_sub(1, std::memory_order_release);
    }
  }

  std::vector<std::thread> threads_;
  const std::function<void(int)>* job_ = nullptr;
  std::atomic<int> turn_{0}, running_{0};
};

}  // namespace bench

#endif
