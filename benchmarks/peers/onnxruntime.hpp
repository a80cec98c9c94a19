#ifndef BENCHMARKS_PEERS_ONNXRUNTIME_HPP
#define BENCHMARKS_PEERS_ONNXRUNTIME_HPP

#include <octet/core/result.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <span>
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

  /// A model made ready with all optimisations, and its float inputs, which hold random pictures until something else is
  /// written there. Copies share it; calling one runs it.
  class model {
   public:
    void operator()() const;
    std::span<float> input(std::size_t i) const;
    /// Runs it; the elements of every output by its name.
    std::map<std::string, std::vector<float>> outputs() const;

   private:
    friend onnxruntime;
    struct state;
    explicit model(std::shared_ptr<state> s) : state_(std::move(s)) {}
    std::shared_ptr<state> state_;
  };

  /// Precondition: missing() is empty. Errors: what onnxruntime says.
  static octet::result<model> load(std::string_view bytes, const std::vector<input>& inputs, int threads);
};

}  // namespace bench

#endif
