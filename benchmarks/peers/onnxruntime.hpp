#ifndef BENCHMARKS_PEERS_ONNXRUNTIME_HPP
#define BENCHMARKS_PEERS_ONNXRUNTIME_HPP

#include <octet/core/result.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

/// onnxruntime, from the library that the environment variable OCTET_ONNXRUNTIME names (libonnxruntime.so.1 of the npm
/// package onnxruntime-node, for example). It is loaded at run time and takes all instructions that the processor has.
struct onnxruntime {
  struct input {
    std::string name;
    std::vector<std::int64_t> shape;
  };

  /// Why it cannot be used; empty if it can.
  static std::string missing();

  /// The model made ready with all optimisations, for float inputs that hold random pictures; calling it runs it.
  /// Precondition: missing() is empty. Errors: what onnxruntime says.
  static octet::result<std::function<void()>> load(std::string_view model, const std::vector<input>& inputs, int threads);
};

}  // namespace bench

#endif
