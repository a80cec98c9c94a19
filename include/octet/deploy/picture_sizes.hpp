#ifndef OCTET_DEPLOY_PICTURE_SIZES_HPP
#define OCTET_DEPLOY_PICTURE_SIZES_HPP

#include <octet/coco/ground_truth.hpp>
#include <octet/data/image_file.hpp>

#include <cstddef>
#include <string>

namespace octet::deploy {

/// Compares the sizes that annotations note with those of the files. The files' own count; where they differ, the boxes were
/// perhaps drawn on another form of the picture, such as one that EXIF had not turned.
class picture_sizes {
 public:
  /// A picture of an annotation file, in its order, and the file's size. Annotations without a size agree with any.
  void compare(const coco::picture& p, const data::picture_size& own) {
    if (p.width <= 0 || p.height <= 0 || own == data::picture_size{p.width, p.height}) return;
    if (!count_++)
      first_ = p.file_name + " is " + in_words(own.width, own.height) + ", noted as " + in_words(p.width, p.height);
    lying_ += own == data::picture_size{p.height, p.width};
  }

  /// One sentence for a warning; empty where all agree.
  std::string sentence() const {
    if (!count_) return {};
    return "other sizes in the annotations than in the files: " + std::to_string(count_) + " of the pictures, first " +
           first_ + "; the files' own sizes count" +
           (lying_ ? " (" + std::to_string(lying_) +
                         " of them with width and height exchanged, as where EXIF turns a picture that was annotated lying)"
                   : "");
  }

 private:
  static std::string in_words(int w, int h) { return std::to_string(w) + " x " + std::to_string(h); }

  std::size_t count_ = 0, lying_ = 0;
  std::string first_;
};

}  // namespace octet::deploy

#endif
