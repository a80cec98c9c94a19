#include <octet/coco/read.hpp>

#include <octet/coco/read_results.hpp>
#include <octet/coco/write.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>

using namespace octet;

namespace {

const std::string good =
    R"({"images":[{"id":1,"width":64,"height":48,"file_name":"a.jpg"}],"categories":[{"id":7,"name":"caf\u00e9"}],)"
    R"("annotations":[{"id":1.0,"image_id":1e0,"category_id":7,"bbox":[1,2,3.5,4],"area":14,"iscrowd":0,)"
    R"("segmentation":[[1,2],{"x":null}]}]})";

std::string replaced(const std::string& from, const std::string& to) {
  std::string s = good;
  return s.replace(s.find(from), from.size(), to);
}

}  // namespace

TEST_CASE("annotations are read with every field") {
  const auto g = coco::parse_annotations(good, "good.json");
  REQUIRE_MESSAGE(g, g.failure().what());
  CHECK(g->images.at(0).file_name == "a.jpg");
  CHECK(g->images[0].width == 64);
  CHECK(g->categories.at(0).name == "caf\xc3\xa9");
  CHECK(g->annotations.at(0).image_id == 1);
  CHECK(g->annotations[0].bbox == coco::bounds{1, 2, 3.5, 4});
  CHECK(g->annotations[0].area == 14);
  CHECK_FALSE(g->annotations[0].crowd);
}

TEST_CASE("each kind of bad annotation file gives one clear error") {
  const struct {
    std::string text;
    errc code;
    const char* says;
  } cases[] = {
      {"", errc::syntax, "found the end of the file, expected an object"},
      {"[]", errc::syntax, "expected an object"},
      {good.substr(0, 80), errc::syntax, "found the end of the file"},
      {good + "x", errc::syntax, "expected the end of the file"},
      {replaced("\"id\":1,", ""), errc::missing, "a field \"id\""},
      {replaced("\"image_id\":1e0,", ""), errc::missing, "a field \"image_id\""},
      {replaced("\"area\":14,", ""), errc::missing, "a field \"area\""},
      {replaced(",\"iscrowd\":0", ""), errc::missing, "a field \"iscrowd\""},
      {replaced("\"annotations\"", "\"annotation\""), errc::missing, "has no list \"annotations\""},
      {replaced("[1,2,3.5,4]", "[1,2,3.5]"), errc::syntax, "a box of four numbers"},
      {replaced("[1,2,3.5,4]", "[1,2,3.5,4,5]"), errc::syntax, "the end of a box of four numbers"},
      {replaced("[1,2,3.5,4]", "\"box\""), errc::syntax, "expected an array"},
      {replaced("\"width\":64", "\"width\":-64"), errc::invalid, "a picture size"},
      {replaced("\"image_id\":1e0", "\"image_id\":1.5"), errc::syntax, "found '1.5,"},
      {replaced("\"area\":14", "\"area\":fourteen"), errc::syntax, "expected a number"},
      {replaced("\"a.jpg\"", "\"a\\q.jpg\""), errc::syntax, "an escape of JSON"},
      {replaced("[[1,2],{\"x\":null}]", std::string(100, '[')), errc::limit, "at most 64 levels"},
  };
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto g = coco::parse_annotations(c.text, "bad.json");
    REQUIRE_FALSE(g);
    const std::string what = g.failure().what();
    CHECK_MESSAGE(g.failure().code() == c.code, what);
    CHECK_MESSAGE(what.find(c.says) != what.npos, what);
    CHECK_MESSAGE(what.find("bad.json") == 0, what);
  }
}

TEST_CASE("an error names the line and the column") {
  const auto g = coco::parse_annotations("{\n  \"images\": [\n    oops", "x.json");
  REQUIRE_FALSE(g);
  CHECK(std::string(g.failure().what()).find("line 3, column 5: found 'oops'") != std::string::npos);
}

TEST_CASE("results of unknown pictures are an error, and written results read back") {
  const auto g = coco::parse_annotations(good, "good.json");
  const auto bad = coco::parse_results(R"([{"image_id":2,"category_id":7,"bbox":[0,0,1,1],"score":0.5}])", "dt.json", *g);
  REQUIRE_FALSE(bad);
  CHECK(std::string(bad.failure().what()).find("an image_id of the annotation file, not 2") != std::string::npos);

  std::mt19937 rng(1);
  std::vector<coco::scored_box> all;
  for (int i = 0; i < 100; ++i) {
    const auto x = [&] { return static_cast<double>(rng()) / 977.0 * 1e-3; };
    all.push_back({1, 7, {x(), x(), x(), x()}, x()});
  }
  const auto back = coco::parse_results(coco::to_json(all), "dt.json", *g);
  REQUIRE_MESSAGE(back, back.failure().what());
  REQUIRE(back->size() == all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    CHECK((*back)[i].bbox == all[i].bbox);
    CHECK((*back)[i].score == all[i].score);
  }
}
