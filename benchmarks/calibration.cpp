// What calibration takes for more and more pictures: pictures per second, and memory, which must not grow with their number.
#include <octet/graph/pass/simplify.hpp>
#include <octet/graph/picodet.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/progress.hpp>
#include <octet/io/table.hpp>
#include <octet/ptq/calibrate.hpp>

#include <chrono>
#include <cstdio>
#include <random>
#include <string>

#include <sys/resource.h>

using namespace octet;

namespace {

double peak_mebibytes() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  return static_cast<double>(used.ru_maxrss) / 1024;
}

}  // namespace

int main(int argc, char** argv) {
  int most = 400, threads = 2;
  io::arguments line("calibration", "Calibrates PicoDet-S-NPU with random weights on more and more made pictures.");
  line.option("--pictures", "N", most, "the largest number of pictures", 50, 1000000);
  line.option("--threads", "N", threads, "pictures at the same time", 1, 256);
  if (const auto status = line.read(argc, argv)) return *status;
  graph::model m = graph::make_picodet();
  graph::pass::simplify(m);
  const graph::float_program program(m.net);
  io::table table({"pictures", "pictures/s", "peak MiB so far"});
  table.add({"0", "-", io::fixed(peak_mebibytes(), 1)});
  for (int count : {8, 50, most}) {
    io::progress bar(std::to_string(count) + " pictures", count);
    const auto begin = std::chrono::steady_clock::now();
    const auto draw = [](int i, map_view<float> map) -> result<void> {
      std::mt19937 random(static_cast<unsigned>(i));
      std::uniform_real_distribution<float> pixel(-2, 2);
      for (std::size_t k = 0; k < map.shape().size(); ++k) map.data[k] = pixel(random);
      return {};
    };
    const auto seen = ptq::calibrate<quant::recipe>(program, count, threads, draw, [&](int done) { bar(done); });
    bar.finish();
    if (!seen) return std::fprintf(stderr, "calibration: %s\n", seen.failure().what()), 2;
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    table.add({std::to_string(count), io::fixed(count / seconds, 1), io::fixed(peak_mebibytes(), 1)});
  }
  std::printf("%s", table.text().c_str());
}
