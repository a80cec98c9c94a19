#include <octet/coco/policy.hpp>

#include <octet/coco/evaluate.hpp>
#include <octet/coco/read.hpp>
#include <octet/coco/read_results.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace octet;

namespace {

/// One object; `fields` stand at the end of its record.
std::string annotations(const std::string& fields) {
  return R"({"images":[{"id":1}],"categories":[{"id":1}],"annotations":[{"image_id":1,"category_id":1,"bbox":[0,0,40,40],)" +
         fields + "}]}";
}
const std::vector<coco::scored_box> hit{{1, 1, {0, 0, 40, 40}, 0.5}};

/// A recall point at precision 1, to the last bit but pycocotools' 2^-52.
bool perfect(double ap) { return ap > 0.999999; }

}  // namespace

TEST_CASE("the id 0 is an id like any other under the corrected policy") {
  const auto truth = coco::parse_annotations(annotations(R"("id":0,"area":1600,"iscrowd":0)"), "a.json");
  REQUIRE(truth);
  CHECK(coco::evaluate(*truth, hit).stats[0] == 0);
  CHECK(perfect(coco::evaluate<coco::corrected>(*truth, hit).stats[0]));
}

TEST_CASE("fields that may be missing under the corrected policy") {
  CHECK_FALSE(coco::parse_annotations(annotations(R"("id":1)"), "a.json"));
  const auto truth = coco::parse_annotations<coco::corrected>(annotations(R"("id":1)"), "a.json");
  REQUIRE(truth);
  CHECK_FALSE(truth->annotations[0].crowd);
  CHECK(truth->annotations[0].area == 1600);
}

TEST_CASE("no detections are a result under the corrected policy") {
  const auto truth = coco::parse_annotations(annotations(R"("id":1,"area":1600,"iscrowd":0)"), "a.json");
  REQUIRE(truth);
  CHECK_FALSE(coco::parse_results("[]", "d.json", *truth));
  const auto found = coco::parse_results<coco::corrected>("[]", "d.json", *truth);
  REQUIRE(found);
  CHECK(coco::evaluate<coco::corrected>(*truth, *found).stats[0] == 0);
}

TEST_CASE("any limits give the numbers under the corrected policy") {
  const auto truth = coco::parse_annotations(annotations(R"("id":1,"area":1600,"iscrowd":0)"), "a.json");
  REQUIRE(truth);
  coco::parameters p;
  p.max_detections = {300};
  const auto strict = coco::evaluate(*truth, hit, p);
  CHECK(strict.stats[0] == -1);
  CHECK_FALSE(coco::summarize(strict.curves, p));
  CHECK(perfect(coco::evaluate<coco::corrected>(*truth, hit, p).stats[0]));
  p.max_detections = {1, 10, 300};
  CHECK(coco::evaluate(*truth, hit, p).stats[0] == -1);
  CHECK(perfect(coco::evaluate(*truth, hit, p).stats[1]));
  CHECK(perfect(coco::evaluate<coco::corrected>(*truth, hit, p).stats[0]));
}

TEST_CASE("repeated ids of annotations are an error under the corrected policy") {
  std::string twice = annotations(R"("id":5,"area":1600,"iscrowd":0)");
  const std::size_t record = twice.find("{\"image_id\"");
  twice.insert(record, twice.substr(record, twice.size() - record - 2) + ",");
  CHECK(coco::parse_annotations(twice, "a.json"));
  const auto truth = coco::parse_annotations<coco::corrected>(twice, "a.json");
  REQUIRE_FALSE(truth);
  CHECK(std::string(truth.failure().what()).find("two annotations have the id 5") != std::string::npos);
}
