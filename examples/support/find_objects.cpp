// Its own source file, since networks and metric each take the compiler a while.
#include "find_objects.hpp"

#include "load_detector.hpp"

#include <octet/deploy/evaluate.hpp>
#include <octet/graph/float_operations.hpp>

using namespace octet;

result<support::model_findings> support::find_objects(const std::string& path, const io::model_options& options,
                                                      const coco::ground_truth& truth, const std::string& images,
                                                      int threads, const std::function<void(int)>& done,
                                                      const data::decode_options& decode) {
  const auto run = [&](const auto& detector) -> result<model_findings> {
    auto found = deploy::find_all(detector, truth, images, threads, done, decode);
    if (!found) return found.failure();
    return model_findings{std::move(found->boxes), found->network_seconds * 1e3,
                          graph::float_operations(detector.network().net), std::move(found->warning)};
  };
  return with_detector(path, options, run);
}
