#include <octet/train/augment.hpp>

#include <octet/data/augment/pad_objects.hpp>
#include <octet/graph/picodet.hpp>
#include <octet/train/differentiable.hpp>
#include <octet/train/read_ahead.hpp>
#include <octet/train/supervision.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <thread>
#include <vector>

using namespace octet;

namespace {

data::labelled_picture spotted(int width, int height) {
  data::labelled_picture p{data::image(width, height), {{{1, 1, 9, 9}, 1}}};
  for (std::size_t i = 0; i < p.picture.pixels.size(); ++i) p.picture.pixels[i] = static_cast<std::uint8_t>(i * 37 % 251);
  return p;
}

}  // namespace

TEST_CASE("a recipe's changes: pictures are mixed until its part of the training, what it leaves out draws nothing") {
  int taken = 0;
  const auto another = [&](random_source&) {
    ++taken;
    return spotted(30, 20);
  };
  const auto changed = [&](const train::augmentation& how, double done, random_source random = {3}) {
    taken = 0;
    data::labelled_picture p = spotted(40, 30);
    train::augment(p, how, done, random, another);
    return p;
  };
  const train::augmentation mosaics{.mosaic = 1, .until = 0.6, .flip = 0};
  CHECK(changed(mosaics, 0.599).picture.width == 640);
  CHECK(taken == 3);
  CHECK(changed(mosaics, 0.6).picture == spotted(40, 30).picture);
  CHECK(taken == 0);
  train::augmentation both = mosaics;
  both.mixup = 1;
  const auto mixed = changed(both, 0);
  CHECK(taken == 4);
  CHECK(std::ranges::all_of(mixed.objects, [](const labelled_box& o) { return o.share == 1; }));

  const auto blended = changed({.mixup = 1, .flip = 0}, 0.5);
  CHECK(taken == 1);
  REQUIRE(blended.objects.size() == 2);
  CHECK(blended.objects[0].share + blended.objects[1].share == 1);
  CHECK(changed({.mixup = 1, .until = 0.5, .flip = 0}, 0.5).objects.size() == 1);

  CHECK(changed({.hue = 10, .saturation = 0.1, .value = 0.1, .flip = 0}, 1).picture.pixels !=
        spotted(40, 30).picture.pixels);
  CHECK(changed({.flip = 0, .expand = 1}, 1).picture.width > 40);
  CHECK(changed({.flip = 1}, 1).objects[0].box == box{31, 1, 39, 9});

  random_source random{5}, twin{5};
  data::labelled_picture p = spotted(40, 30);
  train::augment(p, {.flip = 0.5}, 0, random, another);
  twin.unit();
  CHECK(random.state == twin.state);
}

TEST_CASE("an object's share multiplies the target scores of its cells, and absent objects change nothing") {
  const graph::model m =
      graph::make_picodet({.side = 64, .classes = 2, .backbone = {4, 8, 8, 8, 8, 8}, .blocks = 1, .neck = 8, .tower = 1}, 3);
  const train::differentiable<> net(m.net);
  train::workspace w(net);
  for (std::size_t i = 0; i < w.raw(0).shape().size(); ++i) w.raw(0).data[i] = static_cast<float>(i % 23) / 23;
  net.forward(w);
  const std::vector<labelled_box> whole{{{4, 6, 30, 40}, 1}, {{34, 10, 63, 50}, 0}};
  std::vector<labelled_box> shared = whole;
  shared[0].share = 0.25f;
  const auto check = [&](const auto& teach) {
    const train::lesson full = teach.prepare(m, w, whole), part = teach.prepare(m, w, shared);
    double weight = 0;
    int assigned = 0;
    for (std::size_t i = 0; i < full.wanted.size(); ++i) {
      CHECK(part.wanted[i].object == full.wanted[i].object);
      CHECK(part.wanted[i].score == full.wanted[i].score * (full.wanted[i].object == 0 ? 0.25f : 1.0f));
      assigned += full.wanted[i].object == 0;
      weight += static_cast<double>(part.wanted[i].score);
    }
    CHECK(assigned > 0);
    CHECK(part.weight == doctest::Approx(weight));
    CHECK(part.weight < full.weight);

    data::labelled_picture padded{data::image(64, 64), whole};
    random_source random{1};
    data::augment::pad_objects{9}(padded, random);
    w.clear();
    const double loss = teach(m, w, whole);
    w.clear();
    CHECK(teach(m, w, padded.objects) == loss);
  };
  check(train::supervision<train::task_aligned>{});
  check(train::supervision<train::adaptive_selection>{});
}

TEST_CASE("what is read ahead is the same for any number of threads and any depth, in order") {
  const auto item = [](long iteration, int place) { return iteration * 100 + place; };
  for (const int threads : {1, 2, 5})
    for (const int depth : {1, 2, 7})
      for (const int batch : {1, 3}) {
        std::atomic<long> made = 0;
        train::read_ahead<long> items(4, 24, batch, depth, threads, [&](long iteration, int place) {
          if ((iteration + place) % 3 == 0) std::this_thread::sleep_for(std::chrono::microseconds(200));
          ++made;
          return item(iteration, place);
        });
        for (long i = 4; i < 24; ++i) {
          CHECK(made <= (i - 4 + depth) * batch);
          const std::vector<long> taken = items();
          REQUIRE(taken.size() == static_cast<std::size_t>(batch));
          for (int k = 0; k < batch; ++k) CHECK(taken[static_cast<std::size_t>(k)] == item(i, k));
        }
        CHECK(made == 20 * batch);
      }
}

TEST_CASE("reading ahead ends without being asked for all, or for anything") {
  for (const int asked : {0, 1, 3}) {
    std::atomic<int> made = 0;
    {
      train::read_ahead<int> items(0, 1000000, 2, 3, 3, [&](long iteration, int) {
        ++made;
        return static_cast<int>(iteration);
      });
      for (int i = 0; i < asked; ++i) CHECK(items() == std::vector<int>{i, i});
    }
    CHECK(made <= 2 * (asked + 3));
  }
  int made = 0;
  {
    train::read_ahead<int> none(5, 5, 2, 3, 2, [&](long, int) { return ++made; });
  }
  CHECK(made == 0);
}
