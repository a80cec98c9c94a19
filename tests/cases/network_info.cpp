// Prints what a detector's network takes in for a picture, or writes an FP32 network as a file of its own, for networks.py.
#include "../../examples/support/load_detector.hpp"

#include <octet/data/image_file.hpp>
#include <octet/io/arguments.hpp>
#include <octet/io/onnx/float_write.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using namespace octet;

int fail(const error& e) {
  std::fprintf(stderr, "network_info: %s\n", e.what());
  return 2;
}

/// One line of preprocessing, then the least and the largest value of each channel, in real numbers.
template <class Element, class Form, class Model, class Real>
int print_input(const Form& form, const Model& m, const data::image& picture, Real&& real) {
  const extent e = m.net.input_shape();
  std::vector<Element> values(e.size());
  form.prepare(picture, map_view<Element>(values.data(), e));
  std::printf("%s\n", io::onnx::to_text(m.pre).c_str());
  const auto channels = static_cast<std::size_t>(e.c);
  for (std::size_t c = 0; c < channels; ++c) {
    double least = real(values[c], static_cast<int>(c)), most = least;
    for (std::size_t i = c; i < values.size(); i += channels) {
      const double x = real(values[i], static_cast<int>(c));
      least = std::min(least, x), most = std::max(most, x);
    }
    std::printf("%.6f %.6f\n", least, most);
  }
  return 0;
}

int print_input(const deploy::float_detector& d, const data::image& picture) {
  return print_input<float>(deploy::float_form(d.network()), d.network(), picture,
                            [](float x, int) { return static_cast<double>(x); });
}

int print_input(const deploy::integer_detector& d, const data::image& picture) {
  const graph::quantization& q = d.network().quantizations[0];
  return print_input<std::int8_t>(deploy::integer_form(d.network()), d.network(), picture, [&](std::int8_t x, int c) {
    return (x - q.zero_point[static_cast<std::size_t>(c)]) * q.scale(c);
  });
}

}  // namespace

int main(int argc, char** argv) {
  std::string model, picture, output;
  io::model_options importing;
  io::arguments line("network_info", "Prints what a network takes in for a picture, or writes an FP32 one as a file.");
  line.required("--model", "M.onnx", model, "FP32 or INT8 detector");
  line.option("--picture", "FILE", picture, "print preprocessing, and least and largest value of each channel");
  line.option("--output", "OUT.onnx", output, "write the simplified network");
  importing.add_to(line);
  if (const auto status = line.read(argc, argv)) return *status;
  if (!output.empty()) {
    auto m = io::read_onnx(model, importing);
    if (!m) return fail(m.failure());
    graph::pass::simplify(*m);
    if (const auto written = io::write_onnx(*m, output); !written) return fail(written.failure());
  }
  if (picture.empty()) return 0;
  const auto image = data::read_image(picture);
  if (!image) return fail(image.failure());
  const auto done = support::with_detector(
      model, importing, [&](const auto& detector) -> result<int> { return print_input(detector, *image); });
  return done ? *done : fail(done.failure());
}
