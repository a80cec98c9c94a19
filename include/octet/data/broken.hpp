#ifndef OCTET_DATA_BROKEN_HPP
#define OCTET_DATA_BROKEN_HPP

#include <octet/core/result.hpp>
#include <octet/data/image_file.hpp>

#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

namespace octet::data {

/// Decodes every picture once and takes those out of the list that do not decode. What comes after sees good pictures only,
/// so that results do not depend on who met a broken one. Without this call the first broken picture is an error, because
/// other pictures give other results. `path_of(item)` is the file of an item of the list.
/// Gives what was wrong with each, in the order of the list. Cost: one decoding per picture, `threads` at the same time.
template <class Item, class PathOf = std::identity>
std::vector<error> drop_broken(std::vector<Item>& list, int threads = 1, PathOf path_of = {},
                               const decode_options& options = {}) {
  std::vector<std::optional<error>> wrong(list.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i; (i = next++) < list.size();)
      if (const auto picture = read_image(path_of(list[i]), options); !picture) wrong[i] = picture.failure();
  };
  std::vector<std::thread> pool;
  for (int t = 1; t < threads; ++t) pool.emplace_back(work);
  work();
  for (std::thread& t : pool) t.join();
  std::vector<Item> good;
  std::vector<error> dropped;
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (wrong[i]) dropped.push_back(*wrong[i]);
    else good.push_back(std::move(list[i]));
  }
  list = std::move(good);
  return dropped;
}

}  // namespace octet::data

#endif
