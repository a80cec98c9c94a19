#ifndef OCTET_PTQ_CALIBRATE_HPP
#define OCTET_PTQ_CALIBRATE_HPP

#include <octet/core/communicator.hpp>
#include <octet/core/result.hpp>
#include <octet/graph/carry.hpp>
#include <octet/graph/float_backend.hpp>
#include <octet/graph/gather.hpp>
#include <octet/quant/recipe.hpp>

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace octet::ptq {

/// Step of every map that has a scale per channel: gains do the rest, so concat and split never need another step.
inline constexpr float gained_step = 1.0f / 16.0f;

/// The recipe's observers on every map of a float network whose quantization is measured.
template <quant::recipe_type Recipe>
class calibration {
 public:
  using fake_quant = typename Recipe::activations;
  static constexpr bool per_tensor = std::is_same_v<typename fake_quant::granularity_type, quant::per_tensor>;

  explicit calibration(const graph::network& net) {
    // With one scale per map, a joined map has one of its own, to which its parts are rescaled.
    for (const graph::node& n : net.nodes) {
      const bool joins = per_tensor && std::holds_alternative<graph::op::concat>(n.op);
      maps_.push_back(joins || graph::origin_of(n.op) == graph::origin::measured
                          ? std::optional<fake_quant>(fake_quant(n.shape.c))
                          : std::nullopt);
    }
  }

  /// One picture has come to node `id`: the hook of program::run.
  void operator()(int id, map_view<const float> map) {
    if (auto& f = maps_[static_cast<std::size_t>(id)]) f->observe(map);
  }

  /// As if this one had seen the other's pictures too, after its own.
  void merge(const calibration& other) {
    for (std::size_t i = 0; i < maps_.size(); ++i)
      if (maps_[i]) maps_[i]->merge(*other.maps_[i]);
  }

  /// For another process: writes or reads what the observers have seen. Precondition: the same network there.
  template <class Archive>
  void state(Archive& archive) {
    for (auto& m : maps_)
      if (m) m->state(archive);
  }

  /// What the maps' int8 values shall stand for, by node; nothing where it follows from the operation or its inputs.
  std::vector<std::optional<graph::quantization>> quantizations() const {
    std::vector<std::optional<graph::quantization>> all;
    for (const auto& f : maps_) {
      if (!f) {
        all.emplace_back();
        continue;
      }
      const std::vector<qparams> p = f->parameters(typename Recipe::absorption{});
      graph::quantization q{per_tensor ? p.front().scale : gained_step, {}, {}};
      for (const qparams& c : p) {
        q.gain.push_back(per_tensor ? 1.0f : q.step / c.scale);
        q.zero_point.push_back(static_cast<std::int8_t>(c.zero_point));
      }
      all.push_back(std::move(q));
    }
    return all;
  }

 private:
  std::vector<std::optional<fake_quant>> maps_;  // per node
};

/// Whether the recipe gives every map one scale and the zero point 0, as some consumers of INT8 files demand.
template <quant::recipe_type Recipe>
constexpr bool symmetric_maps = quant::unit_parameters<Recipe>.zero_point == 0 && calibration<Recipe>::per_tensor;

/// Runs the network over pictures 0 .. count-1 and lets the recipe's observers watch.
/// fill(i, map)   writes picture i, preprocessed, into the input map [H,W,3]; called from several threads; result<void>
/// done(n)        is told after every picture how many are done; called from several threads
/// Threads watch neighbouring shares that are merged in order, so that the outcome does not depend on their number with any
/// observer whose merge is exact. Errors: what fill gives for the first picture that it fails for.
template <quant::recipe_type Recipe, class Fill, class Done>
result<calibration<Recipe>> calibrate(const graph::float_program& program, int count, int threads, Fill&& fill,
                                      Done&& done) {
  OCTET_EXPECTS(count > 0 && threads > 0);
  threads = threads < count ? threads : count;
  std::vector<calibration<Recipe>> shares(static_cast<std::size_t>(threads), calibration<Recipe>(program.network()));
  std::vector<std::optional<error>> failures(shares.size());
  std::atomic<int> finished = 0;
  // A share goes on while an earlier picture than the one that failed may be in it.
  std::atomic<int> failed = threads;
  const auto work = [&](int t) {
    const auto at = static_cast<std::size_t>(t);
    graph::float_program::arena arena(program);
    for (int i = count * t / threads; i < count * (t + 1) / threads && failed >= t; ++i) {
      if (const result<void> filled = fill(i, program.map(arena, 0)); !filled) {
        failures[at] = filled.failure();
        for (int first = failed; t < first && !failed.compare_exchange_weak(first, t);) {
        }
        return;
      }
      program.run(arena, shares[at]);
      done(++finished);
    }
  };
  std::vector<std::thread> pool;
  for (int t = 1; t < threads; ++t) pool.emplace_back(work, t);
  work(0);
  for (std::thread& t : pool) t.join();
  for (const auto& f : failures)
    if (f) return *f;
  for (std::size_t t = 1; t < shares.size(); ++t) shares[0].merge(shares[t]);
  return std::move(shares[0]);
}

/// The same by several processes, each with its share of the pictures: all get the calibration of one that sees them all.
/// `done` is told how many pictures of this process' share are done.
/// Errors: that of the first picture, in all processes.
template <quant::recipe_type Recipe, communicator Communicator, class Fill, class Done>
result<calibration<Recipe>> calibrate(const Communicator& all, const graph::float_program& program, int count, int threads,
                                      Fill&& fill, Done&& done) {
  OCTET_EXPECTS(count > 0);
  const share own(static_cast<std::size_t>(count), all.rank(), all.size());
  const int first = static_cast<int>(own.first), pictures = static_cast<int>(own.last) - first;
  calibration<Recipe> part(program.network());
  std::optional<error> failure;
  if (pictures > 0) {
    auto seen = calibrate<Recipe>(
        program, pictures, threads, [&](int i, map_view<float> map) { return fill(first + i, map); }, done);
    if (seen)
      part = std::move(*seen);
    else
      failure = seen.failure();
  }
  if (const auto failed = graph::agree(all, failure)) return *failed;
  calibration<Recipe> whole(program.network());
  graph::byte_writer own_state;
  part.state(own_state);
  graph::gather(all, own_state.bytes(), [&](int, std::span<const std::byte> bytes) {
    graph::byte_reader reader(bytes);
    part.state(reader);
    whole.merge(part);
  });
  return whole;
}

}  // namespace octet::ptq

#endif
