#include <octet/train/detector_recipe.hpp>
#include <octet/train/take_over.hpp>

#include <octet/train/normalised_convolutions.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <variant>

using namespace octet;

namespace {

std::size_t count_parameters(const graph::network& net) {
  std::size_t count = 0;
  for (const graph::node& n : net.nodes)
    if (const auto* f = std::get_if<graph::op::conv2d>(&n.op)) count += f->geometry.weight_count() + f->bias.size();
  return count;
}

}  // namespace

TEST_CASE("recipes have the published networks' numbers of parameters, and names that find them") {
  const auto count = [](const char* name) {
    const train::detector_recipe* r = train::find_detector_recipe(name);
    REQUIRE(r);
    return count_parameters(graph::make_picodet(r->measures).net);
  };
  CHECK(count("picodet_s_npu") == 1144068);
  CHECK(count("picodet_xs") == 696662);
  CHECK(count("shapes") < 250000);
  CHECK(train::find_detector_recipe("none") == nullptr);
}

TEST_CASE("norms are where PaddleDetection's network has them") {
  const graph::network net = graph::make_picodet().net;
  const auto norms = train::normalised_convolutions(net);
  std::size_t convolutions = 0, none = 0;
  for (int id = 0; id < net.size(); ++id) {
    if (!std::holds_alternative<graph::op::conv2d>(net[id].op)) continue;
    ++convolutions;
    if (norms[static_cast<std::size_t>(id)]) continue;
    ++none;
    const std::string_view name = net[id].name;
    CHECK((name.ends_with("squeeze") || name.ends_with("excite") || name.ends_with("gate") || name.ends_with("scores") ||
           name.ends_with("distances") || name.ends_with("quality")));
  }
  CHECK(convolutions == 122);
  CHECK(none == 4 + 4 * 4);
}

TEST_CASE("weights are taken over by name and shape, of the backbone alone or of all") {
  const graph::picodet_measures how{
      .side = 64, .classes = 3, .backbone = {4, 8, 8, 8, 8, 8}, .blocks = 1, .neck = 8, .tower = 1};
  graph::picodet_measures more = how;
  more.classes = 5;
  const graph::network from = graph::make_picodet(how, 1).net;
  const auto conv = [](const graph::network& net, std::string_view name) {
    const auto n = std::ranges::find(net.nodes, name, &graph::node::name);
    REQUIRE(n != net.nodes.end());
    return std::get<graph::op::conv2d>(n->op);
  };
  graph::network all = graph::make_picodet(more, 2).net, backbone = all;
  const std::size_t convolutions = static_cast<std::size_t>(std::ranges::count_if(
      from.nodes, [](const graph::node& n) { return std::holds_alternative<graph::op::conv2d>(n.op); }));
  CHECK(train::take_over(from, all) == convolutions - 4);  // not the four maps of scores
  CHECK(conv(all, "stem").weights == conv(from, "stem").weights);
  CHECK(conv(all, "head8.distances").weights == conv(from, "head8.distances").weights);
  CHECK(conv(all, "head8.scores").weights != conv(from, "head8.scores").weights);
  const auto taken =
      train::take_over(from, backbone, [](std::string_view name) { return name.starts_with("b") || name == "stem"; });
  CHECK(taken > 10);
  CHECK(taken < convolutions - 4);
  CHECK(conv(backbone, "b3.0.dw").weights == conv(from, "b3.0.dw").weights);
  CHECK(conv(backbone, "neck.c3").weights != conv(from, "neck.c3").weights);
}
