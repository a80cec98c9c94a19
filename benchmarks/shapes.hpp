#ifndef BENCHMARKS_SHAPES_HPP
#define BENCHMARKS_SHAPES_HPP

#include <octet/nn/geometry.hpp>

#include <string>

namespace bench {

/// A convolution over a square map, padded by half its kernel, and how often each of three detectors has it. SE layers
/// run on 1x1 maps.
struct shape {
  const char* layer;  ///< the first layer of this shape: of PicoDet-S-NPU, else a node of the published ONNX file
  int ic, oc, kernel, stride;
  bool depthwise;
  int side;
  int npu, s416, xs320;  ///< occurrences in PicoDet-S-NPU 416, PicoDet-S 416 (ESNet), PicoDet-XS 320 (LCNet)

  octet::extent in() const { return {side, side, ic}; }
  octet::nn::conv2d_geometry geometry() const {
    const int p = kernel / 2;
    return {ic, oc, kernel, kernel, stride, p, p, p, p, depthwise ? ic : 1};
  }
  octet::extent out() const { return geometry().output(in()); }
  double products() const { return static_cast<double>(out().size()) * geometry().depth(); }

  const char* kind() const { return depthwise ? "dw" : kernel == 1 ? "pw" : "dense"; }
  /// kind, kernel, stride, channels and input side: dw5x5s2_96_52, pw_96-192_26, conv3x3s2_3-16_416.
  std::string name() const {
    const auto text = [](int i) { return std::to_string(i); };
    std::string s = depthwise ? "dw" : kernel == 1 ? "pw" : "conv";
    if (kernel > 1) s += text(kernel) + "x" + text(kernel);
    if (stride > 1) s += "s" + text(stride);
    return s + "_" + text(ic) + (depthwise ? "" : "-" + text(oc)) + "_" + text(side);
  }
};

/// All distinct convolutions of the three detectors, and two of ResNet-50 as known references.
inline constexpr shape shapes[] = {
    {"conv1", 3, 16, 3, 2, false, 416, 1, 0, 0},
    {"b2.0.dw", 16, 16, 3, 1, true, 208, 1, 0, 0},
    {"b2.0.pw", 16, 24, 1, 1, false, 208, 1, 0, 0},
    {"b3.0.dw", 24, 24, 3, 2, true, 208, 1, 0, 0},
    {"b3.0.pw", 24, 48, 1, 1, false, 104, 1, 0, 0},
    {"b3.1.dw", 48, 48, 3, 1, true, 104, 1, 0, 0},
    {"b3.1.pw", 48, 48, 1, 1, false, 104, 1, 0, 0},
    {"b4.0.dw", 48, 48, 3, 2, true, 104, 1, 0, 0},
    {"b4.0.pw", 48, 96, 1, 1, false, 52, 1, 0, 0},
    {"b4.1.dw", 96, 96, 3, 1, true, 52, 1, 1, 0},
    {"b4.1.pw", 96, 96, 1, 1, false, 52, 8, 5, 0},
    {"b5.0.dw", 96, 96, 3, 2, true, 52, 1, 1, 0},
    {"b5.0.pw", 96, 192, 1, 1, false, 26, 1, 0, 0},
    {"b5.1.dw", 192, 192, 5, 1, true, 26, 5, 0, 0},
    {"b5.1.pw", 192, 192, 1, 1, false, 26, 5, 1, 0},
    {"b6.0.dw", 192, 192, 5, 2, true, 26, 1, 0, 0},
    {"b6.0.se.fc1", 192, 48, 1, 1, false, 1, 1, 2, 0},
    {"b6.0.se.fc2", 48, 192, 1, 1, false, 1, 1, 2, 0},
    {"b6.0.pw", 192, 384, 1, 1, false, 13, 1, 0, 0},
    {"b6.1.dw", 384, 384, 5, 1, true, 13, 1, 0, 0},
    {"b6.1.se.fc1", 384, 96, 1, 1, false, 1, 1, 0, 0},
    {"b6.1.se.fc2", 96, 384, 1, 1, false, 1, 1, 0, 0},
    {"b6.1.pw", 384, 384, 1, 1, false, 13, 1, 1, 0},
    {"neck conv_t.1", 192, 96, 1, 1, false, 26, 1, 2, 0},
    {"neck conv_t.2", 384, 96, 1, 1, false, 13, 1, 1, 0},
    {"neck td0.main1x1", 192, 48, 1, 1, false, 26, 4, 4, 0},
    {"neck td0.blk.1x1", 48, 48, 1, 1, false, 26, 4, 4, 0},
    {"neck td0.blk.dw5", 48, 48, 5, 1, true, 26, 2, 2, 0},
    {"neck td0.final1x1", 96, 96, 1, 1, false, 26, 8, 10, 0},
    {"neck td1.main1x1", 192, 48, 1, 1, false, 52, 2, 2, 0},
    {"neck td1.blk.1x1", 48, 48, 1, 1, false, 52, 2, 4, 0},
    {"neck td1.blk.dw5", 48, 48, 5, 1, true, 52, 1, 1, 0},
    {"neck down0.dw5", 96, 96, 5, 2, true, 52, 1, 1, 0},
    {"neck down1.dw5", 96, 96, 5, 2, true, 26, 1, 1, 0},
    {"neck down1.pw", 96, 96, 1, 1, false, 13, 7, 4, 0},
    {"neck bu1.main1x1", 192, 48, 1, 1, false, 13, 2, 2, 0},
    {"neck bu1.blk.1x1", 48, 48, 1, 1, false, 13, 2, 2, 0},
    {"neck bu1.blk.dw5", 48, 48, 5, 1, true, 13, 1, 1, 0},
    {"neck first_top.dw5", 96, 96, 5, 2, true, 13, 2, 2, 0},
    {"neck first_top.pw", 96, 96, 1, 1, false, 7, 7, 4, 0},
    {"head P3.tower0.dw5", 96, 96, 5, 1, true, 52, 4, 2, 0},
    {"head P3.se.fc", 96, 96, 1, 1, false, 1, 4, 0, 4},
    {"head P3.cls", 96, 80, 1, 1, false, 52, 1, 1, 0},
    {"head P3.reg", 96, 32, 1, 1, false, 52, 1, 1, 0},
    {"head P3.align.conv5", 96, 1, 5, 1, false, 52, 1, 0, 0},
    {"head P3.align.pw", 1, 1, 1, 1, false, 52, 1, 0, 0},
    {"head P4.tower0.dw5", 96, 96, 5, 1, true, 26, 4, 2, 0},
    {"head P4.cls", 96, 80, 1, 1, false, 26, 1, 1, 0},
    {"head P4.reg", 96, 32, 1, 1, false, 26, 1, 1, 0},
    {"head P4.align.conv5", 96, 1, 5, 1, false, 26, 1, 0, 0},
    {"head P4.align.pw", 1, 1, 1, 1, false, 26, 1, 0, 0},
    {"head P5.tower0.dw5", 96, 96, 5, 1, true, 13, 4, 2, 0},
    {"head P5.cls", 96, 80, 1, 1, false, 13, 1, 1, 0},
    {"head P5.reg", 96, 32, 1, 1, false, 13, 1, 1, 0},
    {"head P5.align.conv5", 96, 1, 5, 1, false, 13, 1, 0, 0},
    {"head P5.align.pw", 1, 1, 1, 1, false, 13, 1, 0, 0},
    {"head P6.tower0.dw5", 96, 96, 5, 1, true, 7, 4, 2, 0},
    {"head P6.cls", 96, 80, 1, 1, false, 7, 1, 1, 0},
    {"head P6.reg", 96, 32, 1, 1, false, 7, 1, 1, 0},
    {"head P6.align.conv5", 96, 1, 5, 1, false, 7, 1, 0, 0},
    {"head P6.align.pw", 1, 1, 1, 1, false, 7, 1, 0, 0},
    {"S-416 Conv_0", 3, 24, 3, 2, false, 416, 0, 1, 0},
    {"S-416 Conv_1", 24, 24, 3, 2, true, 104, 0, 1, 0},
    {"S-416 Conv_2", 24, 48, 1, 1, false, 52, 0, 1, 0},
    {"S-416 Conv_3", 24, 44, 1, 1, false, 104, 0, 1, 0},
    {"S-416 Conv_4", 44, 44, 3, 2, true, 104, 0, 1, 0},
    {"S-416 Conv_5", 44, 11, 1, 1, false, 1, 0, 1, 0},
    {"S-416 Conv_6", 11, 44, 1, 1, false, 1, 0, 1, 0},
    {"S-416 Conv_7", 44, 48, 1, 1, false, 52, 0, 1, 0},
    {"S-416 Conv_10", 48, 24, 1, 1, false, 52, 0, 2, 0},
    {"S-416 Conv_11", 24, 24, 3, 1, true, 52, 0, 2, 0},
    {"S-416 Conv_12", 48, 12, 1, 1, false, 1, 0, 3, 0},
    {"S-416 Conv_13", 12, 48, 1, 1, false, 1, 0, 3, 0},
    {"S-416 Conv_22", 96, 48, 1, 1, false, 52, 0, 1, 0},
    {"S-416 Conv_23", 48, 48, 3, 2, true, 52, 0, 1, 0},
    {"S-416 Conv_26", 48, 96, 1, 1, false, 26, 0, 1, 0},
    {"S-416 Conv_27", 192, 192, 3, 1, true, 26, 0, 1, 0},
    {"S-416 Conv_29", 96, 60, 1, 1, false, 26, 0, 2, 0},
    {"S-416 Conv_30", 60, 60, 3, 1, true, 26, 0, 2, 0},
    {"S-416 Conv_31", 120, 30, 1, 1, false, 1, 0, 2, 0},
    {"S-416 Conv_32", 30, 120, 1, 1, false, 1, 0, 2, 0},
    {"S-416 Conv_33", 120, 96, 1, 1, false, 26, 0, 2, 0},
    {"S-416 Conv_34", 96, 48, 1, 1, false, 26, 0, 4, 0},
    {"S-416 Conv_35", 48, 48, 3, 1, true, 26, 0, 4, 0},
    {"S-416 Conv_36", 96, 24, 1, 1, false, 1, 0, 5, 0},
    {"S-416 Conv_37", 24, 96, 1, 1, false, 1, 0, 5, 0},
    {"S-416 Conv_59", 192, 192, 3, 2, true, 26, 0, 1, 0},
    {"S-416 Conv_60", 192, 192, 1, 1, false, 13, 0, 3, 0},
    {"S-416 Conv_62", 96, 96, 3, 2, true, 26, 0, 1, 0},
    {"S-416 Conv_65", 96, 192, 1, 1, false, 13, 0, 1, 0},
    {"S-416 Conv_66", 384, 384, 3, 1, true, 13, 0, 1, 0},
    {"S-416 Conv_68", 192, 96, 1, 1, false, 13, 0, 2, 0},
    {"S-416 Conv_69", 96, 96, 3, 1, true, 13, 0, 2, 0},
    {"XS-320 Conv_0", 3, 8, 3, 2, false, 320, 0, 0, 1},
    {"XS-320 Conv_1", 8, 8, 3, 1, true, 160, 0, 0, 1},
    {"XS-320 Conv_2", 8, 16, 1, 1, false, 160, 0, 0, 1},
    {"XS-320 Conv_3", 16, 16, 3, 2, true, 160, 0, 0, 1},
    {"XS-320 Conv_4", 16, 24, 1, 1, false, 80, 0, 0, 1},
    {"XS-320 Conv_5", 24, 24, 3, 1, true, 80, 0, 0, 1},
    {"XS-320 Conv_6", 24, 24, 1, 1, false, 80, 0, 0, 1},
    {"XS-320 Conv_7", 24, 24, 3, 2, true, 80, 0, 0, 1},
    {"XS-320 Conv_8", 24, 48, 1, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_9", 48, 48, 3, 1, true, 40, 0, 0, 1},
    {"XS-320 Conv_10", 48, 48, 1, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_11", 48, 48, 3, 2, true, 40, 0, 0, 1},
    {"XS-320 Conv_12", 48, 88, 1, 1, false, 20, 0, 0, 1},
    {"XS-320 Conv_13", 88, 88, 5, 1, true, 20, 0, 0, 5},
    {"XS-320 Conv_14", 88, 88, 1, 1, false, 20, 0, 0, 5},
    {"XS-320 Conv_23", 88, 88, 5, 2, true, 20, 0, 0, 1},
    {"XS-320 Conv_24", 88, 22, 1, 1, false, 1, 0, 0, 1},
    {"XS-320 Conv_25", 22, 88, 1, 1, false, 1, 0, 0, 1},
    {"XS-320 Conv_26", 88, 176, 1, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_27", 176, 176, 5, 1, true, 10, 0, 0, 1},
    {"XS-320 Conv_28", 176, 44, 1, 1, false, 1, 0, 0, 1},
    {"XS-320 Conv_29", 44, 176, 1, 1, false, 1, 0, 0, 1},
    {"XS-320 Conv_30", 176, 176, 1, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_31", 48, 96, 1, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_32", 88, 96, 1, 1, false, 20, 0, 0, 1},
    {"XS-320 Conv_33", 176, 96, 1, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_34", 192, 192, 5, 1, true, 20, 0, 0, 4},
    {"XS-320 Conv_35", 192, 192, 1, 1, false, 20, 0, 0, 2},
    {"XS-320 Conv_37", 192, 96, 1, 1, false, 20, 0, 0, 2},
    {"XS-320 Conv_38", 192, 192, 5, 1, true, 40, 0, 0, 2},
    {"XS-320 Conv_39", 192, 192, 1, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_41", 192, 96, 1, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_42", 96, 96, 5, 2, true, 40, 0, 0, 1},
    {"XS-320 Conv_43", 96, 96, 1, 1, false, 20, 0, 0, 4},
    {"XS-320 Conv_48", 96, 96, 5, 2, true, 20, 0, 0, 1},
    {"XS-320 Conv_49", 96, 96, 1, 1, false, 10, 0, 0, 4},
    {"XS-320 Conv_50", 192, 192, 5, 1, true, 10, 0, 0, 2},
    {"XS-320 Conv_51", 192, 192, 1, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_53", 192, 96, 1, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_54", 96, 96, 5, 2, true, 10, 0, 0, 2},
    {"XS-320 Conv_55", 96, 96, 1, 1, false, 5, 0, 0, 5},
    {"XS-320 Conv_58", 96, 96, 5, 1, true, 40, 0, 0, 2},
    {"XS-320 Conv_59", 96, 96, 1, 1, false, 40, 0, 0, 3},
    {"XS-320 Conv_65", 96, 32, 1, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_66", 96, 1, 5, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_67", 1, 1, 1, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_64", 96, 80, 1, 1, false, 40, 0, 0, 1},
    {"XS-320 Conv_68", 96, 96, 5, 1, true, 20, 0, 0, 2},
    {"XS-320 Conv_75", 96, 32, 1, 1, false, 20, 0, 0, 1},
    {"XS-320 Conv_76", 96, 1, 5, 1, false, 20, 0, 0, 1},
    {"XS-320 Conv_77", 1, 1, 1, 1, false, 20, 0, 0, 1},
    {"XS-320 Conv_74", 96, 80, 1, 1, false, 20, 0, 0, 1},
    {"XS-320 Conv_78", 96, 96, 5, 1, true, 10, 0, 0, 2},
    {"XS-320 Conv_85", 96, 32, 1, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_86", 96, 1, 5, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_87", 1, 1, 1, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_84", 96, 80, 1, 1, false, 10, 0, 0, 1},
    {"XS-320 Conv_88", 96, 96, 5, 1, true, 5, 0, 0, 2},
    {"XS-320 Conv_95", 96, 32, 1, 1, false, 5, 0, 0, 1},
    {"XS-320 Conv_96", 96, 1, 5, 1, false, 5, 0, 0, 1},
    {"XS-320 Conv_97", 1, 1, 1, 1, false, 5, 0, 0, 1},
    {"XS-320 Conv_94", 96, 80, 1, 1, false, 5, 0, 0, 1},
    {"ResNet 3x3", 64, 64, 3, 1, false, 56, 0, 0, 0},
    {"ResNet 1x1", 256, 64, 1, 1, false, 56, 0, 0, 0},
};

}  // namespace bench

#endif
