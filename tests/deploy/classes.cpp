#include <octet/deploy/classes.hpp>

#include <doctest/doctest.h>

#include <string>

using namespace octet;

namespace {

graph::model model(std::vector<graph::category> categories) {
  graph::model m;
  m.classes = static_cast<int>(categories.size());
  m.categories = std::move(categories);
  return m;
}

}  // namespace

TEST_CASE("a model without categories has COCO's for 80 classes, else numbers") {
  graph::model m;
  CHECK(deploy::known_classes(m).categories[0].name == "person");
  m.classes = 2;
  CHECK(deploy::known_classes(m).categories[1].id == 2);
  coco::ground_truth truth;
  truth.categories = {{9, "b"}, {4, "a"}};
  CHECK(deploy::classes_of(m, truth)->front().id == 4);
}

TEST_CASE("categories are matched by id, in any order, and the annotations may list fewer or others without objects") {
  const graph::model m = model({{1, {}, "red"}, {7, {}, "blue"}});
  CHECK(deploy::known_classes(m).categories[1].id == 7);
  coco::ground_truth truth;
  truth.categories = {{0, "background"}, {7, "blue"}, {1, "rouge"}};
  truth.annotations.resize(1);
  truth.annotations[0].category_id = 7;
  const auto classes = deploy::classes_of(m, truth);
  REQUIRE(classes);
  CHECK((*classes)[0].id == 1);
  CHECK((*classes)[1].id == 7);
  CHECK(deploy::other_names(m, truth) ==
        "other names of 1 categories: 1 is 'red' to the model and 'rouge' in the annotations; the ids count");
  truth.annotations[0].category_id = 0;
  const auto refused = deploy::classes_of(m, truth);
  REQUIRE_FALSE(refused);
  CHECK(std::string(refused.failure().what()).find("id 0, which the model does not know; it knows 1, 7") !=
        std::string::npos);
}

TEST_CASE("ids that are texts are matched as texts") {
  const graph::model m = model({{0, "cat", "Cat"}, {0, "dog", "Dog"}});
  const coco::ground_truth known = deploy::known_classes(m);
  CHECK(coco::id_text(known.category_texts, known.categories[1].id) == "dog");
  coco::ground_truth truth;
  truth.category_texts = {"ant", "dog"};
  truth.categories = {{0, "Ant"}, {1, "Dog"}};
  const auto classes = deploy::classes_of(m, truth);
  REQUIRE(classes);
  CHECK((*classes)[0].id < 0);
  CHECK((*classes)[1].id == 1);
  truth.annotations.resize(1);
  CHECK_FALSE(deploy::classes_of(m, truth));
  truth.category_texts.clear();
  CHECK_FALSE(deploy::classes_of(m, truth));
}
