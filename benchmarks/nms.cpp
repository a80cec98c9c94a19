// Suppression of clustered boxes at an overlap of 0.6, of one class and of eighty, beside other libraries in turns with
// them: bench_nms --peers benchmarks/nms_peers.py. Then PicoDet's whole post-processing, from int8 maps to detections.
#include "peer_process.hpp"

#include <octet/detect.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/table.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include <unistd.h>

namespace {

using octet::detection;
using octet::io::fixed;
using clock_type = std::chrono::steady_clock;

struct sample {
  double milliseconds = 0;
  std::size_t kept = 0;
};

/// n / 20 clusters in a field of 416 pixels, sides from 10 to 120, scores of all values.
std::vector<detection> clustered(std::size_t n, int classes) {
  std::mt19937 random(1);
  std::normal_distribution<float> near(0, 4);
  const auto uniform = [&](float lo, float hi) { return std::uniform_real_distribution<float>(lo, hi)(random); };
  std::vector<detection> all(n), centres(std::max<std::size_t>(n / 20, 1));
  for (detection& c : centres) c.box = {uniform(0, 416), uniform(0, 416), uniform(10, 120), uniform(10, 120)};
  for (detection& d : all) {
    const octet::box c = centres[random() % centres.size()].box;
    const float x = c.x1 + near(random), y = c.y1 + near(random);
    const float w = c.x2 * uniform(0.8f, 1.2f) / 2, h = c.y2 * uniform(0.8f, 1.2f) / 2;
    d = {{x - w, y - h, x + w, y + h},
         uniform(0.02f, 1),
         static_cast<std::int32_t>(random() % static_cast<unsigned>(classes))};
  }
  return all;
}

template <class Work>
sample timed(const Work& work) {
  const auto start = clock_type::now();
  const std::size_t kept = work();
  return {std::chrono::duration<double, std::milli>(clock_type::now() - start).count(), kept};
}

/// Every candidate against every kept one of its class, with an early end: what the fast search is measured against.
std::size_t plain_loop(const std::vector<detection>& d, std::vector<std::uint32_t>& order) {
  order.resize(d.size());
  for (std::size_t i = 0; i < d.size(); ++i) order[i] = static_cast<std::uint32_t>(i);
  std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) {
    return d[a].label != d[b].label ? d[a].label < d[b].label : d[a].score > d[b].score;
  });
  std::size_t kept = 0, first = 0;
  const octet::detect::jaccard_above rule;
  for (const std::uint32_t i : order) {
    if (kept > first && d[order[first]].label != d[i].label) first = kept;
    std::size_t k = first;
    while (k < kept && !rule(d[order[k]].box, d[i].box)) ++k;
    if (k == kept) order[kept++] = i;
  }
  return kept;
}

/// nms_peers.py in a process of its own.
class peers {
 public:
  peers(const std::string& python, const std::string& script) : process_(python, script) {}

  /// The names of those who take part.
  std::vector<std::string> load(const std::vector<detection>& d, int classes) {
    const auto path = std::filesystem::temp_directory_path() / ("octet_nms_" + std::to_string(::getpid()));
    std::ofstream(path, std::ios::binary)
        .write(reinterpret_cast<const char*>(d.data()), static_cast<std::streamsize>(d.size() * sizeof(detection)));
    std::istringstream answer(process_.ask("load " + path.string() + " " + std::to_string(classes)));
    std::filesystem::remove(path);
    std::vector<std::string> names;
    for (std::string name; answer >> name;) names.push_back(name);
    return names;
  }
  sample run(const std::string& name) {
    sample s;
    std::istringstream(process_.ask("run " + name)) >> s.milliseconds >> s.kept;
    return s;
  }

 private:
  bench::peer_process process_;
};

double median(std::vector<sample>& all) {
  std::sort(all.begin(), all.end(), [](const sample& a, const sample& b) { return a.milliseconds < b.milliseconds; });
  return all[all.size() / 2].milliseconds;
}

void compare(peers& others, int rounds) {
  octet::io::table t({"classes", "boxes", "who", "least ms", "median ms", "kept", "times ours"});
  for (const int classes : {1, 80})
    for (const std::size_t n : {1000, 3598, 5000, 10000, 100000}) {
      const auto d = clustered(n, classes);
      const octet::detect::multiclass_nms rule{.score_threshold = 0.01f, .nms_top_k = -1, .keep_top_k = -1};
      std::vector<std::uint32_t> scratch(rule.scratch_size(n)), order;
      std::map<std::string, std::vector<sample>> times;
      std::vector<std::string> names{"octet", "plain loop"};
      for (const auto& name : others.load(d, classes)) names.push_back(name);
      // The slow ones need no more than three rounds where one takes seconds.
      for (int i = 0; i < (n > 10000 ? std::min(rounds, 3) : rounds); ++i)
        for (const auto& name : names)
          times[name].push_back(name == "octet"        ? timed([&] { return rule(d, scratch).size(); })
                                : name == "plain loop" ? timed([&] { return plain_loop(d, order); })
                                                       : others.run(name));
      const double ours = median(times["octet"]);
      for (const auto& name : names) {
        const double m = median(times[name]);
        const sample& best = times[name].front();
        t.add({std::to_string(classes), std::to_string(n), name, fixed(best.milliseconds, 3), fixed(m, 3),
               std::to_string(best.kept), name == "octet" ? "-" : fixed(m / ours, 1)});
      }
    }
  std::fputs(t.text().c_str(), stdout);
}

/// Heads of a picture of 416 x 416: 3598 cells, 80 classes, some clusters of cells with high scores.
void post_processing(int rounds) {
  using namespace octet;
  std::mt19937 random(2);
  const std::vector<float> projection{0, 1, 2, 3, 4, 5, 6, 7};
  struct maps {
    int stride, cells;
    std::vector<std::int8_t> scores, distances;
  };
  std::vector<maps> levels;
  for (const int stride : {8, 16, 32, 64}) {
    const int cells = (416 + stride - 1) / stride, count = cells * cells;
    maps m{stride, cells, {}, {}};
    for (int i = 0; i < count * 80; ++i)
      m.scores.push_back(static_cast<std::int8_t>(static_cast<int>(random() % (random() % 200 ? 6 : 200)) - 128));
    for (int i = 0; i < count * 32; ++i)
      m.distances.push_back(static_cast<std::int8_t>(static_cast<int>(random() % 256) - 128));
    levels.push_back(std::move(m));
  }
  std::vector<detection> room(20000);
  const detect::multiclass_nms nms;
  std::vector<std::uint32_t> scratch(nms.scratch_size(room.size()));
  const auto run = [&]<class Scores>(Scores of_scores, const char* name) {
    std::vector<sample> decoding, suppressing;
    std::size_t candidates = 0;
    for (int i = 0; i < std::max(rounds, 25); ++i) {
      detect::candidates found{room};
      decoding.push_back(timed([&] {
        for (const maps& m : levels) {
          detect::level<Scores, detect::per_tensor> level;
          level.stride = m.stride;
          level.scores = {m.scores.data(), {m.cells, m.cells, 80}};
          level.distances = {m.distances.data(), {m.cells, m.cells, 32}};
          level.of_scores = of_scores;
          level.of_distances = {{0.05f, 3}};
          detect::decode(level, std::span<const float>(projection), 0.025f, 0.65f, 0.65f, found);
        }
        return found.found;
      }));
      candidates = found.found;
      suppressing.push_back(timed([&] { return nms(found.list(), scratch).size(); }));
    }
    std::printf("%s: decode %.3f ms, suppress %.3f ms, %zu candidates, %zu detections\n", name, median(decoding),
                median(suppressing), candidates, suppressing.front().kept);
  };
  std::puts("\nPicoDet's post-processing of one picture, 3598 cells x 80 classes, medians");
  run(detect::probability, "int8 probabilities");
  run(detect::per_tensor_logit{{0.0375f, 27}}, "int8 logits       ");
}

}  // namespace

int main(int argc, char** argv) {
  std::string script, python = "python3";
  int rounds = 15;
  octet::io::arguments line("bench_nms", "Measures suppression beside other libraries, and PicoDet's post-processing.");
  line.option("--peers", "FILE.py", script, "benchmarks/nms_peers.py, to have the other libraries in the same run");
  line.option("--python", "PYTHON", python, "what runs it");
  line.option("--rounds", "N", rounds, "runs of each, in turns", 1);
  if (const auto status = line.read(argc, argv)) return *status;
  peers others(python, script);
  compare(others, rounds);
  post_processing(rounds);
  return 0;
}
