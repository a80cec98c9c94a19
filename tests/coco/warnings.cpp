#include <octet/coco/warnings.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <string>
#include <vector>

using namespace octet;

namespace {

/// Two pictures of 100 x 80 with an object of each of two categories, and a detection of each.
struct files {
  coco::ground_truth truth{{{1, 100, 80}, {2, 100, 80}}, {{1, "cat"}, {2, "dog"}, {3, "cow"}}, {}};
  std::vector<coco::scored_box> found;
  files() {
    for (const std::int64_t i : {1, 2})
      for (const std::int64_t k : {1, 2}) {
        const coco::bounds b{5. * static_cast<double>(k), 10, 20, 30};
        truth.annotations.push_back({10 * i + k, i, k, b, 600});
        found.push_back({i, k, b, 0.25 * static_cast<double>(k)});
      }
  }
};

bool says(const std::vector<std::string>& list, const std::string& what) {
  for (const std::string& s : list)
    if (s.find(what) == s.npos) MESSAGE(s);
  return list.size() == 1 && list[0].find(what) != what.npos;
}

}  // namespace

TEST_CASE("good files give no warning") {
  const files s;
  CHECK(coco::annotation_warnings(s.truth).empty());
  CHECK(coco::detection_warnings(s.truth, s.found).empty());
  CHECK(coco::detection_warnings(s.truth, {}).empty());
}

TEST_CASE("annotations: ids that are 0 or repeat, areas, and what does not take part") {
  files zero, twice, picture, area, none, crowd, strange;
  zero.truth.annotations[2].id = 0;
  CHECK(says(coco::annotation_warnings(zero.truth), "annotation 0 of image 2 is 0"));
  CHECK(coco::annotation_warnings<coco::corrected>(zero.truth).empty());
  twice.truth.annotations[3].id = 11;
  CHECK(says(coco::annotation_warnings(twice.truth), "annotation id 11 is there 2 times"));
  picture.truth.images.push_back(picture.truth.images[1]);
  CHECK(says(coco::annotation_warnings(picture.truth), "image id 2 is there 2 times"));
  area.truth.annotations[1].area = 0;
  CHECK(says(coco::annotation_warnings(area.truth), "1 of 4, the first is annotation 12 of image 1"));
  for (auto& a : area.truth.annotations) a.area = 0;
  CHECK(says(coco::annotation_warnings(area.truth), "all 4"));
  none.truth.annotations.clear();
  CHECK(says(coco::annotation_warnings(none.truth), "every number is -1"));
  for (auto& a : crowd.truth.annotations) a.crowd = true;
  CHECK(says(coco::annotation_warnings(crowd.truth), "every annotation is a crowd"));
  strange.truth.annotations[0].category_id = 9;
  CHECK(says(coco::annotation_warnings(strange.truth), "1 of 4, the first is annotation 11 of image 1, category 9"));
}

TEST_CASE("detections: categories that the file lacks, or that have no objects") {
  files s;
  for (auto& d : s.found) --d.category_id;
  CHECK(says(coco::detection_warnings(s.truth, s.found), "2 of 4 (category 0: 2)"));
  CHECK(says(coco::detection_warnings(s.truth, s.found), "places in the network's list"));
  s = {};
  s.found[1].category_id = 3;
  CHECK(says(coco::detection_warnings(s.truth, s.found), "1 of 4 (category 3 (cow): 1)"));
}

TEST_CASE("boxes: no numbers, empty, corners for widths, shares for pixels") {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  files s;
  s.found[2].bbox[2] = nan;
  CHECK(says(coco::detection_warnings(s.truth, s.found), "NaN or Infinity: 1 of 4, the first in detection 3"));
  s = {};
  s.found[1].bbox[3] = -1;
  CHECK(says(coco::detection_warnings(s.truth, s.found), "0 or negative: 1 of 4, the first in detection 2"));
  s = {};
  s.found[3].score = nan;
  CHECK(says(coco::detection_warnings(s.truth, s.found), "the first in detection 4"));
  s = {};
  for (auto& a : s.truth.annotations) a.bbox = {60, 40, 90, 70};
  CHECK(says(coco::annotation_warnings(s.truth), "corners taken for widths?"));
  s = {};
  for (auto& d : s.found) d.bbox = {90, 40, 30, 30};
  CHECK(says(coco::detection_warnings(s.truth, s.found), "boxes that leave their pictures: 4 of 4"));
  s.found[0].bbox = s.found[1].bbox = s.found[2].bbox = {60, 40, 41, 41};
  CHECK(coco::detection_warnings(s.truth, s.found).empty());
  s = {};
  for (auto& d : s.found) d.bbox = {0.1, 0.2, 0.3, 0.4};
  CHECK(says(coco::detection_warnings(s.truth, s.found), "between 0 and 1"));
  for (auto& p : s.truth.images) p.width = p.height = 0;
  CHECK(coco::detection_warnings(s.truth, s.found).empty());
}

TEST_CASE("detections: beyond the limit, repeated, with equal scores") {
  files s;
  coco::parameters p;
  p.max_detections = {1, 2, 3};
  for (int i = 0; i < 4; ++i) s.found.push_back({1, 1, {5.0 + i, 10, 20, 30}, 0.9 + 0.01 * i});
  CHECK(says(coco::detection_warnings(s.truth, s.found, p), "2 of 8 take no part, as only 3"));
  CHECK(coco::detection_warnings(s.truth, s.found).empty());
  s = {};
  s.found.push_back(s.found[0]);
  CHECK(says(coco::detection_warnings(s.truth, s.found), "1 of 5; suppression left out"));
  s = {};
  for (int i = 0; i < 4; ++i) s.found.push_back({1, 1, {6.0 + i, 10, 20, 30}, 0.25});
  CHECK(says(coco::detection_warnings(s.truth, s.found), "5 of 8; the order of the file decides"));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (auto& d : s.found) d.bbox.fill(nan), d.score = nan;
  CHECK(coco::detection_warnings(s.truth, s.found).size() == 2);
}

TEST_CASE("ids that are texts are shown as texts") {
  files s;
  s.truth.image_texts = {"0.jpg", "a.jpg", "b.jpg"};
  s.truth.category_texts = {"", "cat", "dog", "cow"};
  s.found[0].category_id = -1;
  CHECK(says(coco::detection_warnings(s.truth, s.found), "category a text: 1"));
  s = {};
  s.truth.image_texts = {"0.jpg", "a.jpg", "b.jpg"};
  s.truth.annotations[2].id = 0;
  CHECK(says(coco::annotation_warnings(s.truth), "annotation 0 of image b.jpg"));
}
