#ifndef OCTET_COCO_ID_INDEX_HPP
#define OCTET_COCO_ID_INDEX_HPP

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace octet::coco {

/// Positions of ids in a list without repetitions. Cost: one probe or two for a look-up.
class id_index {
 public:
  static constexpr std::uint32_t none = 0xffffffff;

  id_index() : id_index(std::vector<std::int64_t>{}) {}
  explicit id_index(const std::vector<std::int64_t>& ids)
      : slots_(std::bit_ceil(2 * ids.size() + 2), {0, none}), shift_(std::countl_zero(slots_.size() - 1)) {
    for (std::size_t i = 0; i < ids.size(); ++i) *slot(ids[i]) = {ids[i], static_cast<std::uint32_t>(i)};
  }

  /// The position of `id`, or none.
  std::uint32_t operator()(std::int64_t id) const { return const_cast<id_index*>(this)->slot(id)->second; }

 private:
  using entry = std::pair<std::int64_t, std::uint32_t>;

  entry* slot(std::int64_t id) {
    // Fibonacci hashing spreads runs of ids, which files are full of.
    std::size_t at = static_cast<std::uint64_t>(id) * 0x9e3779b97f4a7c15u >> shift_;
    while (slots_[at].second != none && slots_[at].first != id) at = (at + 1) & (slots_.size() - 1);
    return &slots_[at];
  }

  std::vector<entry> slots_;
  int shift_;
};

namespace detail {

inline std::vector<std::int64_t> sorted_unique(std::vector<std::int64_t> ids) {
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  return ids;
}

/// The ids that take part, ascending: those `chosen`, or all of the records.
template <class Record>
std::vector<std::int64_t> ids_of(const std::vector<Record>& records, const std::vector<std::int64_t>& chosen) {
  if (!chosen.empty()) return sorted_unique(chosen);
  std::vector<std::int64_t> ids;
  ids.reserve(records.size());
  for (const Record& r : records) ids.push_back(r.id);
  return sorted_unique(std::move(ids));
}

}  // namespace detail

}  // namespace octet::coco

#endif
