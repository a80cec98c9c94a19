#include <octet/io/json_writer.hpp>
#include <octet/io/progress.hpp>
#include <octet/io/table.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>
#include <sstream>
#include <string>

using namespace octet::io;

namespace {

/// A clock that the test moves.
struct manual_clock {
  using duration = std::chrono::milliseconds;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<manual_clock>;
  static inline time_point time{};
  static time_point now() { return time; }
};

/// Runs a job of `steps` steps of `step` each.
std::string run(int steps, std::chrono::milliseconds step, bool bar) {
  std::ostringstream out;
  basic_progress<manual_clock> progress("calibrate", steps, {&out, bar});
  for (int i = 1; i <= steps; ++i) {
    manual_clock::time += step;
    progress(i);
  }
  progress.finish();
  return out.str();
}

}  // namespace

TEST_CASE("progress is silent for short jobs") {
  CHECK(run(100, std::chrono::milliseconds(19), false).empty());
  CHECK(run(100, std::chrono::milliseconds(19), true).empty());
}

TEST_CASE("progress off a terminal is plain lines, one for each tenth") {
  const std::string text = run(500, std::chrono::milliseconds(100), false);
  CHECK(text.find('\r') == std::string::npos);
  CHECK(text.find('\x1b') == std::string::npos);
  CHECK(std::count(text.begin(), text.end(), '\n') == 11);
  CHECK(text.find("calibrate: 50 %, 250/500, 10.0/s, 0:25 left\n") != std::string::npos);
  CHECK(text.ends_with("calibrate: 500/500, 10.0/s in 0:50\n"));
  // Slow steps: a line each, and hours.
  CHECK(run(2, std::chrono::hours(1), false) ==
        "calibrate: 50 %, 1/2, 0.00/s, 1:00:00 left\ncalibrate: 2/2, 0.00/s in 2:00:00\n");
}

TEST_CASE("a progress bar stays in its line") {
  const std::string text = run(500, std::chrono::milliseconds(100), true);
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(text.find("\rcalibrate [############............] 250/500, 10.0/s, 0:25 left\x1b[K") != std::string::npos);
  CHECK(text.ends_with("\rcalibrate: 500/500, 10.0/s in 0:50\x1b[K\n"));
}

TEST_CASE("a job that is given up ends its line, and reports out of order do not go back") {
  std::ostringstream out;
  {
    basic_progress<manual_clock> progress("job", 10, {&out, false});
    manual_clock::time += std::chrono::seconds(4);
    progress(4);
    progress(2);
  }
  CHECK(out.str() == "job: 40 %, 4/10, 1.0/s, 0:06 left\njob: 4/10, 1.0/s in 0:04\n");
}

TEST_CASE("tables align numbers to the right and words to the left") {
  table t({"", "FP32", "INT8", "note"});
  t.add({"mAP", "0.3502", "0.349", "é"});
  t.add({"ms/image", "61.2 ms", "-", "ok"});
  CHECK(t.text() ==
        "             FP32   INT8  note\n"
        "--------  -------  -----  ----\n"
        "mAP        0.3502  0.349  é\n"
        "ms/image  61.2 ms      -  ok\n");
  CHECK(fixed(0.35016, 3) == "0.350");
}

TEST_CASE("JSON with and without indentation") {
  const auto write = [](json_writer w) {
    w.begin_object()
        .member("a", 1)
        .key("b")
        .begin_array()
        .value(true)
        .value(nullptr)
        .value(-2.5)
        .begin_object()
        .end_object();
    w.end_array().member("c", "d").key("e").begin_array().end_array().end_object();
    return w.take();
  };
  CHECK(write(json_writer(0)) == "{\"a\":1,\"b\":[true,null,-2.5,{}],\"c\":\"d\",\"e\":[]}\n");
  CHECK(write(json_writer(2)) ==
        "{\n  \"a\": 1,\n  \"b\": [\n    true,\n    null,\n    -2.5,\n    {}\n  ],\n  \"c\": \"d\",\n  \"e\": []\n}\n");
}

TEST_CASE("JSON strings are escaped and always UTF-8") {
  const auto quoted = [](std::string_view s) { return json_writer(0).value(s).take(); };
  CHECK(quoted("a\"b\\c\n\t\x01/é😀") == "\"a\\\"b\\\\c\\n\\t\\u0001/é😀\"\n");
  CHECK(quoted(std::string_view("\0", 1)) == "\"\\u0000\"\n");
  // A lone continuation byte, a cut character, an overlong slash, a surrogate.
  CHECK(quoted("\x80") == "\"\xEF\xBF\xBD\"\n");
  CHECK(quoted("x\xE2\x82") == "\"x\xEF\xBF\xBD\xEF\xBF\xBD\"\n");
  CHECK(quoted("\xC0\xAF") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\"\n");
  CHECK(quoted("\xED\xA0\x80") == "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"\n");
}

TEST_CASE("JSON numbers read back as the same value") {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i) {
    const std::uint64_t bits = random();
    double x;
    static_assert(sizeof x == sizeof bits);
    std::memcpy(&x, &bits, sizeof x);
    const std::string text = json_writer(0).value(x).take();
    if (!std::isfinite(x))
      CHECK(text == "null\n");
    else
      CHECK(std::strtod(text.c_str(), nullptr) == x);
  }
  CHECK(json_writer(0).value(0.1f).take() == "0.1\n");
  CHECK(json_writer(0).value(std::nan("")).take() == "null\n");
  CHECK(json_writer(0).value(-std::numeric_limits<float>::infinity()).take() == "null\n");
  CHECK(json_writer(0).value(std::numeric_limits<std::int64_t>::min()).take() == "-9223372036854775808\n");
}
