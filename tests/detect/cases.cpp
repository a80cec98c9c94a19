#include <octet/coco/json.hpp>
#include <octet/coco/mapped_file.hpp>
#include <octet/detect/nms.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iterator>
#include <map>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

using namespace octet;

// Inputs that people met in public reports: boxes, and what each dialect keeps.
namespace {

using indices = std::vector<std::uint32_t>;

struct sample {
  std::vector<detection> candidates;
  double iou = 0;
  int keep = -1;
  std::map<std::string, indices> expected;
  bool demand = false;
};

bool read(coco::json_reader& in, sample& s) {
  const auto at = [&](std::size_t i) -> detection& {
    if (s.candidates.size() <= i) s.candidates.resize(i + 1);
    return s.candidates[i];
  };
  const auto number = [&](auto& x) {
    double value = 0;
    const bool good = in.number(value);
    return x = static_cast<std::remove_reference_t<decltype(x)>>(value), good;
  };
  return in.object([&](std::string_view name) {
    std::size_t n = 0;
    if (name == "boxes")
      return in.array([&] {
        box& b = at(n++).box;
        float* const edges[] = {&b.x1, &b.y1, &b.x2, &b.y2};
        std::size_t k = 0;
        return in.array([&] { return k < 4 && number(*edges[k++]); });
      });
    if (name == "scores") return in.array([&] { return number(at(n++).score); });
    if (name == "classes") return in.array([&] { return number(at(n++).label); });
    if (name == "iou") return number(s.iou);
    if (name == "keep") return number(s.keep);
    if (name != "expected") return in.skip();
    return in.object([&](std::string_view dialect) {
      if (in.next() != '[') return s.demand = true, in.skip();
      indices& list = s.expected[std::string(dialect)];
      return in.array([&] { return number(list.emplace_back()); });
    });
  });
}

/// As ONNX may be read: an overlap equal to the threshold is enough.
struct plain_at_least {
  static constexpr float more = 0;
  double threshold = 0.5;
  bool operator()(const box& kept, const box& candidate) const {
    return static_cast<double>(detect::plain_overlap(kept, candidate)) >= threshold;
  }
};

template <class Nms>
indices run(const Nms& nms, const sample& s) {
  std::vector<std::uint32_t> scratch(nms.scratch_size(s.candidates.size()));
  const auto kept = nms(s.candidates, scratch);
  return {kept.begin(), kept.end()};
}

template <class Rule>
indices hard(const sample& s) {
  detect::hard_nms<Rule> nms;
  nms.rule.threshold = static_cast<decltype(nms.rule.threshold)>(s.iou);
  nms.keep_top_k = s.keep;
  return run(nms, s);
}

}  // namespace

TEST_CASE("suppression keeps what the public cases say, in each dialect that there is") {
  const char* const folder = std::getenv("OCTET_CASES");
  if (!folder || !std::filesystem::is_directory(std::filesystem::path(folder) / "D")) {
    MESSAGE("skipped: OCTET_CASES, the folder with the public cases, is not set");
    return;
  }
  // What the rule of torchvision gives, whose output is in the order of the scores.
  static constexpr std::string_view plain[] = {"all",       "above",    "above_nan_is_no",
                                               "per_class", "by_score", "stable_file_order", "torchvision"};
  for (const auto& entry : std::filesystem::directory_iterator(std::filesystem::path(folder) / "D")) {
    if (entry.path().extension() != ".json") continue;
    const std::string path = entry.path().string();
    CAPTURE(path);
    const auto file = coco::mapped_file::open(path);
    REQUIRE(file);
    coco::json_reader in(file->text(), path);
    sample s;
    if (!read(in, s)) FAIL(in.failure().what());
    for (const auto& [dialect, wanted] : s.expected) {
      CAPTURE(dialect);
      if (dialect == "torchvision_coordinate_trick") continue;  // a defect that nobody asks for
      if (dialect == "paddle_multiclass_nms3")
        CHECK(run(detect::multiclass_nms{-1, -1, static_cast<float>(s.iou), s.keep}, s) == wanted);
      else if (dialect == "plus_one_pixels")
        CHECK(hard<detect::pixels_at_least>(s) == wanted);
      else if (dialect == "at_least")
        CHECK(hard<plain_at_least>(s) == wanted);
      else if (std::find(std::begin(plain), std::end(plain), dialect) != std::end(plain))
        CHECK(hard<detect::plain_above>(s) == wanted);
      else
        MESSAGE("a dialect that Octet does not have: ", dialect, " in ", path);
    }
    if (!s.demand) continue;
    for (const indices& kept :
         {hard<detect::plain_above>(s), hard<detect::jaccard_above>(s), hard<detect::pixels_at_least>(s)}) {
      CHECK(std::count(kept.begin(), kept.end(), 0u) == 1);
      CHECK(std::count(kept.begin(), kept.end(), 2u) == 0);
    }
  }
}
