#ifndef OCTET_TRAIN_AUGMENT_HPP
#define OCTET_TRAIN_AUGMENT_HPP

#include <octet/data/augment/even_mixup.hpp>
#include <octet/data/augment/horizontal_flip.hpp>
#include <octet/data/augment/hsv_jitter.hpp>
#include <octet/data/augment/mixup.hpp>
#include <octet/data/augment/mosaic.hpp>
#include <octet/data/augment/random_crop.hpp>
#include <octet/data/augment/random_expand.hpp>
#include <octet/train/detector_recipe.hpp>

namespace octet::train {
inline namespace OCTET_ABI {

/// Changes a picture as a recipe says, in PaddleDetection's order: mosaic and mixup, colours, expansion, crop, flip.
/// `done`: part of the training that is over, in [0,1]. `another`: gives further pictures of the set. The random source
/// alone decides the result; what a recipe leaves out draws no numbers from it.
inline void augment(data::labelled_picture& p, const augmentation& how, double done, random_source& random,
                    data::augment::picture_source auto&& another) {
  namespace step = data::augment;
  if (done < how.until && how.mosaic > 0) {
    if (random.chance(how.mosaic)) {
      step::mosaic{}(p, random, another);
      if (how.mixup > 0) step::even_mixup{.chance = how.mixup}(p, random, another);
    }
  } else if (done < how.until && how.mixup > 0) {
    step::mixup{how.mixup}(p, random, another);
  }
  if (how.hue > 0 || how.saturation > 0 || how.value > 0) step::hsv_jitter{how.hue, how.saturation, how.value}(p, random);
  if (how.expand > 0) step::random_expand{.chance = how.expand}(p, random);
  if (how.crop > 0) step::random_crop{.chance = how.crop}(p, random);
  if (how.flip > 0) step::horizontal_flip{how.flip}(p, random);
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
