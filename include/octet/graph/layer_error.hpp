#ifndef OCTET_GRAPH_LAYER_ERROR_HPP
#define OCTET_GRAPH_LAYER_ERROR_HPP

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace octet::graph {

/// How well one map of an integer network agrees with the float network's, and why not better. Noise is a sum of squared
/// differences from the float values, over all pictures.
struct layer_error {
  std::string name;
  const char* op = "";
  std::vector<int> inputs{};  ///< positions of the layers that it reads
  double signal = 0, noise = 0;
  double dot = 0, quantised_signal = 0;
  double weight_noise = 0;      ///< if only the weights and biases so far were integers
  double activation_noise = 0;  ///< if only the maps so far were
  double rounding_noise = 0;    ///< if only this map was
  double values = 0, clipped = 0;
  std::vector<float> lo{}, hi{};          ///< [C] of the float values
  std::vector<float> scale{};             ///< [C] what one step of the int8 values stands for
  double weight_scale_spread = 1;         ///< of a convolution: the largest scale over the smallest
  std::array<std::uint64_t, 96> codes{};  ///< float values in steps from the zero point's code, four codes a bin from -192

  /// Signal to quantisation noise in decibels; infinite without noise, 0 without signal.
  static double decibels(double signal, double noise) { return signal > 0 ? 10.0 * std::log10(signal / noise) : 0.0; }
  double sqnr_db() const { return decibels(signal, noise); }
  /// 1 if both maps are zero.
  double cosine() const { return signal > 0 ? dot / std::sqrt(signal * (std::max)(quantised_signal, 1e-300)) : 1.0; }
  double noise_share() const { return signal > 0 ? noise / signal : 0.0; }
  double clipped_share() const { return values > 0 ? clipped / values : 0.0; }

  int channels() const { return static_cast<int>(scale.size()); }
  double steps(std::size_t c) const {
    return (static_cast<double>(hi[c]) - static_cast<double>(lo[c])) / static_cast<double>(scale[c]);
  }
  /// Channels that have held one value only.
  int dead_channels() const {
    return static_cast<int>(count([&](std::size_t c) { return hi[c] == lo[c]; }));
  }
  /// Living channels that have used fewer than eight steps.
  int coarse_channels() const {
    return static_cast<int>(count([&](std::size_t c) { return hi[c] != lo[c] && steps(c) < 8; }));
  }
  double scale_spread() const {
    if (scale.empty()) return 1;
    const auto [least, most] = std::minmax_element(scale.begin(), scale.end());
    return static_cast<double>(*most) / static_cast<double>(*least);
  }

 private:
  template <class F>
  std::size_t count(F&& f) const {
    std::size_t n = 0;
    for (std::size_t c = 0; c < scale.size(); ++c) n += f(c) ? 1u : 0u;
    return n;
  }
};

}  // namespace octet::graph

#endif
