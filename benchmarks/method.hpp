#ifndef BENCHMARKS_METHOD_HPP
#define BENCHMARKS_METHOD_HPP

#include "problem.hpp"

#include <functional>
#include <string>
#include <vector>

namespace bench {

enum class precision { int8, fp32 };

/// A convolution made ready to run; what is done once per model, packing or generating code, lies behind.
struct instance {
  std::function<void()> run;                   ///< empty if the shape is not supported
  std::function<std::vector<float>()> output;  ///< [H,W,C] of the last run, in units of the problem's output step
};

/// One way to compute convolutions: an operation of Octet on one architecture, or a peer with one set of data types.
struct method {
  std::string library;  ///< "Octet", or the peer
  std::string form;     ///< Octet's operation, or the peer's data types
  std::string arch;     ///< Octet only
  precision kind = precision::int8;
  int largest_input = 127;  ///< that its input type holds
  inputs from = inputs::relu6;
  std::function<instance(const problem&)> make;
  std::function<std::vector<float>(const problem&)> expect;  ///< Octet only: the norm's result
  bool same_work = true;                                      ///< as the peers do: bias, requantisation, relu6

  std::string name() const { return library + " " + form; }
};

/// A library to compare with. `problem` says why it is not there.
struct peer {
  std::string name, missing;
  std::vector<method> methods;
};

inline float largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  float most = a.size() == b.size() ? 0.0f : 1e9f;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) most = std::max(most, std::abs(a[i] - b[i]));
  return most;
}

/// True if the largest inputs that the method's type holds times the largest weights still give the exact result.
inline bool survives_extremes(const method& m, const shape& s) {
  const problem p = problem::extreme(s, m.largest_input);
  const instance i = m.make(p);
  if (!i.run) return false;
  i.run();
  const octet::extent e = s.out();
  const std::size_t middle = (static_cast<std::size_t>(e.h / 2) * static_cast<std::size_t>(e.w) +
                              static_cast<std::size_t>(e.w / 2)) * static_cast<std::size_t>(e.c);
  const auto out = i.output();
  const auto first = out.begin() + static_cast<std::ptrdiff_t>(middle);
  return std::all_of(first, first + e.c, [](float v) { return v == problem::extreme_result; });
}

}  // namespace bench

#endif
