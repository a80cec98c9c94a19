#ifndef BENCHMARKS_SAMPLING_HPP
#define BENCHMARKS_SAMPLING_HPP

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <ctime>
#include <functional>
#include <span>
#include <thread>
#include <vector>

// google-benchmark is not used: it times one function after the other, while ratios on a machine that others use as well
// are only worth something if all candidates take turns within milliseconds.
namespace bench {

/// Nanoseconds per call.
struct timing {
  double median = 0, minimum = 0;
};

inline timing summarize(std::vector<double> samples) {
  std::ranges::sort(samples);
  const std::size_t n = samples.size();
  return {(samples[(n - 1) / 2] + samples[n / 2]) / 2, samples.front()};
}

/// Processor time of this thread, which other programs do not lengthen; for several threads the time on the wall.
inline double now_ns(int threads) {
  if (threads == 1) {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
  }
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Nanoseconds per call of so many calls.
inline double time_calls(const std::function<void()>& function, long calls, int threads) {
  const double start = now_ns(threads);
  for (long i = 0; i < calls; ++i) function();
  return (now_ns(threads) - start) / static_cast<double>(calls);
}

/// Times functions in turns, in every round so many calls of each that a sample lasts `least_ns`, after an untimed call
/// that brings its data back into the caches.
inline std::vector<timing> take_turns(std::span<const std::function<void()>> functions, int rounds, int threads,
                                      double least_ns = 2e5) {
  std::vector<long> calls(functions.size(), 1);
  for (std::size_t f = 0; f < functions.size(); ++f) {
    functions[f]();
    while (time_calls(functions[f], calls[f], threads) * static_cast<double>(calls[f]) < least_ns) calls[f] *= 2;
  }
  std::vector<std::vector<double>> samples(functions.size());
  for (int round = 0; round < rounds; ++round)
    for (std::size_t f = 0; f < functions.size(); ++f) {
      // The pools of the peers spin for a while after their work and would take the processors from the next one.
      if (threads > 1) std::this_thread::sleep_for(std::chrono::milliseconds(10));
      functions[f]();
      samples[f].push_back(time_calls(functions[f], calls[f], threads));
    }
  std::vector<timing> all;
  for (auto& s : samples) all.push_back(summarize(std::move(s)));
  return all;
}

}  // namespace bench

#endif
