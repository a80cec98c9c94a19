#ifndef OCTET_IO_PROGRESS_HPP
#define OCTET_IO_PROGRESS_HPP

#include <octet/core/config.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>

#include <unistd.h>

namespace octet::io {

/// Where progress is shown, and how: a bar that is redrawn in its line, or a plain line now and then.
struct progress_output {
  std::ostream* to;
  bool bar;

  /// Standard error: a bar on a terminal, unless NO_COLOR is set or the terminal is dumb.
  static progress_output standard() noexcept {
    const char *no_colour = std::getenv("NO_COLOR"), *terminal = std::getenv("TERM");
    const bool capable = terminal && std::string_view(terminal) != "dumb" && (!no_colour || !*no_colour);
    return {&std::cerr, capable && isatty(STDERR_FILENO) == 1};
  }
};

/// Shows how far a job of `total` steps is, its rate and the time left, from the third second on: shorter jobs are silent.
/// Lines come at every tenth of the job; a last one says what it took. Threads may report at the same time.
template <class Clock>
class basic_progress {
 public:
  basic_progress(std::string name, int total, progress_output output = progress_output::standard())
      : name_(std::move(name)), total_((std::max)(total, 1)), output_(output), start_(Clock::now()), drawn_(start_) {}
  basic_progress(const basic_progress&) = delete;
  basic_progress& operator=(const basic_progress&) = delete;
  ~basic_progress() { finish(); }

  /// `done` steps are done; `note` is shown behind the figures. Reports of several threads may come out of order.
  void operator()(int done, std::string_view note = {}) {
    const std::lock_guard lock(mutex_);
    if (finished_ || done <= done_) return;
    done_ = (std::min)(done, total_);
    const auto now = Clock::now();
    if (now - start_ < std::chrono::seconds(2) || done_ == total_) return;
    const int tenth = static_cast<int>(10LL * done_ / total_);
    if (output_.bar ? shown_ && now - drawn_ < std::chrono::milliseconds(100) : shown_ && tenth == tenth_) return;
    drawn_ = now, tenth_ = tenth, shown_ = true;
    const double passed = seconds(now), left = passed / done_ * (total_ - done_);
    if (output_.bar)
      *output_.to << '\r' << name_ << ' ' << bar() << ' ' << figures(passed) << ", " << time(left) << " left" << comma(note)
                  << "\x1b[K";
    else
      *output_.to << name_ << ": " << 100LL * done_ / total_ << " %, " << figures(passed) << ", " << time(left) << " left"
                  << comma(note) << '\n';
    output_.to->flush();
  }

  /// The last line. Later reports show nothing.
  void finish() {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    finished_ = true;
    const auto now = Clock::now();
    if (!shown_ && now - start_ < std::chrono::seconds(2)) return;
    if (output_.bar) *output_.to << '\r';
    *output_.to << name_ << ": " << figures(seconds(now)) << " in " << time(seconds(now))
                << (output_.bar ? "\x1b[K\n" : "\n");
    output_.to->flush();
  }

 private:
  double seconds(typename Clock::time_point now) const { return std::chrono::duration<double>(now - start_).count(); }

  static std::string comma(std::string_view note) { return note.empty() ? "" : ", " + std::string(note); }

  std::string bar() const {
    constexpr int length = 24;
    const auto full = static_cast<std::size_t>(static_cast<long long>(length) * done_ / total_);
    return '[' + std::string(full, '#') + std::string(length - full, '.') + ']';
  }

  std::string figures(double passed) const {
    const double rate = done_ / (std::max)(passed, 1e-9);
    char text[96];
    std::snprintf(text, sizeof text, "%d/%d, %.*f/s", done_, total_, rate < 1 ? 2 : rate < 100 ? 1 : 0, rate);
    return text;
  }

  static std::string time(double s) {
    const auto all = static_cast<long long>(s + 0.5);
    char text[64];
    if (all >= 3600)
      std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", all / 3600, all / 60 % 60, all % 60);
    else
      std::snprintf(text, sizeof text, "%lld:%02lld", all / 60, all % 60);
    return text;
  }

  std::string name_;
  int total_, done_ = 0, tenth_ = -1;
  bool shown_ = false, finished_ = false;
  progress_output output_;
  typename Clock::time_point start_, drawn_;
  std::mutex mutex_;
};

using progress = basic_progress<std::chrono::steady_clock>;

}  // namespace octet::io

#endif
