#ifndef OCTET_DEPLOY_EVALUATE_HPP
#define OCTET_DEPLOY_EVALUATE_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/core/communicator.hpp>
#include <octet/core/result.hpp>
#include <octet/data/image_file.hpp>
#include <octet/data/picture_file.hpp>
#include <octet/deploy/classes.hpp>
#include <octet/deploy/detector.hpp>
#include <octet/deploy/picture_sizes.hpp>
#include <octet/graph/gather.hpp>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace octet::deploy {

/// What a detector found in a set of pictures.
struct findings {
  std::vector<coco::scored_box> boxes;  ///< picture by picture in the order of the annotation file
  double network_seconds = 0;           ///< median over the pictures, one thread each
  std::string warning{};                ///< where annotations disagree with files about sizes, or with the model about names
};

/// COCO's form of a detection: label k is the k-th of the classes.
inline coco::scored_box to_coco(const detection& d, std::int64_t image_id, const std::vector<coco::category>& classes) {
  const box& b = d.box;
  return {image_id,
          classes[static_cast<std::size_t>(d.label)].id,
          {static_cast<double>(b.x1), static_cast<double>(b.y1), static_cast<double>(b.x2) - static_cast<double>(b.x1),
           static_cast<double>(b.y2) - static_cast<double>(b.y1)},
          static_cast<double>(d.score)};
}

/// Runs the detector over the pictures of an annotation file, found by name in `folder`. `done` is told after every picture
/// how many are done, by any thread. Processes take a share of the pictures each, and all get all findings.
/// The findings depend neither on the number of threads nor on that of processes.
/// Errors: the first picture that is missing or does not decode; categories that do not fit the model's classes.
template <class Detector, communicator Communicator = single>
result<findings> find_all(const Detector& detector, const coco::ground_truth& truth, const std::filesystem::path& folder,
                          int threads, const std::function<void(int)>& done,
                          const data::decode_options& options = {}, const Communicator& all = {}) {
  const auto classes = classes_of(detector.network(), truth);
  if (const auto failed = graph::agree(all, classes)) return *failed;
  const std::vector<coco::picture>& pictures = truth.images;
  const auto count = pictures.size();
  const share own(count, all.rank(), all.size());
  std::vector<std::vector<coco::scored_box>> found(count);
  std::vector<double> seconds(count);
  std::vector<std::optional<error>> failures(count);
  std::vector<data::picture_size> sizes(count);
  std::atomic<std::size_t> next = own.first;
  std::atomic<int> finished = 0;
  std::atomic<bool> failed = false;
  const auto work = [&] {
    typename Detector::workspace workspace(detector);
    for (std::size_t i; !failed && (i = next++) < own.last;) {
      const auto file = data::find_picture(folder, pictures[i].file_name);
      const auto image = file ? data::read_image(*file, options) : result<data::image>(file.failure());
      if (!image) {
        failures[i] = image.failure();
        failed = true;
        return;
      }
      sizes[i] = {image->width, image->height};
      for (const detection& d : detector(*image, workspace)) found[i].push_back(to_coco(d, pictures[i].id, *classes));
      seconds[i] = workspace.network_seconds();
      done(++finished);
    }
  };
  std::vector<std::thread> pool;
  for (int t = 1; t < threads; ++t) pool.emplace_back(work);
  work();
  for (std::thread& t : pool) t.join();
  const auto first = std::ranges::find_if(failures, [](const auto& f) { return f.has_value(); });
  if (const auto wrong = graph::agree(all, first == failures.end() ? std::nullopt : *first)) return *wrong;
  graph::byte_writer part;
  for (std::size_t i = own.first; i < own.last; ++i) part(found[i], sizes[i], seconds[i]);
  findings whole;
  picture_sizes compared;
  graph::gather(all, part.bytes(), [&](int rank, std::span<const std::byte> bytes) {
    const share theirs(count, rank, all.size());
    graph::byte_reader reader(bytes);
    for (std::size_t i = theirs.first; i < theirs.last; ++i) {
      reader(found[i], sizes[i], seconds[i]);
      whole.boxes.insert(whole.boxes.end(), found[i].begin(), found[i].end());
      compared.compare(pictures[i], sizes[i]);
    }
  });
  whole.warning = compared.sentence();
  if (const std::string names = other_names(detector.network(), truth); !names.empty())
    whole.warning += (whole.warning.empty() ? "" : "; ") + names;
  if (count) {
    std::nth_element(seconds.begin(), seconds.begin() + static_cast<std::ptrdiff_t>(count / 2), seconds.end());
    whole.network_seconds = seconds[count / 2];
  }
  return whole;
}

}  // namespace octet::deploy

#endif
