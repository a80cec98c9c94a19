#include <octet/coco/read.hpp>

#include <octet/coco/read_results.hpp>
#include <octet/coco/write.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <vector>

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
      {replaced("\"area\":14", "\"area\":null"), errc::syntax, "expected a number in \"area\""},
      {replaced("\"image_id\":1e0", "\"image_id\":9223372036854775808"), errc::limit, "out of range in \"image_id\""},
      {replaced("\"image_id\":1e0", "\"image_id\":-9223372036854775809"), errc::limit, "found '-9223372036854775809"},
      {replaced("\"image_id\":1e0", "\"image_id\":1e30"), errc::limit, "out of range"},
      {replaced("\"image_id\":1e0", "\"image_id\":01"), errc::syntax, "expected"},
      {replaced("\"image_id\":1e0", "\"image_id\":\"1\""), errc::invalid, "an image id that is a number, as 1 is"},
      {replaced("\"category_id\":7", "\"category_id\":\"7\""), errc::invalid, "a category id that is a number, as 7 is"},
      {"\xff\xfe{", errc::syntax, "found a text in UTF-16"},
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

TEST_CASE("a byte order mark is read past, and columns do not count it") {
  const std::string mark = "\xef\xbb\xbf";
  const auto g = coco::parse_annotations(mark + good, "good.json");
  REQUIRE_MESSAGE(g, g.failure().what());
  const auto found = coco::parse_results(mark + R"([{"image_id":1,"category_id":7,"bbox":[0,0,1,1],"score":1}])", "dt", *g);
  REQUIRE_MESSAGE(found, found.failure().what());
  CHECK(found->size() == 1);
  const auto bad = coco::parse_annotations(mark + "[]", "bad.json");
  REQUIRE_FALSE(bad);
  CHECK(std::string(bad.failure().what()).find("column 1: found '[]'") != std::string::npos);
}

TEST_CASE("integers are exact in all their 64 bits, and those in the form of doubles are doubles") {
  const struct {
    const char* text;
    std::int64_t value;
  } cases[] = {{"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
               {"-9223372036854775808", std::numeric_limits<std::int64_t>::min()},
               {"9007199254740993", 9007199254740993},
               {"1732500000123456789", 1732500000123456789},
               {"-1732500000123456789", -1732500000123456789},
               {"-0", 0},
               {"1e18", 1000000000000000000},
               {"9007199254740993.0", 9007199254740992},
               {"-3.0", -3}};
  for (const auto& c : cases) {
    CAPTURE(c.text);
    const auto g = coco::parse_annotations(replaced("\"id\":1,", "\"id\":" + std::string(c.text) + ","), "g");
    REQUIRE_MESSAGE(g, g.failure().what());
    CHECK(g->images.at(0).id == c.value);
  }
}

namespace {

/// Two pictures and two categories, whose ids are put in as they are.
std::string truth_of(const std::string& i1, const std::string& i2, const std::string& k1, const std::string& k2) {
  const auto record = [](int id, const std::string& i, const std::string& k) {
    return R"({"id":)" + std::to_string(id) + R"(,"image_id":)" + i + R"(,"category_id":)" + k +
           R"(,"bbox":[1,2,30,40],"area":1200,"iscrowd":0})";
  };
  return R"({"annotations":[)" + record(1, i2, k1) + "," + record(2, i1, k2) + R"(],"images":[{"id":)" + i2 +
         R"(},{"id":)" + i1 + R"(}],"categories":[{"id":)" + k1 + R"(},{"id":)" + k2 + "}]}";
}

std::string result_of(const std::string& i, const std::string& k) {
  return R"([{"image_id":)" + i + R"(,"category_id":)" + k + R"(,"bbox":[1,2,30,40],"score":0.5}])";
}

}  // namespace

TEST_CASE("ids may be texts: they are sorted by code points, found by results, and written back") {
  // U+10000 comes after U+FF5E in UTF-8 and in Python, though not in UTF-16.
  const auto g = coco::parse_annotations(truth_of("\"\\uff5e\"", "\"\\ud800\\udc00\"", "\"b\"", "\"a\\\"\""), "gt");
  REQUIRE_MESSAGE(g, g.failure().what());
  CHECK(g->image_texts == std::vector<std::string>{"\xef\xbd\x9e", "\xf0\x90\x80\x80"});
  CHECK(g->category_texts == std::vector<std::string>{"a\"", "b"});
  CHECK(g->images.at(0).id == 1);
  CHECK(g->annotations.at(0).image_id == 1);
  CHECK(g->annotations.at(0).category_id == 1);
  CHECK(g->annotations.at(1).category_id == 0);
  const auto d = coco::parse_results(result_of("\"\xef\xbd\x9e\"", "\"a\\u0022\""), "dt", *g);
  REQUIRE_MESSAGE(d, d.failure().what());
  CHECK(d->at(0).image_id == 0);
  CHECK(d->at(0).category_id == 0);
  const std::string written = coco::to_json(*d, *g);
  CHECK(written.find("{\"image_id\":\"\xef\xbd\x9e\",\"category_id\":\"a\\\"\",") != std::string::npos);
  const auto back = coco::parse_results(written, "back", *g);
  REQUIRE_MESSAGE(back, back.failure().what());
  CHECK(back->at(0).bbox == d->at(0).bbox);
  const auto foreign = coco::parse_results(result_of("\"\xef\xbd\x9e\"", "\"c\""), "dt", *g);
  REQUIRE_MESSAGE(foreign, foreign.failure().what());
  CHECK(foreign->at(0).category_id == -1);
}

TEST_CASE("ids of two kinds are an error that shows both") {
  const auto says = [](const auto& r, const char* what) {
    REQUIRE_FALSE(r);
    const std::string found = r.failure().what();
    CHECK_MESSAGE(found.find(what) != found.npos, found);
  };
  says(coco::parse_annotations(truth_of("\"a\"", "1", "1", "2"), "gt"), "found '\"a\",\"category_id\"");
  says(coco::parse_annotations(truth_of("1", "\"a\"", "1", "2"), "gt"), "an image id that is a text, as \"a\" is");
  says(coco::parse_annotations(truth_of("1", "2", "1", "\"x\""), "gt"), "a category id that is a number, as 1 is");
  const auto numbers = coco::parse_annotations(truth_of("1", "2", "1", "2"), "gt");
  const auto texts = coco::parse_annotations(truth_of("\"1\"", "\"2\"", "\"x\"", "\"y\""), "gt");
  REQUIRE((numbers && texts));
  says(coco::parse_results(result_of("\"1\"", "1"), "dt", *numbers), "found '\"1\",");
  says(coco::parse_results(result_of("1", "\"1\""), "dt", *numbers), "a category id that is a number, as 1 is");
  says(coco::parse_results(result_of("1", "\"x\""), "dt", *texts), "an image id that is a text, as \"2\" is");
  says(coco::parse_results(result_of("\"3\"", "\"x\""), "dt", *texts), "an image_id of the annotation file, not \"3\"");
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
