#ifndef EXAMPLES_SUPPORT_FIND_OBJECTS_HPP
#define EXAMPLES_SUPPORT_FIND_OBJECTS_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/core/result.hpp>
#include <octet/data/image_file.hpp>
#include <octet/io/model_options.hpp>

#include <functional>
#include <string>
#include <vector>

namespace support {

/// What a model found in the pictures of an annotation file, and what that cost.
struct model_findings {
  std::vector<octet::coco::scored_box> boxes;
  double milliseconds = 0;   ///< median of a picture, network alone, one thread
  int float_operations = 0;  ///< of the network
  std::string warning{};     ///< where pictures and annotations disagree about sizes; empty: nowhere
};

/// Runs a detector file of any form: FP32, or INT8 as Octet writes it, in any dialect. done(n): so many pictures are done,
/// told by any thread. Errors: no such file, none that is known, a picture that is missing or does not decode.
octet::result<model_findings> find_objects(const std::string& model, const octet::io::model_options& options,
                                           const octet::coco::ground_truth& truth, const std::string& images, int threads,
                                           const std::function<void(int)>& done, const octet::data::decode_options& decode);

}  // namespace support

#endif
