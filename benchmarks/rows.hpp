#ifndef BENCHMARKS_ROWS_HPP
#define BENCHMARKS_ROWS_HPP

#include "method.hpp"
#include "sampling.hpp"

#include <octet/io/json_writer.hpp>

#include <string>
#include <vector>

namespace bench {

/// What a peer took for the same shape, in the same rounds.
struct rival {
  std::string name;
  precision kind;
  bool exact;
  timing time;
};

/// What was measured of one operation of Octet on one shape.
struct row {
  shape of;
  method how;
  int threads;
  timing time;
  double peak;  ///< products per nanosecond
  std::vector<rival> rivals;

  std::string name() const { return how.form + "/" + how.arch + "/" + of.name(); }
  double gmacs() const { return of.products() / time.median; }
  double peak_share() const { return gmacs() / peak; }

  /// The fastest peer, if any, for which `condition` holds.
  template <class Condition>
  const rival* best(Condition condition) const {
    const rival* found = nullptr;
    for (const rival& r : rivals)
      if (condition(r) && (!found || r.time.median < found->time.median)) found = &r;
    return found;
  }
  const rival* best() const {
    return best([&](const rival& r) { return how.kind == precision::int8 || r.kind == how.kind; });
  }
  const rival* best_int8() const {
    return best([&](const rival& r) { return r.kind == precision::int8 && how.kind == precision::int8; });
  }
  const rival* best_exact() const {
    return best([&](const rival& r) { return r.exact && how.kind == precision::int8; });
  }
  /// How many times faster Octet is; 0 without a peer.
  double ratio(const rival* r) const { return r ? r->time.median / time.median : 0; }
};

inline std::string to_json(const std::vector<row>& rows) {
  octet::io::json_writer w;
  const auto peer = [&](const row& r, const std::string& which, const rival* p) {
    w.key(which), p ? w.value(p->name) : w.value(nullptr);
    w.key("ratio_" + which), p ? w.value(r.ratio(p)) : w.value(nullptr);
  };
  w.begin_object().key("rows").begin_array();
  for (const row& r : rows) {
    w.begin_object().member("name", r.name()).member("op", r.how.form).member("arch", r.how.arch);
    w.member("shape", r.of.name()).member("layer", r.of.layer).member("threads", r.threads);
    w.member("ns_median", r.time.median).member("ns_min", r.time.minimum);
    w.member("gmacs", r.gmacs()).member("peak_share", r.peak_share());
    peer(r, "best_peer", r.best());
    peer(r, "best_int8_peer", r.best_int8());
    peer(r, "best_exact_peer", r.best_exact());
    w.key("peers").begin_array();
    for (const rival& p : r.rivals)
      w.begin_object()
          .member("name", p.name)
          .member("exact", p.exact)
          .member("ns_median", p.time.median)
          .member("ns_min", p.time.minimum)
          .end_object();
    w.end_array().end_object();
  }
  w.end_array().end_object();
  return w.take();
}

}  // namespace bench

#endif
