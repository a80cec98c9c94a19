#ifndef EXAMPLES_SUPPORT_LABELLED_SET_HPP
#define EXAMPLES_SUPPORT_LABELLED_SET_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/core/types.hpp>
#include <octet/data/image_file.hpp>
#include <octet/deploy/picture_sizes.hpp>
#include <octet/graph/model.hpp>
#include <octet/io/picture_options.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace support {

/// A picture to learn from and its objects, in its pixels.
struct example {
  std::string name;  ///< in the annotations
  std::filesystem::path file;
  octet::data::picture_size size;
  std::vector<octet::labelled_box> objects;
};

/// The pictures of an annotation file with what can be learnt from them.
struct labelled_set {
  octet::coco::ground_truth truth;
  std::vector<example> examples;
  std::vector<octet::graph::category> categories;  ///< by ascending id, which is the order of the labels
  octet::deploy::picture_sizes sizes;
  std::size_t objects = 0, crowds = 0, empty = 0, small = 0, clipped = 0;  ///< annotations

  std::size_t left_out() const { return crowds + empty + small; }
  /// What decides a training's outcome, lines "name: value", that in which two sets differ first comes first.
  std::string settings() const;
};

/// Reads it for a network whose input has `side` x `side` pixels, with a warning about what is left out. Errors: a file that
/// is no annotations, pictures that are missing, ids that two pictures or categories have, numbers that are not finite,
/// nothing to learn from.
octet::result<labelled_set> read_labelled_set(const std::string& annotations, const std::string& images,
                                              const octet::io::picture_options& reading, int side, int threads);

}  // namespace support

#endif
