#ifndef BENCHMARKS_REPORT_HPP
#define BENCHMARKS_REPORT_HPP

#include "rows.hpp"

#include <octet/io/table.hpp>

#include <cmath>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

/// What is printed: every measurement, and sums and means over those that belong together.
namespace bench {

using octet::io::fixed;
using octet::io::table;

inline std::string times(double ratio) { return ratio > 0 ? fixed(ratio, 2) + "x" : "-"; }

inline std::string measurements(const std::vector<row>& rows) {
  table t({"operation", "shape", "layer", "median ns", "least ns", "GMAC/s", "of peak", "best peer", "faster", "INT8 peer",
           "faster", "exact peer", "faster"});
  const auto name = [](const rival* p) { return p ? p->name : "-"; };
  for (const row& r : rows)
    t.add({r.how.form + "/" + r.how.arch, r.of.name(), r.of.layer, fixed(r.time.median, 0), fixed(r.time.minimum, 0),
           fixed(r.gmacs(), 1), fixed(100 * r.peak_share(), 0) + "%", name(r.best()), times(r.ratio(r.best())),
           name(r.best_int8()), times(r.ratio(r.best_int8())), name(r.best_exact()), times(r.ratio(r.best_exact()))});
  return t.text();
}

/// Which peers a comparison is with: the fastest of each layer.
struct yardstick {
  const char* name;
  const rival* (row::*best)() const;
};
inline constexpr yardstick yardsticks[] = {
    {"any peer", &row::best}, {"INT8 peers", &row::best_int8}, {"exact INT8 peers", &row::best_exact}};

/// The sum over all convolutions of a model, of Octet and of the fastest peer of every layer.
inline std::string sums(const std::vector<row>& rows) {
  struct model {
    const char* name;
    int shape::*count;
  };
  table t({"all convolutions of", "operation", "layers", "Octet ms", "best of", "their ms", "Octet's share"});
  for (const model& m : {model{"PicoDet-S-NPU 416", &shape::npu},
                         {"PicoDet-S 416 (ESNet)", &shape::s416},
                         {"PicoDet-XS 320 (LCNet)", &shape::xs320}}) {
    int wanted = 0;
    for (const shape& s : shapes) wanted += s.*m.count;
    for (std::size_t first = 0; first < rows.size(); ++first) {
      const auto same = [&](const row& r) {
        return r.how.form == rows[first].how.form && r.how.arch == rows[first].how.arch;
      };
      if (std::find_if(rows.begin(), rows.end(), same) != rows.begin() + static_cast<std::ptrdiff_t>(first)) continue;
      int layers = 0;
      double ours = 0, theirs[std::size(yardsticks)] = {};
      bool complete[std::size(yardsticks)] = {true, true, true};
      for (const row& r : rows) {
        const int n = r.of.*m.count;
        if (!n || !same(r)) continue;
        layers += n;
        ours += n * r.time.median;
        for (std::size_t y = 0; y < std::size(yardsticks); ++y) {
          const rival* p = (r.*yardsticks[y].best)();
          if (p)
            theirs[y] += n * p->time.median;
          else
            complete[y] = false;
        }
      }
      if (layers != wanted) continue;
      bool told = false;
      for (std::size_t y = 0; y < std::size(yardsticks); ++y)
        if (complete[y]) {
          t.add({m.name, rows[first].how.form, std::to_string(layers), fixed(ours / 1e6, 2), yardsticks[y].name,
                 fixed(theirs[y] / 1e6, 2), fixed(ours / theirs[y], 2)});
          told = true;
        }
      if (!told) t.add({m.name, rows[first].how.form, std::to_string(layers), fixed(ours / 1e6, 2), "-", "-", "-"});
    }
  }
  return t.text();
}

/// Geometric means of how many times faster Octet is, and on how many layers it is not.
inline std::string means(const std::vector<row>& rows) {
  struct group {
    const char* name;
    bool (*holds)(const shape&);
  };
  static constexpr group groups[] = {
      {"all of the NPU and ESNet models", [](const shape& s) { return s.npu || s.s416; }},
      {"pointwise of them", [](const shape& s) { return (s.npu || s.s416) && s.kind() == std::string_view("pw"); }},
      {"depthwise of them", [](const shape& s) { return (s.npu || s.s416) && s.depthwise; }},
      {"dense of them", [](const shape& s) { return (s.npu || s.s416) && s.kind() == std::string_view("dense"); }}};
  table t({"shapes", "operation", "fastest of", "shapes", "geometric mean", "least", "Octet slower"});
  for (const group& g : groups)
    for (const char* form : {"conv2d_s8", "conv2d_f32"})
      for (const yardstick& y : yardsticks) {
        int count = 0, slower = 0;
        double logarithms = 0, least = 1e9;
        for (const row& r : rows) {
          const double ratio = r.ratio((r.*y.best)());
          if (r.how.form != form || r.how.arch == std::string_view("scalar") || ratio <= 0 || !g.holds(r.of)) continue;
          ++count, slower += ratio < 1;
          logarithms += std::log(ratio), least = std::min(least, ratio);
        }
        if (count)
          t.add({g.name, form, y.name, std::to_string(count), times(std::exp(logarithms / count)), times(least),
                 std::to_string(slower)});
      }
  return t.text();
}

}  // namespace bench

#endif
