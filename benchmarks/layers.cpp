// Convolutions of real detectors, one shape at a time: Octet and its peers in turns, on the same numbers.
#include "octet_methods.hpp"
#include "peers/peers.hpp"
#include "plot.hpp"
#include "report.hpp"

#include <octet/core/arch.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/progress.hpp>
#include <octet/io/write_file.hpp>

#include <cstdio>
#include <regex>
#include <string>
#include <vector>

namespace {

using namespace bench;
using octet::arch::current;
namespace io = octet::io;

int fail(const std::string& what) {
  std::fprintf(stderr, "layers: %s\n", what.c_str());
  return 2;
}

/// Differences that rounding explains, in output steps. Peers are compared with rounded results; requantisation in float
/// rounds ties otherwise, and weights that a peer halves to stay in range lose their last bit.
float tolerance(const method& m) {
  if (m.library == "Octet") return m.kind == precision::int8 ? 0.0f : 0.01f;
  return m.kind == precision::int8 ? 8.0f : 0.51f;
}

/// Methods of Octet and of peers that are measured together because they do the same on the same numbers.
struct group {
  std::vector<const method*> ours, theirs;
};

class measurement {
 public:
  measurement(int rounds, int threads, peaks p) : rounds_(rounds), threads_(threads), peaks_(p) {}

  /// Adds a row per method of Octet; an error if its result is wrong.
  octet::result<void> add(const shape& s, const group& g) {
    std::vector<const method*> all;
    std::vector<instance> made;
    std::vector<std::function<void()>> runs;
    std::vector<float> norm;
    for (const auto* list : {&g.ours, &g.theirs})
      for (const method* m : *list) {
        const problem p = problem::realistic(s, m->from);
        instance i = m->make(p);
        if (!i.run) continue;
        i.run();
        if (m->expect) norm = m->expect(p);
        const float difference = largest_difference(i.output(), norm);
        if (!(difference <= tolerance(*m))) {
          const std::string what = m->name() + " on " + s.name() + " is off by " + io::fixed(difference, 3);
          if (m->expect) return octet::error(octet::errc::invalid, what);
          notes_.push_back(what + " and not counted");
          continue;
        }
        all.push_back(m), runs.push_back(i.run), made.push_back(std::move(i));
      }
    const auto times = take_turns(runs, rounds_, threads_);
    std::vector<rival> rivals;
    for (std::size_t i = 0; i < all.size(); ++i)
      if (!all[i]->expect) rivals.push_back({all[i]->name(), all[i]->kind, survives_extremes(*all[i], s), times[i]});
    for (std::size_t i = 0; i < all.size(); ++i)
      if (all[i]->expect)
        rows_.push_back({s, *all[i], threads_, times[i], all[i]->kind == precision::int8 ? peaks_.int8 : peaks_.fp32,
                         all[i]->same_work ? rivals : std::vector<rival>{}});
    return {};
  }

  /// By operation, then by layer.
  std::vector<row> rows() const {
    auto sorted = rows_;
    std::ranges::stable_sort(sorted, {}, [](const row& r) { return std::pair(r.how.arch == "scalar", r.how.form); });
    return sorted;
  }
  const std::vector<std::string>& notes() const { return notes_; }

 private:
  int rounds_, threads_;
  peaks peaks_;
  std::vector<row> rows_;
  std::vector<std::string> notes_;
};

}  // namespace

int main(int argc, char** argv) {
  std::string filter = std::string("^conv2d_s8/") + current::name, json, plot;
  int threads = 1, rounds = 15;
  bool with_peers = false, list = false;
  io::arguments line("layers", "Times convolutions of PicoDet, each checked against plain loops first.");
  line.option("--filter", "RE", filter, "what is measured of what --list names");
  line.option("--threads", "N", threads, "threads", 1, 256);
  line.option("--rounds", "N", rounds, "samples of each", 1, 1000000);
  line.flag("--peers", with_peers, "oneDNN and XNNPACK in the same rounds");
  line.option("--json", "FILE", json, "write the rows there");
  line.option("--plot", "FILE.svg", plot, "draw them there");
  line.flag("--list", list, "only name what can be measured");
  if (const auto status = line.read(argc, argv)) return *status;
  std::regex wanted;
  try {
    wanted = std::regex(filter);
  } catch (const std::regex_error&) {
    return fail("--filter: found '" + filter + "', expected a regular expression of ECMAScript");
  }

  octet::graph::fork_join on(threads), alone;
  const std::vector<method> ours = octet_methods(on, alone);
  if (list) {
    for (const method& m : ours)
      for (const shape& s : shapes) std::printf("%s/%s/%s  %s\n", m.form.c_str(), m.arch.c_str(), s.name().c_str(), s.layer);
    return 0;
  }

  std::vector<peer> peers;
  if (with_peers) {
    const limits allowed{threads, std::is_same_v<current, octet::arch::avx2>};
    peers = {onednn(allowed), xnnpack(allowed)};
    for (const peer& p : peers)
      if (!p.missing.empty()) std::printf("%s: %s\n", p.name.c_str(), p.missing.c_str());
  }
  struct job {
    const shape* of;
    group methods;
  };
  std::vector<job> jobs;
  for (const shape& s : shapes) {
    group g;
    bool int8 = false, fp32 = false;
    for (const method& m : ours)
      if (std::regex_search(m.form + "/" + m.arch + "/" + s.name(), wanted)) {
        g.ours.push_back(&m);
        if (m.same_work) (m.kind == precision::int8 ? int8 : fp32) = true;
      }
    // The norm of same-work results is kept from the last method of Octet: those are put last.
    std::ranges::stable_partition(g.ours, [](const method* m) { return !m->same_work; });
    for (const peer& p : peers)
      for (const method& m : p.methods)
        if (int8 || (fp32 && m.kind == precision::fp32)) g.theirs.push_back(&m);
    if (!g.ours.empty()) jobs.push_back({&s, g});
  }
  if (jobs.empty()) return fail("--filter: nothing of --list matches '" + filter + "'");

  const peaks peak = measure_peaks(on);
  measurement m(rounds, threads, peak);
  io::progress bar("layers", static_cast<int>(jobs.size()));
  for (std::size_t i = 0; i < jobs.size(); ++i) {
    if (const auto r = m.add(*jobs[i].of, jobs[i].methods); !r) return fail(r.failure().what());
    bar(static_cast<int>(i) + 1);
  }
  bar.finish();

  const std::vector<row> rows = m.rows();
  for (const auto& note : m.notes()) std::printf("%s\n", note.c_str());
  std::printf("%s on %d thread%s; peak of multiply-add chains: int8 %.1f, float %.1f GMAC/s\n\n%s", current::name, threads,
              threads > 1 ? "s" : "", peak.int8, peak.fp32, measurements(rows).c_str());
  for (const auto& text : {sums(rows), means(rows)})
    if (std::ranges::count(text, '\n') > 2) std::printf("\n%s", text.c_str());
  if (!json.empty())
    if (const auto r = io::write_file(json, to_json(rows)); !r) return fail(r.failure().what());
  if (!plot.empty())
    if (const auto r = io::write_file(plot, to_svg(rows)); !r) return fail(r.failure().what());
}
