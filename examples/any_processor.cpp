// One program for many processors: this file is compiled for the oldest, kernels.cpp once for each of the others.
#include <octet/data.hpp>
#include <octet/deploy.hpp>
#include <octet/io.hpp>
#include <octet/nn/dispatch/best_of.hpp>

#include <cstdio>
#include <string>
#include <vector>

#if defined(__aarch64__)
using kernels = octet::nn::best_of<octet::arch::neon_i8mm, octet::arch::neon_dotprod>;
#else
using kernels = octet::nn::best_of<octet::arch::avx512_vnni, octet::arch::avx_vnni, octet::arch::avx2, octet::arch::sse4_1>;
#endif
using detector = octet::deploy::basic_detector<octet::deploy::basic_integer_form<kernels>>;

int main(int argc, char** argv) {
  using namespace octet;
  std::string file;
  std::vector<std::string> pictures;
  io::arguments line("any_processor", "Counts objects with the best kernels that this processor has.");
  line.required("--model", "M.onnx", file, "full-INT8 detector written by quantize");
  line.positional("PICTURE", pictures, "JPEG, PNG, BMP or GIF files");
  if (const auto status = line.read(argc, argv)) return *status;

  const auto fail = [](const error& e) { return std::fprintf(stderr, "any_processor: %s\n", e.what()), 2; };
  const auto bytes = io::read_file(file);
  if (!bytes) return fail(bytes.failure());
  auto model = io::import_quantized_onnx(*bytes, file);
  if (!model) return fail(model.failure());

  const detector detect(std::move(*model));
  detector::workspace workspace(detect);
  io::table table({"picture", "objects", "network ms", "kernels"});
  for (const std::string& path : pictures) {
    const auto picture = data::read_image(path);
    if (!picture) return fail(picture.failure());
    int objects = 0;
    for (const detection& d : detect(*picture, workspace)) objects += d.score >= 0.4f;
    table.add({path, std::to_string(objects), io::fixed(1000 * workspace.network_seconds(), 1), kernels::get().arch});
  }
  std::fputs(table.text().c_str(), stdout);
}
