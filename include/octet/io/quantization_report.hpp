#ifndef OCTET_IO_QUANTIZATION_REPORT_HPP
#define OCTET_IO_QUANTIZATION_REPORT_HPP

#include <octet/graph/layer_error.hpp>
#include <octet/io/json_writer.hpp>
#include <octet/io/line_chart.hpp>
#include <octet/io/svg.hpp>
#include <octet/io/table.hpp>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <string>
#include <vector>

/// What an analysis of an integer network finds out, as words, tables and charts for people, and as JSON for programs.
namespace octet::io {

using layer_errors = std::vector<graph::layer_error>;

/// How much noise a layer adds to the worst of what it reads, as a share of its signal; negative if it takes some away.
inline double added_noise(const layer_errors& layers, const graph::layer_error& layer) {
  double inherited = 0;
  for (const int i : layer.inputs) inherited = (std::max)(inherited, layers[static_cast<std::size_t>(i)].noise_share());
  return layer.noise_share() - inherited;
}

/// Positions of the layers, the one that adds most noise first.
inline std::vector<std::size_t> worst_layers(const layer_errors& layers) {
  std::vector<std::size_t> order(layers.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return added_noise(layers, layers[a]) > added_noise(layers, layers[b]);
  });
  return order;
}

/// Why a layer may be noisy, in words.
inline std::string reason(const graph::layer_error& l) {
  std::string text;
  const auto also = [&](const std::string& more) { text += (text.empty() ? "" : "; ") + more; };
  if (4 * l.coarse_channels() >= l.channels() && l.channels() > 1)
    also(std::to_string(l.coarse_channels()) + " of " + std::to_string(l.channels()) + " channels use fewer than 8 steps" +
         (l.scale_spread() < 1.001 ? " of the one scale that all share" : ""));
  if (l.clipped_share() > 0.01) also(fixed(100 * l.clipped_share(), 1) + " % of the values lie outside the thresholds");
  if (l.weight_noise > 2 * l.activation_noise) also("mostly from rounded weights");
  if (l.activation_noise > 2 * l.weight_noise) also("mostly from rounded maps");
  return text.empty() ? "rounded weights and maps alike" : text;
}

/// Which layers hurt, and what was done about scales.
inline std::vector<std::string> verdict(const layer_errors& layers) {
  std::vector<std::string> text;
  std::size_t own = 0, dead = 0;
  for (const auto& l : layers) own += l.scale_spread() > 1.001, dead += static_cast<std::size_t>(l.dead_channels());
  text.push_back(
      std::to_string(own) + " of " + std::to_string(layers.size()) +
      " maps have a scale for each channel, which the weights that read them absorb; the others have one scale. " +
      std::to_string(dead) + " channels held one value only on these pictures.");
  const auto order = worst_layers(layers);
  for (std::size_t i = 0; i < (std::min<std::size_t>)(3, order.size()); ++i) {
    const auto& l = layers[order[i]];
    text.push_back((i ? "Next comes '" : "The layer that hurts most is '") + l.name + "' (" + l.op + "): it adds noise of " +
                   fixed(100 * added_noise(layers, l), 2) + " % of its signal and ends at " + fixed(l.sqnr_db(), 1) +
                   " dB: " + reason(l) + ".");
  }
  return text;
}

inline table layer_table(const layer_errors& layers) {
  table t({"map", "operation", "SQNR dB", "weights only", "maps only", "this map only", "cosine", "least", "largest",
           "clipped %", "channels", "dead", "coarse", "scale spread", "weight scale spread"});
  for (const auto& l : layers) {
    const auto db = [&](double noise) { return fixed(graph::layer_error::decibels(l.signal, noise), 1); };
    t.add({l.name, l.op, db(l.noise), db(l.weight_noise), db(l.activation_noise), db(l.rounding_noise), fixed(l.cosine(), 5),
           l.lo.empty() ? "-" : fixed(*std::min_element(l.lo.begin(), l.lo.end()), 2),
           l.hi.empty() ? "-" : fixed(*std::max_element(l.hi.begin(), l.hi.end()), 2), fixed(100 * l.clipped_share(), 3),
           std::to_string(l.channels()), std::to_string(l.dead_channels()), std::to_string(l.coarse_channels()),
           fixed(l.scale_spread(), 1), fixed(l.weight_scale_spread, 1)});
  }
  return t;
}

/// SQNR from the first layer to the last: of the network, and with weights or maps alone in integers.
inline line_chart sqnr_chart(const layer_errors& layers) {
  line_chart chart("Signal to noise, layer by layer", {"layer"}, {"SQNR, dB"});
  std::vector<line_chart::point> all, weights, maps;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const auto& l = layers[i];
    const auto add = [&](auto& to, double noise) {
      if (l.signal > 0) to.push_back({static_cast<double>(i), l.decibels(l.signal, noise)});
    };
    add(all, l.noise), add(weights, l.weight_noise), add(maps, l.activation_noise);
  }
  chart.add("weights alone", weights, colours[2]);
  chart.add("maps alone", maps, colours[4]);
  chart.add("INT8 network", all, colours[0]);
  return chart;
}

/// How often values fall on which codes, square root of the counts; the red lines are the thresholds -128 and 127, what is
/// beyond them is clipped.
inline std::string code_histogram(const graph::layer_error& l, double width = 340, double height = 120) {
  svg out(width, height);
  out.rectangle(0, 0, width, height, "#fff");
  const auto most = static_cast<double>(*std::max_element(l.codes.begin(), l.codes.end()));
  const double bar = width / static_cast<double>(l.codes.size()), room = height - 20;
  for (std::size_t i = 0; i < l.codes.size(); ++i) {
    const double tall = most > 0 ? std::sqrt(static_cast<double>(l.codes[i]) / most) * room : 0;
    const bool clipped = i < 16 || i >= 80;
    if (tall > 0) out.rectangle(static_cast<double>(i) * bar, room - tall, bar, tall, clipped ? colours[1] : colours[0]);
  }
  for (const auto& [code, label] : {std::pair{-128, "-128"}, {0, "0"}, {128, "127"}}) {
    const double x = (code + 192) / 4.0 * bar;
    out.line(x, 0, x, room, code ? "#e3001b" : "#999");
    out.text(x, height - 6, label, "middle", 11);
  }
  out.line(0, room, width, room, "#999");
  return out.take();
}

/// All of it, layer by layer.
inline void write(json_writer& w, const layer_errors& layers) {
  w.begin_array();
  for (const auto& l : layers) {
    w.begin_object().member("name", l.name).member("operation", l.op);
    w.member("sqnr_db", l.sqnr_db()).member("cosine", l.cosine()).member("added_noise", added_noise(layers, l));
    for (const auto& [key, noise] : {std::pair{"sqnr_db_weights", l.weight_noise},
                                     {"sqnr_db_maps", l.activation_noise},
                                     {"sqnr_db_this_map", l.rounding_noise}})
      w.member(key, l.decibels(l.signal, noise));
    w.member("clipped_share", l.clipped_share()).member("dead_channels", l.dead_channels());
    w.member("coarse_channels", l.coarse_channels()).member("scale_spread", l.scale_spread());
    w.member("weight_scale_spread", l.weight_scale_spread).member("reason", reason(l));
    for (const auto& [key, list] : {std::pair{"least", &l.lo}, {"largest", &l.hi}, {"scale", &l.scale}}) {
      w.key(key).begin_array();
      for (const float x : *list) w.value(x);
      w.end_array();
    }
    w.key("histogram").begin_array();
    for (const auto n : l.codes) w.value(n);
    w.end_array().end_object();
  }
  w.end_array();
}

}  // namespace octet::io

#endif
