#ifndef OCTET_TESTS_GRAPH_PROCESSES_HPP
#define OCTET_TESTS_GRAPH_PROCESSES_HPP

#include <octet/core/communicator.hpp>

#include <algorithm>
#include <barrier>
#include <cstddef>
#include <span>
#include <thread>
#include <vector>

/// Threads in the place of processes.
struct processes {
  struct table {
    std::barrier<> meet;
    std::vector<double> values;
    std::span<const std::byte> bytes;
  };
  table* shared;
  int me, count;

  int rank() const { return me; }
  int size() const { return count; }

  template <class Add>
  void accumulate(std::span<double> values, Add&& add) const {
    if (me == 0) shared->values.assign(values.size(), 0.0);
    shared->meet.arrive_and_wait();
    for (int turn = 0; turn < count; ++turn) {
      if (turn == me) {
        constexpr std::size_t most = 7;
        for (std::size_t first = 0; first < values.size(); first += most)
          add(first, std::span(shared->values).subspan(first, std::min(most, values.size() - first)));
      }
      shared->meet.arrive_and_wait();
    }
    std::ranges::copy(shared->values, values.begin());
    shared->meet.arrive_and_wait();
  }

  void broadcast(int from, std::span<std::byte> bytes) const {
    if (from == me) shared->bytes = bytes;
    shared->meet.arrive_and_wait();
    if (from != me) std::ranges::copy(shared->bytes, bytes.begin());
    shared->meet.arrive_and_wait();
  }

  /// Calls work(processes) for each of `count`.
  template <class Work>
  static void run(int count, Work&& work) {
    table all{std::barrier<>(count), {}, {}};
    std::vector<std::thread> threads;
    for (int i = 0; i < count; ++i) threads.emplace_back([&, i] { work(processes{&all, i, count}); });
    for (std::thread& t : threads) t.join();
  }
};

static_assert(octet::communicator<processes>);
static_assert(octet::communicator<octet::single>);

#endif
