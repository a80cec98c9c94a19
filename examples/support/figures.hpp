#ifndef EXAMPLES_SUPPORT_FIGURES_HPP
#define EXAMPLES_SUPPORT_FIGURES_HPP

#include <octet/coco/evaluate.hpp>
#include <octet/data/draw.hpp>
#include <octet/data/image_file.hpp>
#include <octet/data/picture_file.hpp>
#include <octet/deploy/evaluate.hpp>
#include <octet/graph/float_operations.hpp>
#include <octet/io/json_writer.hpp>
#include <octet/io/progress.hpp>
#include <octet/io/table.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// What tables and reports say of one form of a model.
struct figures {
  octet::coco::summary stats{};
  double ms = 0;  ///< of the network, median of a picture, one thread
  std::uintmax_t bytes = 0, arena = 0, maps = 0;
  int float_ops = 0;
  std::vector<octet::coco::scored_box> boxes{};
  std::string warning{};
};

/// Runs a detector on the pictures of an annotation file. Errors: as deploy::find_all.
template <class Detector>
octet::result<figures> measure(const std::string& name, const Detector& detector, const octet::coco::ground_truth& truth,
                               const std::string& images, int threads, const octet::data::decode_options& decode) {
  using namespace octet;
  io::progress bar("evaluate " + name, static_cast<int>(truth.images.size()));
  auto found = deploy::find_all(
      detector, truth, images, threads, [&](int done) { bar(done); }, decode);
  bar.finish();
  if (!found) return found.failure();
  const auto& memory = detector.memory();
  const auto stats = coco::evaluate(truth, found->boxes).stats;
  return figures{stats,
                 found->network_seconds * 1e3,
                 0,
                 memory.arena_bytes,
                 memory.sum_bytes,
                 graph::float_operations(detector.network().net),
                 std::move(found->boxes),
                 std::move(found->warning)};
}

using named_figures = std::vector<std::pair<std::string, figures>>;

/// A column for each form.
inline std::string to_table(const named_figures& all) {
  using namespace octet;
  std::vector<std::string> head{""};
  for (const auto& [name, f] : all) head.push_back(name);
  io::table t(head);
  const auto add = [&](const char* what, auto&& text) {
    std::vector<std::string> row{what};
    for (const auto& [name, f] : all) row.push_back(text(f));
    t.add(std::move(row));
  };
  static constexpr std::pair<const char*, std::size_t> scores[] = {{"mAP", 0},      {"AP50", 1},      {"AP75", 2},
                                                                   {"AP small", 3}, {"AP medium", 4}, {"AP large", 5}};
  for (const auto& [what, i] : scores) add(what, [i = i](const figures& f) { return io::fixed(f.stats[i], 4); });
  add("ms/image (network)", [](const figures& f) { return io::fixed(f.ms, 1); });
  add("model bytes", [](const figures& f) { return std::to_string(f.bytes); });
  add("activation bytes", [](const figures& f) { return std::to_string(f.arena); });
  add("all maps, unplanned", [](const figures& f) { return std::to_string(f.maps); });
  add("float ops left", [](const figures& f) { return std::to_string(f.float_ops); });
  return t.text();
}

/// A member of an object for each form.
inline void add_figures(octet::io::json_writer& w, const named_figures& all) {
  static constexpr const char* names[] = {"ap",   "ap50",  "ap75",   "ap_small", "ap_medium", "ap_large",
                                          "ar_1", "ar_10", "ar_100", "ar_small", "ar_medium", "ar_large"};
  for (const auto& [key, f] : all) {
    w.key(key).begin_object();
    for (std::size_t i = 0; i < 12; ++i) w.member(names[i], f.stats[i]);
    w.member("ms", f.ms)
        .member("bytes", f.bytes)
        .member("activation_bytes", f.arena)
        .member("activation_bytes_unplanned", f.maps);
    w.member("float_ops", f.float_ops).end_object();
  }
}

/// Eight pictures with what two forms find from a score of 0.4, side by side, each as NAME.png in `output`.
template <class Left, class Right>
octet::result<void> draw_both(const Left& left, std::string_view left_name, const Right& right, std::string_view right_name,
                              const octet::coco::ground_truth& truth, const std::string& images,
                              const std::filesystem::path& output, const octet::data::decode_options& decode) {
  using namespace octet;
  typename Left::workspace a(left);
  typename Right::workspace b(right);
  const auto classes = deploy::classes_of(left.network(), truth);
  if (!classes) return classes.failure();
  const auto name = [&](std::int32_t label) -> std::string_view { return (*classes)[static_cast<std::size_t>(label)].name; };
  const auto drawn = [&](data::image picture, std::span<const detection> all) {
    std::vector<detection> some;
    std::ranges::copy_if(all, std::back_inserter(some), [](const detection& d) { return d.score >= 0.4f; });
    data::draw_detections(picture, some, name);
    return picture;
  };
  for (std::size_t i = 0; i < std::min<std::size_t>(8, truth.images.size()); ++i) {
    const auto file = data::picture_path(images, truth.images[i].file_name);
    const auto image = data::read_image(file, decode);
    if (!image) return image.failure();
    const auto both =
        data::side_by_side(drawn(*image, left(*image, a)), left_name, drawn(*image, right(*image, b)), right_name);
    if (const auto written = data::write_image(output / (file.stem().string() + ".png"), both); !written)
      return written.failure();
  }
  return {};
}

}  // namespace support

#endif
