#ifndef OCTET_DEPLOY_DROP_BROKEN_HPP
#define OCTET_DEPLOY_DROP_BROKEN_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/core/result.hpp>
#include <octet/data/broken.hpp>
#include <octet/data/picture_file.hpp>

#include <cstdint>
#include <filesystem>
#include <set>
#include <vector>

namespace octet::deploy {

/// data::drop_broken for an annotation file: pictures that are missing or do not decode go, and their annotations with them,
/// so that the numbers are those of the others. Gives what was wrong with each.
inline std::vector<error> drop_broken(coco::ground_truth& truth, const std::filesystem::path& folder, int threads = 1,
                                      const data::decode_options& options = {}) {
  std::set<std::int64_t> gone;
  for (const coco::picture& p : truth.images) gone.insert(p.id);
  const auto path_of = [&](const coco::picture& p) { return data::picture_path(folder, p.file_name); };
  auto dropped = data::drop_broken(truth.images, threads, path_of, options);
  if (dropped.empty()) return dropped;
  for (const coco::picture& p : truth.images) gone.erase(p.id);
  std::erase_if(truth.annotations, [&](const auto& a) { return gone.contains(a.image_id); });
  return dropped;
}

}  // namespace octet::deploy

#endif
