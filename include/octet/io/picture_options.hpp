#ifndef OCTET_IO_PICTURE_OPTIONS_HPP
#define OCTET_IO_PICTURE_OPTIONS_HPP

#include <octet/core/result.hpp>
#include <octet/data/folder.hpp>
#include <octet/data/image_file.hpp>
#include <octet/io/arguments.hpp>

#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace octet::io {

/// The options of programs that read pictures, and their warnings, which never change results.
struct picture_options {
  std::string program;
  bool recursive = false, skip_broken = false;
  data::decode_options decode{};

  /// `folders`: whether the program lists folders.
  void add_to(arguments& line, bool folders) {
    if (folders) line.flag("--recursive", recursive, "take pictures of the folders below, too");
    line.flag("--skip-broken", skip_broken, "leave out pictures that do not decode; without it the first is an error");
    line.flag("--ignore-orientation", decode.ignore_orientation, "leave pictures as stored, not as EXIF turns them");
  }

  void warn(const std::string& sentence) const {
    std::fprintf(stderr, "%s: warning: %s\n", program.c_str(), sentence.c_str());
  }

  /// data::list_pictures, with a warning about what is left out.
  result<std::vector<std::filesystem::path>> list(const std::filesystem::path& folder) const {
    return data::list_pictures(folder, {recursive, [this](const std::string& sentence) { warn(sentence); }});
  }

  /// Warns of pictures that were skipped, one line each and their count. Error: none is left.
  result<void> skipped(const std::vector<error>& broken, std::size_t left) const {
    for (const error& e : broken) warn(std::string(e.what()) + "; skipped");
    if (!broken.empty())
      warn("skipped " + std::to_string(broken.size()) + " of " + std::to_string(broken.size() + left) + " pictures");
    if (left) return {};
    return error(errc::missing, "none of the " + std::to_string(broken.size()) +
                                    " pictures decodes; at least one that does is expected");
  }
};

}  // namespace octet::io

#endif
