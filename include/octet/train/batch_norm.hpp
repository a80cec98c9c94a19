#ifndef OCTET_TRAIN_BATCH_NORM_HPP
#define OCTET_TRAIN_BATCH_NORM_HPP

#include <octet/core/view.hpp>
#include <octet/nn/activate.hpp>
#include <octet/nn/chunks.hpp>
#include <octet/train/grid.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

/// Batch normalisation (Ioffe & Szegedy 2015) between a convolution's sums and its activation, forward and back. Sums are
/// kept per picture and in double, so that adding them up in the pictures' order gives the same numbers whichever thread or
/// process has computed them.
namespace octet::train {
inline namespace OCTET_ABI {

/// What is added to a variance before its root is taken: PaddlePaddle's and PyTorch's default.
inline constexpr double norm_epsilon = 1e-5;

/// A batch norm with statistics at hand: y[c] = x[c] * scale[c] + offset[c].
struct channel_norm {
  std::vector<float> scale, offset, centre, inverse;  ///< inverse: 1 / deviation

  /// Arrays of one length. variance >= 0.
  void set(std::span<const float> factor, std::span<const float> shift, std::span<const float> mean,
           std::span<const float> variance) {
    scale.clear(), offset.clear(), inverse.clear();
    centre.assign(mean.begin(), mean.end());
    for (std::size_t c = 0; c < factor.size(); ++c) {
      const double one = 1 / std::sqrt(static_cast<double>(variance[c]) + norm_epsilon);
      const double by = static_cast<double>(factor[c]) * one;
      inverse.push_back(static_cast<float>(one));
      scale.push_back(static_cast<float>(by));
      offset.push_back(static_cast<float>(static_cast<double>(shift[c]) - static_cast<double>(mean[c]) * by));
    }
  }
};

/// Two sums per channel, over the values of any number of pictures.
struct channel_sums {
  std::vector<double> first, second;

  void clear(int channels) {
    first.assign(static_cast<std::size_t>(channels), 0);
    second.assign(static_cast<std::size_t>(channels), 0);
  }
  channel_sums& operator+=(const channel_sums& more) {
    for (std::size_t c = 0; c < first.size(); ++c) first[c] += more.first[c], second[c] += more.second[c];
    return *this;
  }
};

namespace detail {

/// body(pixel, first channel, a, b) writes local arrays a and b, whose sums over all pixels are added to the channels' first
/// and second ones: in single precision within a row, in double over the rows.
template <class Body>
void sum_rows(extent e, channel_sums& to, Body&& body) {
  nn::in_chunks(e.c, [&](int c, auto width) {
    for (int y = 0; y < e.h; ++y) {
      float first[width] = {}, second[width] = {};
      for (int x = 0; x < e.w; ++x) {
        float a[width], b[width];
        body(std::ptrdiff_t{y} * e.w + x, c, a, b);
        for (int k = 0; k < width; ++k) first[k] += a[k];
        for (int k = 0; k < width; ++k) second[k] += b[k];
      }
      for (int k = 0; k < width; ++k) {
        to.first[static_cast<std::size_t>(c + k)] += static_cast<double>(first[k]);
        to.second[static_cast<std::size_t>(c + k)] += static_cast<double>(second[k]);
      }
    }
  });
}

}  // namespace detail

/// Adds the sums of x - centre[c] and of its square: mean and variance of any number of pictures follow from them, well
/// conditioned if the centre is near the mean. Dense map.
inline void add_moments(map_view<const float> x, const float* centre, channel_sums& to) {
  detail::sum_rows(x.shape(), to, [=]<std::size_t N>(std::ptrdiff_t p, int c, float(&a)[N], float(&b)[N]) {
    const float *from = x.data + p * x.c + c, *middle = centre + c;
    for (std::size_t k = 0; k < N; ++k) a[k] = from[k] - middle[k];
    for (std::size_t k = 0; k < N; ++k) b[k] = a[k] * a[k];
  });
}

/// Mean and (biased) variance of `count` values per channel from their sums around `centre`.
inline void from_moments(const channel_sums& sums, std::span<const float> centre, double count, std::vector<float>& mean,
                         std::vector<float>& variance) {
  mean.resize(centre.size()), variance.resize(centre.size());
  for (std::size_t c = 0; c < centre.size(); ++c) {
    const double m = sums.first[c] / count;
    mean[c] = static_cast<float>(static_cast<double>(centre[c]) + m);
    variance[c] = static_cast<float>((std::max)(sums.second[c] / count - m * m, 0.0));
  }
}

/// value = act(x * scale[c] + offset[c]). Dense maps of one shape.
inline void normalise(map_view<const float> x, const channel_norm& norm, const nn::activation& act, map_view<float> value) {
  nn::with_function(act, [&](auto function) {
    detail::for_chunks(x.shape(), [&](std::ptrdiff_t p, int c, auto width) {
      const float *from = x.data + p * x.c + c, *scale = norm.scale.data() + c, *offset = norm.offset.data() + c;
      float y[width];
      for (int k = 0; k < width; ++k) y[k] = function(from[k] * scale[k] + offset[k]);
      std::copy_n(y, static_cast<int>(width), value.data + p * value.c + c);
    });
  });
}

/// The first half of the way back: `d`, the gradient of the value, becomes that of what enters the activation; its sums, and
/// those of its products with x - centre[c], are added to `to`. Dense maps of one shape.
inline void normalise_gradient_sums(map_view<const float> x, const channel_norm& norm, const nn::activation& act,
                                    map_view<float> d, channel_sums& to) {
  detail::with_slope(act, [&](auto slope) {
    detail::sum_rows(x.shape(), to, [&]<std::size_t N>(std::ptrdiff_t p, int c, float(&a)[N], float(&b)[N]) {
      const float *from = x.data + p * x.c + c, *scale = norm.scale.data() + c, *offset = norm.offset.data() + c;
      const float* centre = norm.centre.data() + c;
      float* at = d.data + p * d.c + c;
      float slopes[N];
      for (std::size_t k = 0; k < N; ++k) slopes[k] = slope(from[k] * scale[k] + offset[k]);
      for (std::size_t k = 0; k < N; ++k) a[k] = at[k] * slopes[k];
      for (std::size_t k = 0; k < N; ++k) b[k] = a[k] * (from[k] - centre[k]);
      for (std::size_t k = 0; k < N; ++k) at[k] = a[k];
    });
  });
}

/// The second half: from there to the gradient of x. With statistics of the batch these depend on x too: `all` holds the
/// sums of the whole batch of `count` values per channel; nullptr: the statistics are fixed.
inline void normalise_gradient(map_view<const float> x, const channel_norm& norm, const channel_sums* all, double count,
                               map_view<float> d) {
  std::vector<float> by(all ? norm.scale.size() : 0), plus(by.size());
  for (std::size_t c = 0; c < by.size(); ++c) {
    const double scale = static_cast<double>(norm.scale[c]), inverse = static_cast<double>(norm.inverse[c]);
    const double slope = scale * inverse * inverse * all->second[c] / count;
    by[c] = static_cast<float>(-slope);
    plus[c] = static_cast<float>(slope * static_cast<double>(norm.centre[c]) - scale * all->first[c] / count);
  }
  detail::for_chunks(x.shape(), [&](std::ptrdiff_t p, int c, auto width) {
    const float *from = x.data + p * x.c + c, *scale = norm.scale.data() + c;
    float* at = d.data + p * d.c + c;
    float y[width];
    for (int k = 0; k < width; ++k) y[k] = at[k] * scale[k];
    if (all) {
      const float *slope = by.data() + c, *offset = plus.data() + c;
      for (int k = 0; k < width; ++k) y[k] += from[k] * slope[k] + offset[k];
    }
    std::copy_n(y, static_cast<int>(width), at);
  });
}

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
