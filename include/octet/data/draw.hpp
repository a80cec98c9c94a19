#ifndef OCTET_DATA_DRAW_HPP
#define OCTET_DATA_DRAW_HPP

#include <octet/core/types.hpp>
#include <octet/data/image.hpp>
#include <octet/data/text.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octet::data {

/// A bright colour for each class; neighbouring labels differ strongly.
inline colour class_colour(std::int32_t label) noexcept {
  // Hues a golden section apart never come close to those before.
  const double hue = 6.0 * std::fmod(0.02 + 0.6180339887 * (static_cast<double>(label) + 1e6), 1.0);
  colour c;
  for (std::size_t k = 0; k < 3; ++k) {
    const double n = std::fmod(5.0 - 2.0 * static_cast<double>(k) + hue, 6.0);
    const double v = 0.96 * (1.0 - 0.8 * (std::max)(0.0, (std::min)({n, 4.0 - n, 1.0})));
    c[k] = static_cast<std::uint8_t>(255.0 * v);
  }
  return c;
}

/// Black or white, whichever is read better on the colour.
inline colour contrasting(const colour& c) noexcept {
  return 299 * c[0] + 587 * c[1] + 114 * c[2] > 128000 ? colour{16, 16, 16} : colour{255, 255, 255};
}

namespace detail {

struct rectangle {
  int x1, y1, x2, y2;
  bool meets(const rectangle& o) const noexcept { return x1 < o.x2 && o.x1 < x2 && y1 < o.y2 && o.y1 < y2; }
};

/// Grid step of the letters that suits a picture: 1/45 of the smaller side for a capital, at least 9 pixels.
inline float text_unit(const image& p) noexcept {
  return (std::max)(1.0f, static_cast<float>((std::min)(p.width, p.height)) / 45.0f / static_cast<float>(font::baseline));
}

/// The part of the box that lies in the picture; NaN and infinities become borders.
inline rectangle visible(const box& b, const image& p) noexcept {
  const auto at = [](float v, int end) {
    return !(v > 0) ? 0 : v >= static_cast<float>(end) ? end : static_cast<int>(std::lround(v));
  };
  return {at(b.x1, p.width), at(b.y1, p.height), at(b.x2, p.width), at(b.y2, p.height)};
}

/// Where a label of w x h pixels stands best: at a corner of its box, in the picture, and over no label placed before.
inline rectangle place(const rectangle& b, int w, int h, const image& p, std::span<const rectangle> taken) noexcept {
  const int xs[] = {b.x1, b.x2 - w}, ys[] = {b.y1 - h, b.y1, b.y2 - h, b.y2};
  rectangle first{};
  bool has_first = false;
  for (int y : ys) {
    for (int x : xs) {
      x = std::clamp(x, 0, (std::max)(0, p.width - w));
      const rectangle r{x, y, x + w, y + h};
      if (y < 0 || r.y2 > p.height) continue;
      if (!has_first) first = r, has_first = true;
      if (std::none_of(taken.begin(), taken.end(), [&](const rectangle& t) { return t.meets(r); })) return r;
    }
  }
  if (has_first) return first;
  const int x = std::clamp(b.x1, 0, (std::max)(0, p.width - w));
  return {x, 0, x + w, h};
}

}  // namespace detail

/// Draws outlines and labels ("dog 0.89") in the colour of the class, the better detections over the others.
/// names(label) gives a text of printable ASCII. Boxes may reach out of the picture.
template <class Names>
void draw_detections(image& to, std::span<const detection> detections, Names&& names) {
  using detail::rectangle;
  if (to.width <= 0 || to.height <= 0) return;
  std::vector<const detection*> order;
  for (const detection& d : detections) order.push_back(&d);
  std::stable_sort(order.begin(), order.end(), [](auto* a, auto* b) { return a->score > b->score; });

  const float unit = detail::text_unit(to);
  const int line = (std::max)(2, static_cast<int>(std::lround(1.5f * unit)));
  for (auto i = order.rbegin(); i != order.rend(); ++i) {
    const rectangle r = detail::visible((*i)->box, to);
    const colour c = class_colour((*i)->label);
    const int x = (std::min)(r.x1 + line, r.x2), y = (std::min)(r.y1 + line, r.y2);
    fill(to, r.x1, r.y1, r.x2, y, c);
    fill(to, r.x1, (std::max)(r.y2 - line, y), r.x2, r.y2, c);
    fill(to, r.x1, y, x, r.y2 - line, c);
    fill(to, (std::max)(r.x2 - line, x), y, r.x2, r.y2 - line, c);
  }

  std::vector<rectangle> taken;
  const int pad = static_cast<int>(std::lround(3.0f * unit));
  for (const detection* d : order) {
    char score[16];
    std::snprintf(score, sizeof score, " %.2f", std::clamp(static_cast<double>(d->score), 0.0, 9.99));
    const std::string words = std::string(names(d->label)) + score;
    text label{words, unit};
    if (const float room = static_cast<float>(to.width - 2 * pad); label.width() > room)
      label.unit = (std::max)(0.8f, unit * room / label.width());
    const int w = static_cast<int>(std::ceil(label.width())) + 2 * pad;
    const int h = static_cast<int>(std::ceil(label.unit * static_cast<float>(font::baseline))) + 2 * pad;
    const rectangle r = detail::place(detail::visible(d->box, to), w, h, to, taken);
    taken.push_back(r);
    fill(to, r.x1, r.y1, r.x2, r.y2, class_colour(d->label));
    label.draw(to, static_cast<float>(r.x1 + pad), static_cast<float>(r.y1 + pad), contrasting(class_colour(d->label)));
  }
}

/// Two pictures on a dark ground, each with a caption above; pictures of unequal height share their upper edge.
inline image side_by_side(const image& left, std::string_view left_caption, const image& right,
                          std::string_view right_caption) {
  const image& larger = left.height > right.height ? left : right;
  const float unit = 1.25f * detail::text_unit(larger);
  const int margin = static_cast<int>(std::lround(6.0f * unit));
  const int top = static_cast<int>(std::lround(unit * static_cast<float>(font::baseline + 2 * 6)));
  image sheet(left.width + right.width + 3 * margin, larger.height + top + margin);
  fill(sheet, 0, 0, sheet.width, sheet.height, {28, 30, 34});
  int x = margin;
  for (const auto& [picture, caption] : {std::pair{&left, left_caption}, std::pair{&right, right_caption}}) {
    for (int y = 0; y < picture->height; ++y)
      std::copy_n(picture->pixel(y, 0), std::size_t{3} * static_cast<std::size_t>(picture->width), sheet.pixel(top + y, x));
    text line{caption, unit};
    if (const float room = static_cast<float>(picture->width); line.width() > room)
      line.unit = (std::max)(0.8f, unit * room / line.width());
    line.draw(sheet, static_cast<float>(x), 6.0f * unit, {240, 240, 240});
    x += picture->width + margin;
  }
  return sheet;
}

}  // namespace octet::data

#endif
