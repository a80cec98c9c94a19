#ifndef OCTET_TESTS_IO_ONNXRUNTIME_PEER_HPP
#define OCTET_TESTS_IO_ONNXRUNTIME_PEER_HPP

#include <octet/core/result.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// onnxruntime as the other opinion on models that Octet reads and writes. The environment variable OCTET_ONNXRUNTIME
/// names its shared library (libonnxruntime.so.1 of the npm package onnxruntime-node, for example), which is loaded at run
/// time; nothing of it is needed to build the tests.
class onnxruntime_peer {
 public:
  /// Graph rewriting before the run. Rewritten graphs may compute on integers where the file says float.
  enum class optimisation { disabled = 0, basic = 1, extended = 2, all = 99 };

  /// How uint8 is multiplied by int8. On x86 without VNNI the fast way adds pairs of products in 16 bits, which saturate
  /// (onnxruntime's issues 6004, 5849, 14642, 12072): results are then wrong by many steps. `exact` forbids that.
  enum class products { fast, exact };

  struct array {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
  };

  /// False, with a message to the test's log, if there is no onnxruntime to ask.
  static bool available();

  /// Loads a model from the bytes of an ONNX file. Precondition: available().
  static octet::result<onnxruntime_peer> load(std::string_view model, optimisation level = optimisation::all,
                                              products how = products::fast);

  /// Runs the model on one input; gives every float output by its name.
  octet::result<std::map<std::string, array>> run(const std::string& input, const array& x) const;

 private:
  struct loaded;
  explicit onnxruntime_peer(std::shared_ptr<loaded> s) : loaded_(std::move(s)) {}
  std::shared_ptr<loaded> loaded_;
};

#endif
