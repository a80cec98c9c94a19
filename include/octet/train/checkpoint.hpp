#ifndef OCTET_TRAIN_CHECKPOINT_HPP
#define OCTET_TRAIN_CHECKPOINT_HPP

#include <octet/core/result.hpp>
#include <octet/train/parameters.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace octet::train {
inline namespace OCTET_ABI {

/// FNV-1a.
inline std::uint64_t hash(std::string_view bytes, std::uint64_t start = 0xCBF29CE484222325u) noexcept {
  for (const char c : bytes) start = (start ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
  return start;
}

/// What a training run depends on: the parameters' names, sizes and first values, and the caller's settings.
inline std::uint64_t fingerprint(const parameters& start, std::string_view settings) {
  std::uint64_t h = hash(settings);
  for (const parameter_range& r : start.ranges) h = hash(r.name + ':' + std::to_string(r.count) + ';', h);
  return hash({reinterpret_cast<const char*>(start.values.data()), start.values.size() * sizeof(float)}, h);
}

/// The first of two runs' settings that differ, lines "name: value", as part of a sentence; empty where none does or those
/// of one are not known.
inline std::string first_difference(std::string_view there, std::string_view here) {
  const auto line = [](std::string_view& text) {
    const std::string_view first = text.substr(0, text.find('\n'));
    text.remove_prefix((std::min)(first.size() + 1, text.size()));
    return std::string(first);
  };
  while (!there.empty() && !here.empty()) {
    const std::string a = line(there), b = line(here);
    if (a != b) return "'" + a + "' in it, '" + b + "' now";
  }
  return {};
}

/// The state of a training run between two iterations. Training that goes on from one ends with the same bits as training
/// that was not interrupted.
struct checkpoint {
  std::uint64_t fingerprint = 0;
  std::int64_t iterations = 0;        ///< that are done
  std::vector<float> values, memory;  ///< parameters; numbers of the optimiser
  std::vector<double> losses;         ///< of every iteration
  std::vector<std::array<double, 2>> scores{};  ///< iteration and mAP where the network was measured
  std::string settings{};             ///< of the run, lines "name: value", to tell what differs from those of another

  /// As the bytes of a file.
  std::string bytes() const {
    std::string to(magic);
    const auto put = [&](const auto* data, std::size_t count) {
      to.append(reinterpret_cast<const char*>(data), count * sizeof *data);
    };
    const std::uint64_t sizes[] = {
        fingerprint,    static_cast<std::uint64_t>(iterations), values.size(), memory.size(), losses.size(), scores.size(),
        settings.size()};
    put(sizes, 7);
    put(values.data(), values.size());
    put(memory.data(), memory.size());
    put(losses.data(), losses.size());
    put(scores.data(), scores.size());
    to += settings;
    const std::uint64_t checksum = hash(to);
    put(&checksum, 1);
    return to;
  }

  /// From the bytes of a file that messages call `name`. `settings` are those of the run that goes on. Errors: no
  /// checkpoint, one of another run (the first setting that differs is named with both values), or a damaged one.
  static result<checkpoint> read(std::span<const std::byte> file, std::uint64_t expected, const std::string& name,
                                 std::string_view settings = {}) {
    const std::string_view all(reinterpret_cast<const char*>(file.data()), file.size());
    if (!all.starts_with(magic)) return error(errc::syntax, name + ": is no checkpoint of a training run");
    std::uint64_t sizes[7], checksum = 0;
    const std::size_t head = magic.size() + sizeof sizes;
    const auto damaged = [&] {
      return error(errc::syntax, name + ": is damaged or cut off (" + std::to_string(file.size()) +
                                     " bytes do not match their checksum); remove it to start again");
    };
    if (file.size() < head + sizeof checksum) return damaged();
    std::memcpy(&checksum, file.data() + file.size() - sizeof checksum, sizeof checksum);
    if (hash(all.substr(0, all.size() - sizeof checksum)) != checksum) return damaged();
    std::memcpy(sizes, file.data() + magic.size(), sizeof sizes);
    std::uint64_t left = file.size() - head - sizeof checksum;
    for (std::size_t i = 2; i < 7; ++i) {
      constexpr std::uint64_t widths[] = {sizeof(float), sizeof(float), sizeof(double), 2 * sizeof(double), 1};
      const std::uint64_t width = widths[i - 2];
      if (sizes[i] > left / width) return damaged();
      left -= sizes[i] * width;
    }
    if (left) return damaged();
    checkpoint c{sizes[0], static_cast<std::int64_t>(sizes[1]), {}, {}, {}, {}, {}};
    const std::size_t said = sizes[6];
    c.settings = all.substr(all.size() - sizeof checksum - said, said);
    if (sizes[0] != expected) {
      const std::string difference = first_difference(c.settings, settings);
      return error(errc::invalid, name + ": belongs to another run (" +
                                      (difference.empty() ? "of another model or of other settings" : difference) +
                                      "); to go on, the same model, data and settings are expected");
    }
    const std::byte* from = file.data() + head;
    const auto take = [&]<class T>(std::vector<T>& to, std::uint64_t count) {
      to.resize(count);
      std::memcpy(to.data(), from, to.size() * sizeof(T));
      from += to.size() * sizeof(T);
    };
    take(c.values, sizes[2]), take(c.memory, sizes[3]), take(c.losses, sizes[4]), take(c.scores, sizes[5]);
    return c;
  }

 private:
  static_assert(std::endian::native == std::endian::little, "octet: checkpoints are written as the machine holds numbers");
  static constexpr std::string_view magic = "octet training 3\n";
};

}  // namespace OCTET_ABI
}  // namespace octet::train

#endif
