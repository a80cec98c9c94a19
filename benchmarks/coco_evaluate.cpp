// Times the metric. The first run makes seeded detections for the annotations (given or made up) and writes them to a file;
// the next one times reading and scoring it.
#include <octet/coco.hpp>
#include <octet/io/arguments.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <string>

#include <sys/resource.h>

namespace coco = octet::coco;

namespace {

double cpu_seconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

double wall_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct times {
  double truth = 1e9, results = 1e9, scoring = 1e9, all = 1e9, wall = 1e9;
  void keep(const times& t) {
    truth = std::min(truth, t.truth), results = std::min(results, t.results), scoring = std::min(scoring, t.scoring);
    all = std::min(all, t.all), wall = std::min(wall, t.wall);
  }
};

class generator {
 public:
  /// Scores are multiples of 1/levels; 0: any number.
  explicit generator(int levels) : levels_(levels) {}

  coco::ground_truth truth(int pictures, int classes, int objects) {
    coco::ground_truth g;
    for (int k = 1; k <= classes; ++k) g.categories.push_back({k, "class " + std::to_string(k)});
    for (int i = 1; i <= pictures; ++i) {
      g.images.push_back({i, 640, 480, std::to_string(i) + ".jpg"});
      for (int n = 0; n < objects; ++n) {
        const coco::bounds b = box();
        g.annotations.push_back(
            {static_cast<std::int64_t>(g.annotations.size() + 1), i, whole(classes) + 1, b, b[2] * b[3]});
      }
    }
    return g;
  }

  /// So many a picture: every object once or twice, moved a little, and boxes anywhere.
  std::vector<coco::scored_box> detections(const coco::ground_truth& g, int per_picture) {
    std::map<std::int64_t, std::vector<const coco::annotation*>> objects;
    for (const coco::annotation& a : g.annotations) objects[a.image_id].push_back(&a);
    std::vector<coco::scored_box> all;
    all.reserve(g.images.size() * static_cast<std::size_t>(per_picture));
    for (const coco::picture& p : g.images) {
      const auto& here = objects[p.id];
      for (int i = 0; i < per_picture; ++i) {
        coco::scored_box d;
        d.image_id = p.id;
        if (static_cast<std::size_t>(i) < 2 * here.size()) {
          const coco::annotation& a = *here[static_cast<std::size_t>(i) % here.size()];
          d.category_id = a.category_id;
          for (std::size_t c = 0; c < 4; ++c) d.bbox[c] = hundredth(a.bbox[c] + a.bbox[2 + c % 2] * 0.15 * (unit() - 0.5));
          d.score = score(0.3, 0.7);
        } else {
          d.category_id = g.categories[static_cast<std::size_t>(whole(static_cast<int>(g.categories.size())))].id;
          d.bbox = box();
          d.score = score(0.0, 0.6);
        }
        all.push_back(d);
      }
    }
    return all;
  }

 private:
  double unit() { return static_cast<double>(random_()) * 0x1p-32; }
  int whole(int below) { return static_cast<int>(unit() * below); }
  static double hundredth(double x) { return static_cast<double>(static_cast<long>(x * 100)) / 100; }
  coco::bounds box() {
    const double w = hundredth(4 + 200 * unit() * unit()), h = hundredth(4 + 200 * unit() * unit());
    return {hundredth(unit() * (640 - w)), hundredth(unit() * (480 - h)), w, h};
  }
  double score(double lo, double range) {
    const double s = lo + range * unit();
    return levels_ ? static_cast<double>(static_cast<int>(s * levels_)) / levels_ : s;
  }

  std::mt19937 random_{42};
  int levels_;
};

}  // namespace

int main(int argc, char** argv) {
  int per_picture = 100, threads = 1, levels = 0, rounds = 9, pictures = 5000, classes = 80, objects = 7;
  std::string annotations, folder = std::filesystem::temp_directory_path();
  octet::io::arguments line("bench_coco_evaluate", "Times reading and scoring of made-up detections.");
  line.option("--annotations", "A.json", annotations, "ground truth; made up without");
  line.option("--pictures", "N", pictures, "pictures to make up", 1, 1000000);
  line.option("--classes", "N", classes, "classes to make up", 1, 100000);
  line.option("--objects", "N", objects, "objects a picture to make up", 0, 1000);
  line.option("--detections", "N", per_picture, "detections a picture", 1, 10000);
  line.option("--levels", "N", levels, "scores are multiples of 1/N; 0: any", 0, 65535);
  line.option("--threads", "N", threads, "threads", 1, 64);
  line.option("--rounds", "N", rounds, "times it is done; the least counts", 1, 1000);
  line.option("--folder", "DIR", folder, "where the files are written, once for each set of options");
  if (const auto status = line.read(argc, argv)) return *status;

  const std::string name = (annotations.empty() ? std::to_string(pictures) + "x" + std::to_string(classes) : "given") + "_" +
                           std::to_string(per_picture) + "_" + std::to_string(levels);
  const std::filesystem::path file = std::filesystem::path(folder) / ("octet_coco_" + name + ".json");
  generator make(levels);
  if (annotations.empty()) {
    annotations = file.string() + ".truth";
    if (!std::filesystem::exists(annotations)) {
      const coco::ground_truth g = make.truth(pictures, classes, objects);
      std::ofstream out(annotations);
      out << "{\"images\":[";
      for (const auto& p : g.images) out << (p.id > 1 ? "," : "") << "{\"id\":" << p.id << ",\"width\":640,\"height\":480}";
      out << "],\"categories\":[";
      for (const auto& c : g.categories)
        out << (c.id > 1 ? "," : "") << "{\"id\":" << c.id << ",\"name\":\"" << c.name << "\"}";
      out << "],\"annotations\":[";
      for (const auto& a : g.annotations)
        out << (a.id > 1 ? ",\n" : "\n") << "{\"area\":" << a.area << ",\"iscrowd\":0,\"image_id\":" << a.image_id
            << ",\"bbox\":[" << a.bbox[0] << "," << a.bbox[1] << "," << a.bbox[2] << "," << a.bbox[3]
            << "],\"category_id\":" << a.category_id << ",\"id\":" << a.id << "}";
      out << "]}\n";
    }
  }
  if (!std::filesystem::exists(file)) {
    const auto truth = coco::read_annotations(annotations);
    if (!truth) return std::fprintf(stderr, "%s\n", truth.failure().what()), 2;
    std::ofstream(file) << coco::to_json(make.detections(*truth, per_picture));
    return std::printf("%s is written; run again to time it\n", file.c_str()), 0;
  }

  times least;
  std::size_t detections = 0;
  double ap = 0;
  for (int round = 0; round < rounds; ++round) {
    const double start = cpu_seconds(), wall = wall_seconds();
    const auto truth = coco::read_annotations(annotations);
    if (!truth) return std::fprintf(stderr, "%s\n", truth.failure().what()), 2;
    const double truth_read = cpu_seconds();
    const auto found = coco::read_results(file, *truth, threads);
    if (!found) return std::fprintf(stderr, "%s\n", found.failure().what()), 2;
    const double found_read = cpu_seconds();
    const auto e = coco::evaluate(*truth, *found, {}, threads);
    const double end = cpu_seconds();
    least.keep({truth_read - start, found_read - truth_read, end - found_read, end - start, wall_seconds() - wall});
    detections = found->size();
    ap = e.stats[0];
  }
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  std::printf(
      "%zu detections, AP %.4f; least of %d in CPU s: annotations %.3f, results %.3f, scoring %.3f, all %.3f; "
      "wall %.3f s; %.0f MB\n",
      detections, ap, rounds, least.truth, least.results, least.scoring, least.all, least.wall,
      static_cast<double>(used.ru_maxrss) / 1024);
  return 0;
}
