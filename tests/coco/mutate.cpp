#include <octet/coco/evaluate.hpp>
#include <octet/coco/read.hpp>
#include <octet/coco/read_results.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace octet;

// Built with sanitizers: whatever the bytes are, there is a result or an error, and what was read can be evaluated.
TEST_CASE("ten thousand damaged annotation files and as many result files are read or refused") {
  const std::string annotations =
      R"({"info":{"year":2017},"images":[{"id":1,"width":640,"height":480,"file_name":"a.jpg"},)"
      R"({"id":2,"file_name":"b\u00e9.jpg"}],)"
      R"("categories":[{"id":1,"name":"person"},{"id":7,"name":"train"}],"annotations":[)"
      R"({"id":10,"image_id":1,"category_id":7,"bbox":[10.5,20,30,40.25],"area":1200.5,"iscrowd":0,)"
      R"("segmentation":[[1,2,3,4]]},)"
      R"({"id":11,"image_id":2,"category_id":1,"bbox":[0,0,5e1,6],"area":NaN,"iscrowd":1,)"
      R"("segmentation":{"counts":"x","size":[1,2]}}]})";
  const std::string results = R"([{"image_id":1,"category_id":7,"bbox":[10,20,30,40],"score":0.9},)"
                              R"({"image_id":2,"category_id":1,"bbox":[1,-Infinity,3e-3,4],"score":1e0}])";
  const auto whole = coco::parse_annotations(annotations, "whole.json");
  REQUIRE_MESSAGE(whole, whole.failure().what());
  REQUIRE(coco::parse_results(results, "whole.json", *whole));
  std::mt19937 rng(2026);
  const auto damage = [&](std::string s) {
    static constexpr char bytes[] = "{}[]\",:0123456789.-+eE\\utrfnNaI \n\0\xff";
    for (unsigned n = 1 + rng() % 4; n; --n) {
      const std::size_t at = rng() % s.size();
      switch (rng() % 5) {
        case 0:
          s[at] = static_cast<char>(s[at] ^ 1 << rng() % 8);
          break;
        case 1:
          s[at] = bytes[rng() % (sizeof bytes - 1)];
          break;
        case 2:
          s.insert(at, 1, bytes[rng() % (sizeof bytes - 1)]);
          break;
        case 3:
          s.insert(at, s.substr(rng() % s.size(), rng() % 40));
          break;
        default:
          s.erase(at, 1 + rng() % 20);
          break;
      }
      if (s.empty()) break;
    }
    return s;
  };
  int read = 0, refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const bool first = i % 2 == 0;
    const auto truth = coco::parse_annotations(first ? damage(annotations) : annotations, "damaged.json");
    const auto found = coco::parse_results(first ? results : damage(results), "damaged.json", *whole);
    for (const error* e : {truth ? nullptr : &truth.failure(), found ? nullptr : &found.failure()}) {
      if (!e) continue;
      REQUIRE(std::string(e->what()).find("damaged.json") == 0);
      ++refused;
    }
    if (!truth || !found) continue;
    const auto stats = coco::evaluate(*truth, *found).stats;
    for (double x : stats) REQUIRE((x == -1 || (x >= 0 && x <= 1) || x != x));
    ++read;
  }
  CHECK(read > 100);
  CHECK(refused > 1000);
}
