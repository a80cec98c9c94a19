#ifndef OCTET_TRAIN_DETECTOR_RECIPE_HPP
#define OCTET_TRAIN_DETECTOR_RECIPE_HPP

#include <octet/graph/picodet.hpp>

#include <array>
#include <string_view>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// How pictures are changed before a network learns from them. Probabilities are in [0,1].
struct augmentation {
  double mosaic = 0;                          ///< four pictures in one
  double mixup = 0;                           ///< a mosaic with one more picture; without mosaics, two pictures
  double until = 1;                           ///< part of the training in which pictures are mixed
  double hue = 0, saturation = 0, value = 0;  ///< largest change: degrees, and parts of the range
  double flip = 0.5;
  double expand = 0, crop = 0;  ///< smaller on a ground of one colour; a part of the picture
};

/// A detector and how it is trained. Lengths are parts of the whole training, so that shorter ones look alike.
struct detector_recipe {
  std::string_view name, about;
  graph::picodet_measures measures;
  std::vector<int> sides{};         ///< of the input, one per iteration by chance; empty: that of `measures`
  bool adam = false;                ///< AdamW; else momentum 0.9
  double rate = 0.2, decay = 4e-5;  ///< for batches of `rate_batch`: the rate grows linearly with the batch
  int rate_batch = 160;
  double norm_momentum = 0.9;  ///< of the statistics of batch norms
  double average = 0.9998;     ///< decay of the moving average of the parameters
  double last = 0.08;          ///< of the cosine, as part of the rate, and
  double plateau = 0.1;        ///< how long it stays there
  double warm_up = 2.0 / 300;
  double adaptive = 1.0 / 3;  ///< assigned by ATSS at first, then task-aligned
  augmentation augment{};
  int epochs = 300, batch = 40;  ///< unless told otherwise
};

/// The recipes that have names. Sources: PaddleDetection's configs/picodet/picodet_s_416_coco_npu.yml and
/// picodet_xs_320_coco_lcnet.yml; `shapes` is for small sets of simple pictures and short trainings.
inline const std::vector<detector_recipe>& detector_recipes() {
  static const std::vector<detector_recipe> all = [] {
    std::vector<detector_recipe> r;
    detector_recipe shapes{"shapes", "105,000 parameters for simple pictures: learns in minutes", {}};
    shapes.measures = {.side = 320, .backbone = {8, 16, 24, 32, 64, 96}, .blocks = 2, .neck = 32, .tower = 1};
    shapes.adam = true, shapes.rate = 2e-2, shapes.rate_batch = 8, shapes.decay = 0.02, shapes.average = 0.998;
    shapes.last = 0.01, shapes.plateau = 0, shapes.warm_up = 0.02, shapes.adaptive = 0.1, shapes.epochs = 18,
    shapes.batch = 8;
    r.push_back(shapes);
    detector_recipe npu{"picodet_s_npu", "PicoDet-S with relu6 for NPUs, 416 pixels, as PaddleDetection trains it", {}};
    npu.sides = {320, 352, 384, 416, 448, 480, 512};
    npu.augment = {.mosaic = 0.6, .mixup = 1, .until = 0.6, .hue = 10, .saturation = 30.0 / 255, .value = 30.0 / 255};
    r.push_back(npu);
    detector_recipe xs{"picodet_xs", "PicoDet-XS with hard-swish, 320 pixels", {}};
    xs.measures = graph::picodet_xs_measures();
    xs.sides = {256, 288, 320, 352, 384};
    xs.rate = 0.32, xs.rate_batch = 256, xs.batch = 64;
    xs.augment = {.flip = 0.5, .crop = 1};
    r.push_back(xs);
    detector_recipe tune{"fine_tune", "small steps from the weights of a file, with --model", {}};
    tune.adam = true, tune.rate = 1e-6, tune.norm_momentum = 0.99, tune.rate_batch = 8, tune.decay = 0, tune.average = 0.998,
    tune.batch = 8;
    tune.last = 0.05, tune.plateau = 0, tune.warm_up = 0.1, tune.adaptive = 0, tune.epochs = 5;
    r.push_back(tune);
    detector_recipe half = npu;
    half.name = "picodet_s_npu_half", half.about = "the same with half as many channels, 320 pixels";
    half.measures = {.side = 320, .backbone = {8, 16, 24, 48, 96, 192}, .neck = 48, .tower = 2};
    half.sides = {};
    r.push_back(half);
    return r;
  }();
  return all;
}

/// By name; nullptr: there is none.
inline const detector_recipe* find_detector_recipe(std::string_view name) {
  for (const detector_recipe& r : detector_recipes())
    if (r.name == name) return &r;
  return nullptr;
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
