// Prints what the readers of pictures make of a file or a folder, for pictures.py.
#include <octet/data/image_file.hpp>
#include <octet/data/png_outline.hpp>
#include <octet/io/picture_options.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace {

using namespace octet;

int fail(const error& e) {
  std::fprintf(stderr, "picture_info: %s\n", e.what());
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  io::picture_options reading{"picture_info"};
  std::string folder, other;
  std::vector<std::string> files;
  io::arguments line("picture_info", "Prints size and checksum of pictures.");
  line.option("--list", "DIR", folder, "print the names of a folder's pictures");
  line.option("--difference", "FILE", other, "print the largest and the mean difference from this picture, too");
  line.positional("FILE", files, "pictures", 0);
  reading.add_to(line, true);
  if (const auto status = line.read(argc, argv)) return *status;
  if (!folder.empty()) {
    const auto pictures = reading.list(folder);
    if (!pictures) return fail(pictures.failure());
    for (const auto& path : *pictures) std::printf("%s\n", path.lexically_relative(folder).c_str());
  }
  for (const std::string& file : files) {
    const auto picture = data::read_image(file, reading.decode);
    if (!picture) return fail(picture.failure());
    std::printf("%d %d %08x", picture->width, picture->height, static_cast<unsigned>(data::crc32(picture->pixels)));
    if (!other.empty()) {
      const auto second = data::read_image(other, reading.decode);
      if (!second) return fail(second.failure());
      if (second->pixels.size() != picture->pixels.size())
        return fail(error(errc::invalid, other + ": has another size than " + file + "; the same is expected"));
      int most = 0;
      double sum = 0;
      for (std::size_t i = 0; i < picture->pixels.size(); ++i) {
        const int d = std::abs(picture->pixels[i] - second->pixels[i]);
        most = std::max(most, d), sum += d;
      }
      std::printf(" %d %.3f", most, sum / static_cast<double>(picture->pixels.size()));
    }
    std::printf("\n");
  }
}
