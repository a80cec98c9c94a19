#ifndef OCTET_PTQ_QUANTIZE_HPP
#define OCTET_PTQ_QUANTIZE_HPP

#include <octet/core/result.hpp>
#include <octet/data/image_file.hpp>
#include <octet/data/preprocess.hpp>
#include <octet/graph/float_backend.hpp>
#include <octet/graph/model.hpp>
#include <octet/ptq/calibrate.hpp>
#include <octet/ptq/lower.hpp>
#include <octet/quant/recipe.hpp>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace octet::ptq {

struct quantize_options {
  int threads = 1;
  std::function<void(int)> done = [](int) {};  ///< told after every calibration picture how many are done, by any thread
  data::decode_options decode = {};
};

/// Post-training quantisation: the recipe's observers watch the float network run over the calibration pictures (no labels
/// needed), then every operation from the quantised input to the head tensors becomes integer.
/// Precondition: `m` has been through graph::pass::simplify. Errors: no pictures, the first that does not decode
/// (data::drop_broken takes such out beforehand), an operation without integer form. The result does not depend on the
/// number of threads if the observers' merge is exact.
/// Cost: one FP32 run per picture, and 4 KiB per channel and thread with histogram observers.
template <quant::recipe_type Recipe = quant::recipe>
result<graph::integer_model> quantize(const graph::model& m, const std::vector<std::filesystem::path>& pictures,
                                      const quantize_options& options = {}) {
  if (pictures.empty())
    return error(errc::missing, m.name + ": no calibration pictures; accepted: at least one, a hundred or more are better");
  const graph::float_program program(m.net);
  const data::preprocessor<float> prepare(m.pre);
  const auto fill = [&](int i, map_view<float> input) -> result<void> {
    const auto image = data::read_image(pictures[static_cast<std::size_t>(i)], options.decode);
    if (!image) return image.failure();
    prepare(*image, input);
    return {};
  };
  auto seen = calibrate<Recipe>(program, static_cast<int>(pictures.size()), options.threads, fill, options.done);
  if (!seen) return seen.failure();
  return lower<Recipe>(m, seen->quantizations());
}

}  // namespace octet::ptq

#endif
