#ifndef OCTET_DATA_PREPROCESS_HPP
#define OCTET_DATA_PREPROCESS_HPP

#include <octet/core/fixed_point.hpp>
#include <octet/core/preprocessing.hpp>
#include <octet/core/rounding.hpp>
#include <octet/core/types.hpp>
#include <octet/core/view.hpp>
#include <octet/data/image.hpp>
#include <octet/data/resize.hpp>

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>

namespace octet::data {
inline namespace OCTET_ABI {

/// What each of the 256 values of red, green and blue becomes.
template <class T>
using value_tables = std::array<std::array<T, 256>, 3>;

/// (u8 / 255 - mean) / stddev in single precision.
inline value_tables<float> make_tables(const preprocessing& p) noexcept {
  value_tables<float> tables;
  for (std::size_t c = 0; c < 3; ++c)
    for (std::size_t v = 0; v < 256; ++v) tables[c][v] = (static_cast<float>(v) / 255.0f - p.mean[c]) / p.stddev[c];
  return tables;
}

/// The same numbers in int8: half_even(real / scale) + zero_point, saturated. Precondition: one qparams for all channels
/// or three.
inline value_tables<std::int8_t> make_tables(const preprocessing& p, std::span<const qparams> q) noexcept {
  OCTET_EXPECTS(q.size() == 1 || q.size() == 3);
  const value_tables<float> real = make_tables(p);
  value_tables<std::int8_t> tables;
  for (std::size_t c = 0; c < 3; ++c) {
    const qparams& of = q[q.size() == 3 ? c : 0];
    for (std::size_t v = 0; v < 256; ++v) {
      const double step =
          rounding::half_even{}(static_cast<double>(real[c][v]) / static_cast<double>(of.scale)) + of.zero_point;
      tables[c][v] = static_cast<std::int8_t>(clamp(step, -128.0, 127.0));
    }
  }
  return tables;
}

/// Makes pictures into the input map of a network, of real numbers (T = float) or int8. Immutable, so threads may share
/// one. Cost: a resize and a table lookup per value.
template <class T>
class preprocessor {
 public:
  explicit preprocessor(const preprocessing& p) noexcept requires std::same_as<T, float> : how_(p),
                                                                                           tables_(make_tables(p)) {}
  preprocessor(const preprocessing& p, std::span<const qparams> q) noexcept requires std::same_as<T, std::int8_t>
      : how_(p), tables_(make_tables(p, q)) {}

  /// Preconditions: the picture has pixels; `out` is [height, width, 3] of the preprocessing.
  void operator()(const image& picture, map_view<T> out) const {
    OCTET_EXPECTS(out.h == how_.height && out.w == how_.width && out.c == 3);
    if (picture.width == out.w && picture.height == out.h) return translate(picture, out);
    translate(resize(picture, out.w, out.h, how_.resize), out);
  }

 private:
  void translate(const image& picture, map_view<T> out) const noexcept {
    const std::uint8_t* from = picture.pixels.data();
    for (std::size_t i = 0; i < out.shape().pixels(); ++i, from += 3) {
      T* to = out.data + static_cast<std::ptrdiff_t>(i) * out.stride;
      for (std::size_t c = 0; c < 3; ++c) to[c] = tables_[c][from[c]];
    }
  }

  preprocessing how_;
  value_tables<T> tables_;
};

}  // namespace OCTET_ABI
}  // namespace octet::data

#endif
