#ifndef OCTET_DATA_HPP
#define OCTET_DATA_HPP

#include <octet/data/bitmap_outline.hpp>
#include <octet/data/broken.hpp>
#include <octet/data/coco_names.hpp>
#include <octet/data/draw.hpp>
#include <octet/data/flip.hpp>
#include <octet/data/folder.hpp>
#include <octet/data/font.hpp>
#include <octet/data/image.hpp>
#include <octet/data/image_file.hpp>
#include <octet/data/jpeg_outline.hpp>
#include <octet/data/labelled_picture.hpp>
#include <octet/data/orientation.hpp>
#include <octet/data/outline.hpp>
#include <octet/data/picture_cache.hpp>
#include <octet/data/picture_file.hpp>
#include <octet/data/picture_format.hpp>
#include <octet/data/png_outline.hpp>
#include <octet/data/preprocess.hpp>
#include <octet/data/resize.hpp>
#include <octet/data/scene.hpp>
#include <octet/data/stb.hpp>
#include <octet/data/text.hpp>

#endif
