#ifndef OCTET_CORE_PREPROCESSING_HPP
#define OCTET_CORE_PREPROCESSING_HPP

namespace octet {

/// How a picture becomes the network's input: RGB order, stretched to width x height (no letterbox), then per channel
/// real = (u8 / 255 - mean) / stddev. Part of the model object and of everything exported, because a detector that is
/// calibrated or run with another preprocessing loses its accuracy without any error.
struct preprocessing {
  enum class filter : unsigned char { cubic, linear };

  int width = 0, height = 0;
  float mean[3] = {0, 0, 0};
  float stddev[3] = {1, 1, 1};
  filter resize = filter::cubic;

  friend constexpr bool operator==(const preprocessing&, const preprocessing&) = default;

  /// Statistics of ImageNet: what PicoDet with hard-swish was trained with.
  static constexpr preprocessing imagenet(int width, int height) noexcept {
    return {width, height, {0.485f, 0.456f, 0.406f}, {0.229f, 0.224f, 0.225f}, filter::cubic};
  }
  /// Values in [0,1] as they are: what the NPU variant (relu6) was trained with.
  static constexpr preprocessing unit(int width, int height) noexcept { return {width, height}; }
};

}  // namespace octet

#endif
