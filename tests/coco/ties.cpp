#include <octet/coco/tie_rules.hpp>

#include <octet/coco/evaluate.hpp>
#include <octet/coco/stream.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

using namespace octet::coco;

namespace {

struct with_worst : strict {
  using ties = worst_case;
};
struct with_average : strict {
  using ties = averaged;
};

/// A picture for each detection, with one object: 'r' finds it, 'w' does not. Scores are those given, one for each.
struct row {
  ground_truth truth;
  std::vector<scored_box> found;

  row(const std::string& kinds, const std::vector<double>& scores) {
    truth.categories = {{1, "thing"}};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
      const auto id = static_cast<std::int64_t>(i + 1);
      truth.images.push_back({id});
      truth.annotations.push_back({id, id, 1, {0, 0, 10, 10}, 100});
      found.push_back({id, 1, {kinds[i] == 'r' ? 0.0 : 50.0, 0, 10, 10}, scores[i]});
    }
  }
};

/// AP of one category by the formula: for every recall point the best precision there or beyond.
double average_precision(const std::vector<double>& wrong_before, std::size_t objects) {
  double sum = 0;
  for (const double r : parameters{}.recall_thresholds) {
    double best = 0;
    for (std::size_t i = 0; i < wrong_before.size(); ++i) {
      const auto right = static_cast<double>(i + 1);
      if (right / static_cast<double>(objects) >= r) best = std::max(best, right / (right + wrong_before[i] + 0x1p-52));
    }
    sum += best;
  }
  return sum / 101;
}

}  // namespace

TEST_CASE("a tie of a right and a wrong detection") {
  for (const std::string kinds : {"rw", "wr"}) {
    const row r(kinds, {0.5, 0.5});
    const double first = average_precision({kinds[0] == 'r' ? 0.0 : 1.0}, 2);
    CHECK(evaluate(r.truth, r.found).stats[0] == doctest::Approx(first).epsilon(1e-12));
    CHECK(evaluate<with_worst>(r.truth, r.found).stats[0] == doctest::Approx(average_precision({1}, 2)).epsilon(1e-12));
    CHECK(evaluate<with_average>(r.truth, r.found).stats[0] == doctest::Approx(average_precision({0.5}, 2)).epsilon(1e-12));
  }
}

TEST_CASE("without ties the rules agree to the last bit") {
  std::mt19937 random(2);
  std::string kinds;
  std::vector<double> scores;
  for (int i = 0; i < 80; ++i) kinds += random() % 3 ? 'r' : 'w', scores.push_back(i / 100.0);
  std::shuffle(scores.begin(), scores.end(), random);
  const row r(kinds, scores);
  const auto want = evaluate(r.truth, r.found);
  for (const auto& e : {evaluate<with_worst>(r.truth, r.found), evaluate<with_average>(r.truth, r.found)}) {
    CHECK(e.curves.precision_array() == want.curves.precision_array());
    CHECK(e.curves.score_array() == want.curves.score_array());
    CHECK(e.stats == want.stats);
  }
}

TEST_CASE("the worst case is the worst of all orders, and the average that of the places of right detections") {
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    std::string kinds;
    std::vector<double> scores;
    for (int i = 0; i < 7; ++i) kinds += random() % 2 ? 'r' : 'w', scores.push_back(random() % 2 ? 0.5 : 0.25);
    const row r(kinds, scores);
    const double worst = evaluate<with_worst>(r.truth, r.found).stats[0];
    const double mean = evaluate<with_average>(r.truth, r.found).stats[0];

    // All orders of the detections, those of the better score first.
    std::vector<std::size_t> order(kinds.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    double least = 1, count = 0;
    std::vector<double> wrong_sum;
    do {
      if (!std::is_sorted(order.begin(), order.end(), [&](auto a, auto b) { return scores[a] > scores[b]; })) continue;
      std::vector<double> wrong_before;
      double wrong = 0;
      for (const std::size_t i : order) kinds[i] == 'r' ? wrong_before.push_back(wrong) : void(++wrong);
      least = std::min(least, average_precision(wrong_before, kinds.size()));
      wrong_sum.resize(wrong_before.size());
      for (std::size_t i = 0; i < wrong_before.size(); ++i) wrong_sum[i] += wrong_before[i];
      ++count;
    } while (std::next_permutation(order.begin(), order.end()));
    for (double& w : wrong_sum) w /= count;
    CHECK(worst == doctest::Approx(least).epsilon(1e-12));
    CHECK(mean == doctest::Approx(average_precision(wrong_sum, kinds.size())).epsilon(1e-9));

    stream<with_average> shards({1});
    for (std::size_t i = kinds.size(); i-- > 0;)
      REQUIRE(shards.add(r.truth.images[i].id, std::span(&r.truth.annotations[i], 1), std::span(&r.found[i], 1)));
    CHECK(shards.finish().stats[0] == mean);
  }
}
