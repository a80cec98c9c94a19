#include <octet/train/checkpoint.hpp>

#include <octet/train/distillation_loss.hpp>
#include <octet/train/divergence.hpp>
#include <octet/train/estimator.hpp>
#include <octet/train/moving_average.hpp>
#include <octet/train/optimiser.hpp>
#include <octet/train/sampler.hpp>
#include <octet/train/schedule.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

using namespace octet;
using namespace octet::train;

namespace {

parameters two_ranges() {
  parameters p;
  p.add("w", role::weight, std::vector<float>{1.0f, -2.0f});
  p.add("b", role::bias, std::vector<float>{0.5f});
  return p;
}

std::span<const std::byte> as_bytes(const std::string& s) { return std::as_bytes(std::span(s.data(), s.size())); }

/// The gradient that a loss writes must be what central differences of its value say.
template <class Loss>
void check_loss(const Loss& loss, head_kind kind) {
  constexpr int bins = 4;
  const extent shape{2, 3, 8};
  std::vector<float> raw(shape.size()), teacher(shape.size()), weights{0.1f, 0.2f, 0.3f, 0.1f, 0.2f, 0.1f};
  random_source random{3};
  const bool sigmoid = kind == head_kind::probabilities;
  for (float& x : raw) x = static_cast<float>(random.unit() * 4 - 2);
  for (float& x : teacher) x = static_cast<float>(sigmoid ? random.unit() * 0.9 + 0.05 : random.unit() * 4 - 2);
  std::vector<float> value(shape.size()), gradient(shape.size()), ignored(shape.size());
  const auto run = [&](std::vector<float>& to) {
    for (std::size_t i = 0; i < raw.size(); ++i) value[i] = sigmoid ? 1 / (1 + std::exp(-raw[i])) : raw[i];
    return loss(kind, bins, map_view<const float>(value.data(), shape), map_view<const float>(raw.data(), shape),
                map_view<const float>(teacher.data(), shape), std::span<const float>(weights),
                map_view<float>(to.data(), shape));
  };
  CHECK(run(gradient) > 0);
  for (std::size_t i = 0; i < raw.size(); i += 5) {
    const float before = raw[i], p = value[i];
    raw[i] = before + 0x1p-8f;
    const double up = run(ignored);
    raw[i] = before - 0x1p-8f;
    const double down = run(ignored);
    raw[i] = before;
    run(ignored);
    const double slope = gradient[i] * (sigmoid ? double{p} * (1 - p) : 1.0);
    CHECK(slope == doctest::Approx((up - down) / 0x1p-7).epsilon(0.02).scale(0.01));
  }
  teacher = value;
  CHECK(run(gradient) == doctest::Approx(0).scale(1e-6));
  for (const float g : gradient) CHECK(std::fabs(g) < 1e-5f);
}

}  // namespace

TEST_CASE("update rules do what their formulas say, with decay on weights only") {
  const std::vector<float> gradient{0.5f, 1.0f, -1.0f};
  groups by_role = decay_weights;
  by_role[0].decay = 0.1f;
  parameters p = two_ranges();
  optimiser<sgd>(p, {}, by_role)(p, gradient, 0.1f);
  CHECK(p.values[0] == doctest::Approx(1 - 0.1 * (0.5 + 0.1)));
  CHECK(p.values[1] == doctest::Approx(-2 - 0.1 * (1 - 0.2)));
  CHECK(p.values[2] == doctest::Approx(0.6));

  p = two_ranges();
  optimiser<momentum> heavy(p, {0.5f}, by_role);
  heavy(p, gradient, 0.1f), heavy(p, gradient, 0.1f);
  CHECK(p.values[2] == doctest::Approx(0.5 + 0.1 * (1 + 1.5)));

  p = two_ranges();
  optimiser<adam_w> decoupled(p, {}, by_role);
  decoupled(p, gradient, 0.01f);  // the first step is the rate times the sign
  CHECK(p.values[0] == doctest::Approx(1 - 0.01 * 0.1 - 0.01));
  CHECK(p.values[2] == doctest::Approx(0.51));
  p = two_ranges();
  optimiser<adam> joined(p, {}, by_role);
  joined(p, gradient, 0.01f);
  CHECK(p.values[0] == doctest::Approx(1 - 0.01));
}

TEST_CASE("a clipped gradient keeps its direction") {
  std::vector<float> g{3, -4};
  CHECK(clip_norm(g, 1) == doctest::Approx(5));
  CHECK(g[0] == doctest::Approx(0.6));
  CHECK(g[1] == doctest::Approx(-0.8));
  CHECK(clip_norm(g, 2) == doctest::Approx(1));
  CHECK(g[0] == doctest::Approx(0.6));
}

TEST_CASE("schedules pass through their known points") {
  CHECK(cosine{100, 0}(0) == 1);
  CHECK(cosine{100, 0.1}(50) == doctest::Approx(0.55));
  CHECK(cosine{100, 0.1}(500) == doctest::Approx(0.1));
  CHECK(cosine_plateau{300, 30}(269) > 0.08);
  CHECK(cosine_plateau{300, 30}(270) == doctest::Approx(0.08));
  CHECK(steps{{30, 40}}(29) == 1);
  CHECK(steps{{30, 40}}(40) == doctest::Approx(0.01));
  CHECK(linear_warm_up<constant>{10, {}}(0) == doctest::Approx(0.1));
  CHECK(linear_warm_up<constant>{10, {}}(5) == doctest::Approx(0.55));
  CHECK(exponential_warm_up<constant>{10, {}}(4) == doctest::Approx(0.25));
  CHECK(exponential_warm_up<constant>{10, {}}(10) == 1);
}

TEST_CASE("a moving average follows at once first and slowly later") {
  moving_average average({0.0f}, 0.9);
  average(std::vector<float>{1.0f});
  CHECK(average.values()[0] == doctest::Approx(1 - 2.0 / 11));
  for (int i = 0; i < 1000; ++i) average(std::vector<float>{2.0f});
  CHECK(average.values()[0] == doctest::Approx(2));
}

TEST_CASE("every round shows every picture once, in an order of its own, from any iteration") {
  const sampler s{10, 4, 5};
  std::vector<int> seen;
  for (long i = 0; i < 5; ++i)
    for (int k : s(i)) seen.push_back(k);
  for (int round : {0, 1}) {
    std::vector<int> sorted(seen.begin() + round * 10, seen.begin() + round * 10 + 10);
    std::sort(sorted.begin(), sorted.end());
    for (int k = 0; k < 10; ++k) CHECK(sorted[static_cast<std::size_t>(k)] == k);
  }
  CHECK_FALSE(std::equal(seen.begin(), seen.begin() + 10, seen.begin() + 10));
  CHECK(s(3) == sampler{10, 4, 5}(3));
  CHECK(s(3) != sampler{10, 4, 6}(3));
}

TEST_CASE("estimators give their papers' slopes") {
  CHECK(lsq::scale_slope(2.3f, 2.0f, 1) == doctest::Approx(-0.3));
  CHECK(lsq::scale_slope(200.0f, 127.0f, 0) == 127);
  CHECK(lsq::factor(100, 127) == doctest::Approx(1 / std::sqrt(12700.0)));
  CHECK(pact::scale_slope(2.3f, 2.0f, 1) == 0);
  CHECK(pact::scale_slope(-300.0f, -128.0f, 0) == -128);
}

TEST_CASE("distillation losses are 0 where student and teacher agree, and their gradients fit their values") {
  check_loss(l2{}, head_kind::probabilities);
  check_loss(l2{}, head_kind::distributions);
  check_loss(soft_label{}, head_kind::probabilities);
  check_loss(soft_label{}, head_kind::distributions);
  check_loss(channel_wise{2.0f}, head_kind::distributions);
}

TEST_CASE("training that goes astray ends with iteration and layer or parameter") {
  struct {
    const char* layer = nullptr;
    const char* not_finite() const { return layer; }
  } batch;
  parameters p;
  p.add("conv", role::weight, std::vector<float>{1, 2});
  p.add("map", role::scale, std::vector<float>{-3});
  std::vector<float> gradient{0, 0, 0};
  const auto says = [](const result<void>& r, const char* what) {
    return !r && std::string(r.failure().what()).find(what) != std::string::npos;
  };
  CHECK(check_gradient(3, 0.5, gradient, p, batch));
  CHECK(says(check_gradient(3, NAN, gradient, p, batch), "iteration 3: the loss"));
  gradient[1] = INFINITY;
  CHECK(says(check_gradient(3, 0.5, gradient, p, batch), "iteration 3: the gradient of parameter 'conv'"));
  batch.layer = "head";
  CHECK(says(check_gradient(3, 0.5, gradient, p, batch), "layer 'head'"));
  CHECK(check_parameters(4, p));
  p.values[2] = 41;
  CHECK(says(check_parameters(4, p), "iteration 4: the step makes the scale of 'map'"));
  p.values[0] = NAN;
  CHECK(says(check_parameters(4, p), "parameter 'conv'"));

  // Losses may rise for a while, and more from one that is small by chance; one that stays 0 teaches nothing.
  CHECK(check_losses({}, 1));
  CHECK(check_losses(std::vector{0.003, 0.019, 0.016, 0.023, 0.005}, 1e-4));
  CHECK(check_losses(std::vector{0.01, 3.0, 7.0}, 1));
  CHECK(says(check_losses(std::vector{0.003, 9.9}, 1e-4), "iteration 2: the loss rose from 0.003 to 4.95; a smaller"));
  CHECK(says(check_losses(std::vector{1.3, 3.5, 576.1, 3.2, 568.0}, 1), "iteration 5: the loss rose from 1.3 to 288"));
  CHECK(risen(std::vector{3.8, 5.6, 14.9, 12.9}, 2, 2, 3) == "the loss rose from 3.8 to 13.9");
  CHECK(risen(std::vector{3.8, 5.6, 14.9, 12.9, 2.0}, 0, 2, 3).empty());
  CHECK(risen(std::vector{0.5, 5.6}, 1, 2, 3).empty());
  CHECK(check_learning(7, 1e-6, true));
  CHECK(check_learning(7, 0, false));
  CHECK(says(check_learning(7, 6e-12, true), "iteration 7: every score is 0"));
}

TEST_CASE("a checkpoint comes back as it was, and only to its own run") {
  const parameters p = two_ranges();
  const auto run = fingerprint(p, "settings");
  const checkpoint c{run, 7, p.values, {1, 2, 3}, {0.5, 0.25}};
  const std::string file = c.bytes();
  const auto back = checkpoint::read(as_bytes(file), run, "c.bin");
  REQUIRE(back);
  CHECK(back->bytes() == file);
  CHECK(back->iterations == 7);
  CHECK(back->values == p.values);

  CHECK_FALSE(checkpoint::read(as_bytes(file), fingerprint(p, "others"), "c.bin"));
  parameters other = p;
  other.values[0] += 1;
  CHECK_FALSE(checkpoint::read(as_bytes(file), fingerprint(other, "settings"), "c.bin"));
  for (std::size_t size = 0; size < file.size(); ++size)
    CHECK_FALSE(checkpoint::read(as_bytes(file.substr(0, size)), run, "c.bin"));
  const checkpoint told{run, 7, p.values, {1, 2, 3}, {0.5, 0.25}, {{20, 0.125}, {40, 0.25}}, "classes: 3\nrate: 1\n"};
  const std::string telling = told.bytes();
  CHECK(checkpoint::read(as_bytes(telling), run, "c.bin")->settings == told.settings);
  CHECK(checkpoint::read(as_bytes(telling), run, "c.bin")->scores == told.scores);
  const auto differs = checkpoint::read(as_bytes(telling), run + 1, "c.bin", "classes: 4\nrate: 1\n");
  REQUIRE_FALSE(differs);
  CHECK(std::string(differs.failure().what()).find("'classes: 3' in it, 'classes: 4' now") != std::string::npos);
  std::string damaged = file;
  damaged[40] = static_cast<char>(damaged[40] ^ 1);
  const auto refused = checkpoint::read(as_bytes(damaged), run, "c.bin");
  REQUIRE_FALSE(refused);
  CHECK(std::string(refused.failure().what()).find("c.bin") == 0);
}
