#ifndef EXAMPLES_SUPPORT_TRAINING_PAGE_HPP
#define EXAMPLES_SUPPORT_TRAINING_PAGE_HPP

#include <octet/coco/ground_truth.hpp>

#include <array>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace support {

/// Every loss, and over them the mean of the neighbouring fiftieth, as SVG.
std::string loss_chart(const std::string& title, const std::vector<double>& losses);

/// mAP over iterations, as SVG.
std::string score_chart(const std::vector<std::array<double, 2>>& scores);

/// A page with both curves and the pictures in which a detector erred most: objects that it missed and things that it saw
/// where there are none, from a score of 0.4, at an IoU of 0.5.
std::string worst_page(const octet::coco::ground_truth& truth, std::span<const octet::coco::scored_box> found,
                       const std::filesystem::path& folder, const std::string& loss, const std::string& score);

}  // namespace support

#endif
