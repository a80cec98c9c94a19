#ifndef OCTET_TRAIN_READ_AHEAD_HPP
#define OCTET_TRAIN_READ_AHEAD_HPP

#include <octet/core/config.hpp>

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// Prepares the next iterations' items in threads of its own while the network works on the present ones. What an item is
/// depends on its iteration and place alone, so results are those of preparing them one after another.
template <class Item>
class read_ahead {
 public:
  /// make(iteration, place) gives an item and must not throw; iterations from `first` to before `last` are prepared, `batch`
  /// items each, at most `depth` iterations ahead. Preconditions: all but `first` are positive.
  read_ahead(long first, long last, int batch, int depth, int threads, std::function<Item(long, int)> make)
      : last_(last),
        batch_(batch),
        make_(std::move(make)),
        slots_(static_cast<std::size_t>(depth)),
        next_(first),
        taken_(first) {
    for (slot& s : slots_) s.items.resize(static_cast<std::size_t>(batch));
    for (int t = 0; t < threads; ++t) workers_.emplace_back([this] { work(); });
  }
  read_ahead(const read_ahead&) = delete;
  read_ahead& operator=(const read_ahead&) = delete;
  ~read_ahead() {
    {
      const std::lock_guard lock(guard_);
      stop_ = true;
    }
    changed_.notify_all();
    for (std::thread& t : workers_) t.join();
  }

  /// The items of the next iteration; waits for them. Precondition: there is one.
  std::vector<Item> operator()() {
    std::unique_lock lock(guard_);
    OCTET_EXPECTS(taken_ < last_);
    slot& s = at(taken_);
    if (s.done < batch_) ++waits_;
    changed_.wait(lock, [&] { return s.done == batch_; });
    std::vector<Item> items(static_cast<std::size_t>(batch_));
    items.swap(s.items);
    s.done = 0;
    ++taken_;
    lock.unlock();
    changed_.notify_all();
    return items;
  }

  /// How often an iteration had to wait for its items.
  long waits() const noexcept { return waits_; }

 private:
  struct slot {
    std::vector<Item> items;
    int done = 0;
  };
  slot& at(long iteration) { return slots_[static_cast<std::size_t>(iteration) % slots_.size()]; }

  void work() {
    std::unique_lock lock(guard_);
    while (true) {
      changed_.wait(lock, [&] { return stop_ || next_ >= last_ || next_ < taken_ + static_cast<long>(slots_.size()); });
      if (stop_ || next_ >= last_) return;
      const long iteration = next_;
      const int place = place_;
      if (++place_ == batch_) place_ = 0, ++next_;
      lock.unlock();
      Item item = make_(iteration, place);
      lock.lock();
      slot& s = at(iteration);
      s.items[static_cast<std::size_t>(place)] = std::move(item);
      if (++s.done == batch_) changed_.notify_all();
    }
  }

  const long last_;
  const int batch_;
  std::function<Item(long, int)> make_;
  std::vector<slot> slots_;
  std::vector<std::thread> workers_;
  std::mutex guard_;
  std::condition_variable changed_;
  long next_, taken_, waits_ = 0;
  int place_ = 0;
  bool stop_ = false;
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
