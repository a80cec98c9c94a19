#ifndef OCTET_DATA_HPP
#define OCTET_DATA_HPP

#include <octet/data/folder.hpp>
#include <octet/data/image.hpp>
#include <octet/data/preprocess.hpp>
#include <octet/data/resize.hpp>

#endif
