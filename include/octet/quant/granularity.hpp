#ifndef OCTET_QUANT_GRANULARITY_HPP
#define OCTET_QUANT_GRANULARITY_HPP

namespace octet::quant {

/// One scale for the whole tensor.
struct per_tensor {
  static constexpr int axis = -1;
  static constexpr int width(int channels) noexcept { return channels; }
};

/// One scale per channel. Axis -1 is the innermost dimension (maps [H,W,C]), 0 the outermost (weights [OC,KH,KW,IC]).
template <int Axis = -1>
struct per_channel {
  static_assert(Axis == 0 || Axis == -1, "octet: the channel axis is 0 (outermost) or -1 (innermost)");
  static constexpr int axis = Axis;
  static constexpr int width(int) noexcept { return 1; }
};

}  // namespace octet::quant

#endif
