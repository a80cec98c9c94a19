#include <octet/train/supervision.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

using namespace octet;
using namespace octet::train;

TEST_CASE("varifocal loss has its formula's values and the slope of its differences") {
  const varifocal loss;
  double slope = 0, ignored = 0;
  CHECK(loss(0.5, 0, slope) == doctest::Approx(0.75 * 0.25 * std::log(2)));
  CHECK(loss(0.5, 1, slope) == doctest::Approx(std::log(2)));
  CHECK(loss(0.8, 0.8, slope) == doctest::Approx(-0.8 * (0.8 * std::log(0.8) + 0.2 * std::log(0.2))));
  CHECK(slope == doctest::Approx(0));
  for (const double q : {0.0, 0.3, 1.0})
    for (const double p : {0.05, 0.4, 0.9}) {
      loss(p, q, slope);
      CHECK(slope == doctest::Approx((loss(p + 1e-5, q, ignored) - loss(p - 1e-5, q, ignored)) / 2e-5).epsilon(1e-4));
    }
}

TEST_CASE("distribution focal loss shares a distance between the bins around it") {
  const distribution_focal loss;
  std::vector<float> logits(8, 0.0f), gradient(8), ignored(8);
  CHECK(loss(logits, 2.25, gradient) == doctest::Approx(std::log(8)));
  CHECK(gradient[2] == doctest::Approx(0.125 - 0.75));
  CHECK(gradient[3] == doctest::Approx(0.125 - 0.25));
  CHECK(gradient[7] == doctest::Approx(0.125));
  loss(logits, 100, gradient);
  CHECK(gradient[7] == doctest::Approx(0.125 - 0.9));
  for (std::size_t k = 0; k < 8; ++k) logits[k] = static_cast<float>(k % 3) - 0.5f;
  loss(logits, 4.5, gradient);
  for (std::size_t k = 0; k < 8; ++k) {
    auto up = logits, down = logits;
    up[k] += 0x1p-8f, down[k] -= 0x1p-8f;
    CHECK(gradient[k] == doctest::Approx((loss(up, 4.5, ignored) - loss(down, 4.5, ignored)) / 0x1p-7).epsilon(1e-3));
  }
}

TEST_CASE("generalised IoU: same, apart and overlapping boxes; its slopes are those of its differences") {
  const generalised_iou loss;
  std::array<double, 4> slope, ignored;
  const box truth{10, 10, 20, 30};
  CHECK(loss(truth, truth, slope) == doctest::Approx(0));
  CHECK(loss({30, 10, 40, 30}, truth, slope) == doctest::Approx(1 + 200.0 / 600));
  CHECK(loss({10, 10, 20, 20}, truth, slope) == doctest::Approx(0.5));
  for (const box b : {box{12, 8, 25, 28}, box{30, 35, 44, 41}, box{5, 5, 40, 40}, box{12, 14, 18, 25}}) {
    loss(b, truth, slope);
    for (std::size_t k = 0; k < 4; ++k) {
      box up = b, down = b;
      (k == 0 ? up.x1 : k == 1 ? up.y1 : k == 2 ? up.x2 : up.y2) += 0x1p-6f;
      (k == 0 ? down.x1 : k == 1 ? down.y1 : k == 2 ? down.x2 : down.y2) -= 0x1p-6f;
      CHECK(slope[k] == doctest::Approx((loss(up, truth, ignored) - loss(down, truth, ignored)) / 0x1p-5).epsilon(1e-3));
    }
  }
}

namespace {
/// A row of four cells of stride 8, each of which predicts the square of 8 pixels around it.
struct row {
  std::vector<cell> cells{{4, 4, 8}, {12, 4, 8}, {20, 4, 8}, {28, 4, 8}};
  std::vector<box> boxes{{0, 0, 8, 8}, {8, 0, 16, 8}, {16, 0, 24, 8}, {24, 0, 32, 8}};
  std::vector<float> scores{0.5f, 0.1f, 0.5f, 0.9f, 0.5f, 0.1f, 0.5f, 0.1f};  // [4, 2 classes]
  predictions view() const { return {cells, boxes, scores, 2}; }
};
}  // namespace

TEST_CASE("task-aligned assignment takes the best cells in an object and scales their targets to its best overlap") {
  const row r;
  const std::vector<labelled_box> objects{{{6, 0, 22, 8}, 0}};
  auto all = task_aligned{}(r.view(), objects);
  CHECK(all[0].object == -1);
  CHECK(all[1].object == 0);
  CHECK(all[2].object == 0);
  CHECK(all[3].object == -1);
  CHECK(all[1].score == doctest::Approx(0.5));  // 8 of 16 pixels overlap: the object's best
  CHECK(all[2].score == doctest::Approx(0.5 * std::pow((6.0 / 18) / 0.5, 6)));
  all = task_aligned{1}(r.view(), objects);
  CHECK(all[2].object == -1);
  const std::vector<labelled_box> two{{{6, 0, 22, 8}, 0}, {{8, 0, 16, 8}, 1}};
  all = task_aligned{}(r.view(), two);
  CHECK(all[1].object == 1);
  CHECK(all[1].score == doctest::Approx(1));
  CHECK(task_aligned{}(r.view(), {})[1].object == -1);
  const std::vector<labelled_box> point{{{11.5f, 3.5f, 12.5f, 4.5f}, 1}};  // a 64th of its best box: next to no target
  const double metric = 0.9 * std::pow(64.0, -6);
  all = task_aligned{}(r.view(), point);
  CHECK(all[1].object == 0);
  CHECK(all[1].score == doctest::Approx(metric / (metric + 1e-9) / 64).epsilon(1e-4));
}

TEST_CASE("adaptive selection takes the cells whose squares overlap an object more than most") {
  const row r;
  const std::vector<labelled_box> objects{{{9, 0, 15, 8}, 0}};
  const auto all = adaptive_selection{4, 1}(r.view(), objects);
  // The squares overlap by 0, 6/8, 0, 0: mean 0.1875, deviation 0.375.
  CHECK(all[0].object == -1);
  CHECK(all[1].object == 0);
  CHECK(all[1].score == doctest::Approx(0.75));
  CHECK(all[2].object == -1);
  const std::vector<labelled_box> outside{{{13, 0, 19, 8}, 0}};  // no centre lies in it
  for (const assignment& a : adaptive_selection{4, 1}(r.view(), outside)) CHECK(a.object == -1);
}
