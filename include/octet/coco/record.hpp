#ifndef OCTET_COCO_RECORD_HPP
#define OCTET_COCO_RECORD_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/coco/json.hpp>

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

/// What the objects in COCO's files have in common.
namespace octet::coco::detail {

/// Reads an object. field(i) reads the member that has the i-th name; others are skipped. Returns which names were there,
/// bit i for the i-th. Fast if the members come in the order of the names.
template <std::size_t N, class Field>
std::optional<unsigned> read_record(json_reader& in, const std::string_view (&names)[N], Field&& field) {
  unsigned seen = 0;
  std::size_t likely = 0;
  const bool read = in.object([&](std::string_view key) {
    for (std::size_t tried = 0, i = likely; tried < N; ++tried, i = i + 1 == N ? 0 : i + 1)
      if (key == names[i]) {
        seen |= 1u << i;
        likely = i + 1 == N ? 0 : i + 1;
        return static_cast<bool>(field(i)) || in.fail_in(names[i]);
      }
    return in.skip();
  });
  return read ? std::optional(seen) : std::nullopt;
}

inline std::string needed(std::string_view field) {
  return "a field \"" + std::string(field) + "\" in the record that ends here";
}

/// False, with an error, unless the bits of all names are set.
inline bool need(json_reader& in, unsigned seen, std::initializer_list<const char*> names) {
  unsigned bit = 1;
  for (const char* name : names) {
    if (!(seen & bit)) return in.fail(needed(name), errc::missing);
    bit <<= 1;
  }
  return true;
}

/// angle: where the fifth number goes; without it there are four.
inline bool read_bounds(json_reader& in, bounds& box, double* angle) {
  std::size_t n = 0;
  const std::string what = angle ? "a box of five numbers" : "a box of four numbers";
  const auto coordinate = [&] {
    if (n == (angle ? 5u : 4u)) return in.fail("the end of " + what);
    const std::size_t i = n++;
    return in.number(i < 4 ? box[i] : *angle);
  };
  return in.array(coordinate) && (n == (angle ? 5 : 4) || in.fail(what + " before this"));
}

}  // namespace octet::coco::detail

#endif
