#ifndef OCTET_TRAIN_SAMPLER_HPP
#define OCTET_TRAIN_SAMPLER_HPP

#include <octet/core/random_source.hpp>

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

using octet::random_source;

/// Which pictures an iteration takes: every picture once per round, each round in another order. An iteration's batch
/// depends on nothing but the seed and its number, so that training can go on from any.
struct sampler {
  int pictures = 1, batch = 1;
  std::uint64_t seed = 0;

  std::vector<int> operator()(long iteration) const {
    OCTET_EXPECTS(pictures > 0 && batch > 0 && iteration >= 0);
    std::vector<int> taken, order;
    long shuffled = -1;
    for (long at = iteration * batch; at < (iteration + 1) * batch; ++at) {
      if (const long round = at / pictures; round != shuffled) order = permutation(round), shuffled = round;
      taken.push_back(order[static_cast<std::size_t>(at % pictures)]);
    }
    return taken;
  }

 private:
  std::vector<int> permutation(long round) const {
    std::vector<int> order(static_cast<std::size_t>(pictures));
    std::iota(order.begin(), order.end(), 0);
    random_source random{seed * 0x9E3779B97F4A7C15u + static_cast<std::uint64_t>(round)};
    for (std::uint32_t i = static_cast<std::uint32_t>(pictures); i > 1; --i) std::swap(order[i - 1], order[random.below(i)]);
    return order;
  }
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
