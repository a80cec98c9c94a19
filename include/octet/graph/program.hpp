#ifndef OCTET_GRAPH_PROGRAM_HPP
#define OCTET_GRAPH_PROGRAM_HPP

#include <octet/core/view.hpp>
#include <octet/graph/executor.hpp>
#include <octet/graph/plan.hpp>

#include <span>
#include <utility>
#include <vector>

namespace octet::graph {

/// A portion of a map.
struct row_range {
  int begin, end;
};

/// How the operations of one kind of network run: what element the maps hold, what is prepared once per node (packed
/// weights), and how a node computes rows of its output, or all of them where it is not divisible. `float_backend` and
/// `integer_backend` are the two of Octet.
template <class B>
concept backend = requires(const typename B::operation& o, const typename B::layer& l, extent e, std::byte* scratch,
                           std::span<const map_view<const typename B::element>> in, map_view<typename B::element> out) {
  { B::prepare(o, e) } -> std::same_as<typename B::layer>;  // e: shape of the first input
  { B::scratch_size(o, e) } -> std::same_as<std::size_t>;
  { B::divisible(o) } -> std::same_as<bool>;
  B::run(o, l, in, out, row_range{}, scratch);
};

/// A network made ready to run: packed weights and memory plan. Immutable, so any number of threads may share it, each
/// with an `arena` of its own.
template <backend Backend>
class program {
 public:
  using element = typename Backend::element;
  using network_type = basic_network<typename Backend::operation>;

  explicit program(network_type net) : net_(std::move(net)), plan_(make_plan(net_, sizeof(element))) {
    layers_.reserve(net_.nodes.size());
    for (const auto& n : net_.nodes) {
      const extent in = n.inputs.empty() ? n.shape : net_[n.inputs.front()].shape;
      layers_.push_back(Backend::prepare(n.op, in));
      scratch_bytes_ = (std::max)(scratch_bytes_, round_up(Backend::scratch_size(n.op, in), aligned_buffer::alignment));
    }
  }

  const network_type& network() const noexcept { return net_; }
  const graph::plan& memory() const noexcept { return plan_; }
  std::size_t scratch_bytes() const noexcept { return scratch_bytes_; }

  /// The memory of one run at a time, by so many threads.
  class arena {
   public:
    explicit arena(const program& p, int threads = 1)
        : maps_(p.plan_.arena_bytes), scratch_(p.scratch_bytes_ * static_cast<std::size_t>(threads)), threads_(threads) {}

   private:
    friend program;
    aligned_buffer maps_, scratch_;
    int threads_;
  };

  /// Where node `id` lies in the arena. Holds the node's values after its step, until a later map takes the place;
  /// graph outputs stay until the next run.
  map_view<element> map(const arena& a, int id) const noexcept {
    const placement& p = plan_.where[static_cast<std::size_t>(id)];
    return {reinterpret_cast<element*>(a.maps_.data() + p.offset), net_[id].shape, p.stride};
  }

  /// Runs the network on what the caller has written into map(a, 0), by at most as many threads of the executor as the arena
  /// is for; results are the same for any number. `after(id, map)` is called when node `id` is done.
  template <executor Executor, class After>
  void run(arena& a, Executor&& execute, After&& after) const {
    const int threads = (std::min)(a.threads_, static_cast<int>(execute.size()));
    std::vector<map_view<const element>> in;
    for (int id = 0; id < net_.size(); ++id) {
      const auto& n = net_[id];
      in.clear();
      for (int i : n.inputs) in.push_back(map(a, i));
      const map_view<element> out = map(a, id);
      const int parts = parts_of(n, threads);
      const auto portion = [&](int part) {
        Backend::run(n.op, layers_[static_cast<std::size_t>(id)], std::span<const map_view<const element>>(in), out,
                     row_range{out.h * part / parts, out.h * (part + 1) / parts},
                     a.scratch_.data() + scratch_bytes_ * static_cast<std::size_t>(part));
      };
      if (parts > 1)
        execute(parts, portion);
      else
        portion(0);
      after(id, map_view<const element>(out));
    }
  }
  template <class After>
  requires(!executor<std::remove_reference_t<After>>) void run(arena& a, After&& after) const { run(a, serial{}, after); }
  template <executor Executor>
  void run(arena& a, Executor&& execute) const {
    run(a, execute, [](int, map_view<const element>) {});
  }
  void run(arena& a) const { run(a, serial{}); }

 private:
  /// Handing work to a thread costs a microsecond or two; in that time one thread makes about a thousand values.
  static int parts_of(const typename network_type::node& n, int threads) {
    constexpr std::size_t worth_a_thread = 1024;
    if (threads == 1 || !Backend::divisible(n.op)) return 1;
    return static_cast<int>(std::clamp<std::size_t>(n.shape.size() / worth_a_thread, 1,
                                                    static_cast<std::size_t>((std::min)(threads, n.shape.h))));
  }

  network_type net_;
  graph::plan plan_;
  std::vector<typename Backend::layer> layers_;
  std::size_t scratch_bytes_ = 0;
};

}  // namespace octet::graph

#endif
