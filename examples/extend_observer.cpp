// An observer of one's own in a recipe of one's own: plain structs, nothing to register.
#include <octet/data.hpp>
#include <octet/graph/float_operations.hpp>
#include <octet/graph/pass/simplify.hpp>
#include <octet/io.hpp>
#include <octet/ptq.hpp>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <span>

/// Watches the mean magnitude and takes eight times that for the range: robust, and cheap.
struct mean_magnitude {
  double sum = 0;
  std::size_t count = 0;
  float lo = 0, hi = 0;

  void observe(std::span<const float> values) {
    for (const float x : values) {
      sum += std::fabs(x);
      lo = std::min(lo, x), hi = std::max(hi, x);
    }
    count += values.size();
  }
  octet::interval bounds() const {
    const float limit = count ? static_cast<float>(8 * sum / static_cast<double>(count)) : 0.0f;
    return {std::max(lo, -limit), std::min(hi, limit)};
  }
  void merge(const mean_magnitude& other) {
    sum += other.sum, count += other.count;
    lo = std::min(lo, other.lo), hi = std::max(hi, other.hi);
  }
};
static_assert(octet::quant::observer<mean_magnitude>);

/// The default recipe but for who watches the maps.
struct my_recipe : octet::quant::recipe {
  using activations =
      octet::quant::fake_quant<mean_magnitude, octet::quant::affine<std::int8_t>, octet::quant::per_channel<>>;
};

int main(int argc, char** argv) {
  if (argc != 4) return std::fprintf(stderr, "usage: extend_observer FP32.onnx CALIBRATION_DIR OUT.onnx\n"), 2;
  const auto fail = [](const octet::error& e) { return std::fprintf(stderr, "extend_observer: %s\n", e.what()), 2; };
  auto model = octet::io::read_onnx(argv[1]);
  if (!model) return fail(model.failure());
  octet::graph::pass::simplify(*model);
  auto pictures = octet::data::list_pictures(argv[2]);
  if (!pictures) return fail(pictures.failure());
  pictures->resize(std::min<std::size_t>(pictures->size(), 32));
  const auto int8 = octet::ptq::quantize<my_recipe>(*model, *pictures);
  if (!int8) return fail(int8.failure());
  if (const auto written = octet::io::write_onnx(*int8, argv[3]); !written) return fail(written.failure());
  std::printf("%zu operations, %d in floating point\n", int8->net.nodes.size(), octet::graph::float_operations(int8->net));
}
